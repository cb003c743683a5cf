"""Finds words in a text, with or without diacritics, and cuts out where they stand. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from triage.highlight import Run, cut
from triage.text import folded, one_line

#: Words of a question that are looked for; more make no search better.
_MOST = 12
#: Characters of a text that are shown around what was found.
_AROUND = 90
#: What stands between texts that are searched as one.
PARAGRAPH = "\n\n"
_WORD = re.compile(r"\w+")
#: The tones of Vietnamese, which are written on either of two vowels: hoà, hòa.
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word as it was typed: how it sounds without diacritics, and with them if it has any."""

    bare: str
    spelled: str


@dataclass(frozen=True, slots=True)
class Query:
    """Words that must all be in a text.

    One typed with diacritics is found with the same ones, or where the writer left all of them
    out; so "vòi" finds "voi" and never "với". One typed without finds every spelling.
    """

    words: tuple[_Wanted, ...]

    @classmethod
    def of(cls, text: str) -> "Query":
        """Return what somebody typed as a query; it is empty if there is no word in it."""
        typed = dict.fromkeys(_WORD.findall(one_line(text)))
        return cls(tuple(_Wanted(folded(word), _spelled(word)) for word in typed)[:_MOST])

    def find(self, text: str) -> tuple[tuple[int, int], ...]:
        """Return where the words stand, in the order of the text; nothing unless all are there."""
        whole = folded(text)
        if not self.words or any(word.bare not in whole for word in self.words):
            return ()  # most texts, at a hundredth of the price
        wanted: dict[str, list[_Wanted]] = {}
        for word in self.words:
            wanted.setdefault(word.bare, []).append(word)
        found, places = set[_Wanted](), list[tuple[int, int]]()
        for piece in _WORD.finditer(text):
            for word in wanted.get(folded(piece[0]), ()):
                if word.bare == word.spelled or _spelled(piece[0]) in {word.bare, word.spelled}:
                    found.add(word)
                    places.append(piece.span())
        return tuple(places) if len(found) == len(self.words) else ()


def _spelled(word: str) -> str:
    """Return a word in lower case, its tone behind it: one for both ways to place it."""
    decomposed = unicodedata.normalize("NFD", word.lower().replace("đ", "d\u0335"))
    return _TONES.sub("", decomposed) + "".join(_TONES.findall(decomposed))


def snippet(text: str, places: tuple[tuple[int, int], ...]) -> tuple[Run, ...]:
    """Return the surroundings of the first place, all places in it marked.

    They end between words, and with the paragraph.
    """
    first, last = places[0]
    begins, ends = _after(text, first), text.find(PARAGRAPH, last)
    start, end = max(begins, first - _AROUND), last + _AROUND
    if start > begins:
        start = text.find(" ", start, first) + 1 or first
    if 0 <= ends <= end or end >= len(text):
        end = ends if ends >= 0 else len(text)
        behind = ""
    else:
        end, behind = max(text.rfind(" ", last, end), last), " …"
    before = "… " if start > begins else ""
    moved = len(before) - start
    spans = [(at + moved, to + moved) for at, to in places if to <= end]
    return cut(f"{before}{text[start:end]}{behind}", spans)


def _after(text: str, first: int) -> int:
    """Return where the paragraph begins that holds a place."""
    found = text.rfind(PARAGRAPH, 0, first)
    return 0 if found < 0 else found + len(PARAGRAPH)
