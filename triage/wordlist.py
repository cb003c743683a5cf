"""A text as words that can be compared however they are spelled, and where each of them is. Pure.

Diacritics, case, normal forms, widths, what nobody sees, y for i and the place of a tone make no
difference to `keys`; what the diacritics were can still be asked.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rules import phrases
from triage.words import folded_with_places, place_in

#: Letters or digits; "12A" is two words, "le_thi" as well.
_WORD = re.compile(r"\d+|[^\W\d_]+")
#: Without ỷ: `phrases.marked` writes it as ỹ.
_Y_AS_I = str.maketrans("yỳýỹỵ", "iìíĩị")


def key(text: str) -> str:
    """Return a text, in normal form NFC, as it is compared without diacritics."""
    return phrases.plain(text).replace("y", "i")


def marked(text: str) -> str:
    """Return a text, in normal form NFC, as it is compared with its diacritics."""
    return phrases.marked(text).translate(_Y_AS_I)


def spelled(words: str) -> dict[str, str]:
    """Return each of these words by its key, with its diacritics."""
    return {key(each): marked(each) for each in words.split()}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, one entry each in `keys`, `starts` and `ends`.

    `text` is folded (`folded_with_places`), and so are the places; `places` leads back to those of
    the text as it was given, None where they are the same.
    """

    text: str
    flat: str
    keys: list[str]
    starts: list[int]
    ends: list[int]
    places: list[int] | None

    @classmethod
    def of(cls, text: str) -> "Words":
        """Cut a text into words."""
        folded, places = folded_with_places(text)
        flat = key(folded)
        spans = [found.span() for found in _WORD.finditer(flat)]
        keys = [flat[start:end] for start, end in spans]
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        return cls(folded, flat, keys, starts, ends, places)

    def __len__(self) -> int:
        return len(self.keys)

    def having(self, keys: Collection[str]) -> list[int]:
        """Return where any of these words stands."""
        return [at for at, word in enumerate(self.keys) if word in keys]

    def as_typed(self, at: int) -> str:
        """Return a word as it was typed."""
        return self.text[self.starts[at] : self.ends[at]]

    def spellings(self) -> list[str]:
        """Return all words with their diacritics, for `is_spelled` of another text."""
        whole = marked(self.text)
        return [whole[start:end] for start, end in zip(self.starts, self.ends, strict=True)]

    def gap(self, at: int) -> str:
        """Return what stands between a word and the one before it."""
        return self.text[self.ends[at - 1] : self.starts[at]]

    def is_capital(self, at: int) -> bool:
        """Tell whether a word begins with a capital letter."""
        return self.text[self.starts[at]].isupper()

    def is_spelled(self, at: int, spelling: str, *, exact: bool = False) -> bool:
        """Tell whether a word of the same key can be this one, by its diacritics (`marked`).

        One of the two may do without them, only the one here if `exact`.
        """
        bare = self.keys[at]
        return (spelling == bare and not exact) or marked(self.as_typed(at)) in {spelling, bare}

    def holds(
        self, at: int, keys: Sequence[str], spellings: Sequence[str], most_between: int
    ) -> bool:
        """Tell whether these words stand one after another from `at` on, none in other diacritics.

        `most_between`: how many characters may stand between two of them.
        """
        last = at + len(keys)
        return (
            self.keys[at:last] == list(keys)
            and all(self.is_spelled(at + n, each) for n, each in enumerate(spellings))
            and all(len(self.gap(each)) <= most_between for each in range(at + 1, last))
        )

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Return where words `first` to `last` stand in the text as it was given."""
        return self.here(self.starts[first], self.ends[last])

    def here(self, start: int, end: int) -> tuple[int, int]:
        """Return a place of `text` as one of the text as it was given."""
        return place_in(self.places, start, end)
