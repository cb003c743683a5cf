"""Cuts a text into words and sentences, in the normal form that phrases are compared in. Pure.

A sentence written without diacritics is read without them; any other is read with them, so that
"với" is never taken for "vòi". Places are those of the text as it was given.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules.phrases import marked, plain

#: A number with its points and commas, a word, or what ends a sentence or a clause.
_PIECE = re.compile(r"(\d+(?:[.,]\d+)*)|(%|[^\W\d_]+)|([.!?…;\n]+)|([,:()\"“”«»–—\[\]-])")
#: A sentence with fewer words with diacritics than one in so many is read without them.
_ONE_MARKED_IN = 8
#: People who type on telephones end no sentence: after so many words one ends by itself.
_LONGEST = 60
#: What is not seen where it stands (Unicode: Default_Ignorable_Code_Point), and marks around signs.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20dd-\u20e0\u20e2-\u20e4\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: The same, and marks that stand by themselves even in normal form.
_DISGUISE = re.compile(
    f"{_UNSEEN.pattern}|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"
)

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
    return _with_places(text, "NFC")


def folded_with_places(text: str) -> tuple[str, list[int] | None]:
    """Do the same for what must be found however it is disguised, in normal form NFKC.

    Letters and digits of any width are the same; what nobody sees, and marks that no letter takes
    in, are left out.
    """
    if unicodedata.is_normalized("NFKC", text) and not _DISGUISE.search(text):
        return text, None
    return _with_places(text, "NFKC", _UNSEEN)


def _with_places(
    text: str, form: Literal["NFC", "NFKC"], left_out: re.Pattern[str] | None = None
) -> tuple[str, list[int]]:
    composed: list[str] = []
    places: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        following = text[end : end + 1]
        unseen = left_out is not None and left_out.match(text, end) is not None
        if following and (unicodedata.combining(following) or unseen):
            continue
        given = text[start:end]
        piece = unicodedata.normalize(form, left_out.sub("", given) if left_out else given)
        # Marks that no letter takes in are dropped: they would cut the word in two.
        piece = "".join(c for c in piece if not unicodedata.combining(c)) or " "
        composed.append(piece)
        places += [start] * len(piece)
        if left_out and piece.islower() and following.isupper() and left_out.match(given[-1]):
            composed.append(" ")  # "Thị", an unseen space, "Can": it did part two words
            places.append(end - 1)
        start = end
    places.append(len(text))
    return "".join(composed), places


def place_in(places: list[int] | None, start: int, end: int) -> tuple[int, int]:
    """Return where a part of a composed text, which is not empty, stands in the text as given."""
    if places is None:
        return start, end
    last = places[end - 1]  # "½" is three characters in NFKC: a part of them is the whole
    while places[end] == last:
        end += 1
    return places[start], places[end]
