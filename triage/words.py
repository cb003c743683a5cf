"""Cuts a text into words and sentences, in the normal form that phrases are compared in. Pure.

A sentence written without diacritics is read without them; any other is read with them, so that
"với" is never taken for "vòi". Places are those of the text as it was given.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rules.phrases import marked, plain

#: A number with its points and commas, a word, or what ends a sentence or a clause.
_PIECE = re.compile(r"(\d+(?:[.,]\d+)*)|(%|[^\W\d_]+)|([.!?…;\n]+)|([,:()\"“”«»–—\[\]-])")
#: A sentence with fewer words with diacritics than one in so many is read without them.
_ONE_MARKED_IN = 8
#: People who type on telephones end no sentence: after so many words one ends by itself.
_LONGEST = 60

Spellings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text, one entry each in every list.

    `starts`, `ends`: characters of the text as given. `sentences`, `clauses`: which one it is in.
    `bare[sentence]`: the sentence is read without diacritics.
    """

    keys: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    clauses: list[int]
    bare: list[bool]


def read(text: str, spellings: Spellings, bare_spellings: Spellings) -> Reading:
    """Cut the text into words; short ways to write are replaced by the words they stand for."""
    composed, places = composed_with_places(text)
    with_marks, without = marked(composed), plain(composed)
    reading = Reading([], [], [], [], [], [])
    pending: list[tuple[int, int, int]] = []
    clause = count_marked = 0
    last = ""
    for piece in _PIECE.finditer(with_marks):
        group = piece.lastindex
        start, end = piece.span()
        if group == 3:  # noqa: PLR2004  (what may end a sentence)
            clause += 1
            if with_marks[start] == "." and len(last) == 1 and "\n" not in piece[0]:
                continue  # an initial: "anh H. ở quầy"
        elif group == 4:  # noqa: PLR2004  (what ends a clause)
            clause += 1
            continue
        else:
            last = piece[0]
            count_marked += last != without[start:end]
            pending.append((start, end, clause))
            if len(pending) < _LONGEST:
                continue
        if pending:
            bare = count_marked * _ONE_MARKED_IN < len(pending)
            source = without if bare else with_marks
            _add(reading, source, pending, bare_spellings if bare else spellings, bare=bare)
            pending, count_marked, last = [], 0, ""
    if pending:
        bare = count_marked * _ONE_MARKED_IN < len(pending)
        source = without if bare else with_marks
        _add(reading, source, pending, bare_spellings if bare else spellings, bare=bare)
    if places is not None:
        reading.starts[:] = [places[start] for start in reading.starts]
        reading.ends[:] = [places[end] for end in reading.ends]
    return reading


def _add(
    reading: Reading,
    source: str,
    words: list[tuple[int, int, int]],
    spellings: Spellings,
    *,
    bare: bool,
) -> None:
    """Add one sentence. What stands right behind a number is a unit, never a short form."""
    number = len(reading.bare)
    reading.bare.append(bare)
    behind_number = False
    for start, end, clause in words:
        key = source[start:end]
        initial = end - start == 1 and source[end : end + 1] == "."
        meant = None if behind_number or initial else spellings.get(key)
        for each in (key,) if meant is None else meant:
            reading.keys.append(each)
            reading.starts.append(start)
            reading.ends.append(end)
            reading.sentences.append(number)
            reading.clauses.append(clause)
        behind_number = key[0].isdecimal()


def composed_with_places(text: str) -> tuple[str, list[int] | None]:
    """Return the text in normal form NFC and, where that differs, the place of each character."""
    if unicodedata.is_normalized("NFC", text):
        return text, None
    composed: list[str] = []
    places: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        piece = unicodedata.normalize("NFC", text[start:end])
        # Marks that no letter takes in are dropped: they would cut the word in two.
        piece = "".join(c for c in piece if not unicodedata.combining(c)) or " "
        composed.append(piece)
        places += [start] * len(piece)
        start = end
    places.append(len(text))
    return "".join(composed), places
