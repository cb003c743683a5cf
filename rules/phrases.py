"""The small language that phrases are written in, and the normal forms that texts are read in.

``(a|b|) c``: either of these, or nothing; ``~``: up to GAP_WORDS words of anything;
``#``: a sum of money; ``@``: a number.
Both normal forms keep the number of characters, so that a place in one is a place in the other.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import product

#: What stands for a gap, a sum of money and a number among the words of a phrase.
GAP, SUM, NUMBER = "~", "#", "@"
#: Most words that a gap passes over.
GAP_WORDS = 4

#: A letter of Iceland that looks like Đ, and that old fonts and converters leave in its place.
_NOT_D = ("ð", "đ")
_CHOICE = re.compile(r"\(([^()]*)\)")


class _Plain(dict[int, int]):
    """Character -> lower case without diacritics, đ as d; found out once for each character."""

    def __missing__(self, code: int) -> int:
        letter = chr(code).lower().replace(*_NOT_D)
        base = unicodedata.normalize("NFD", letter.replace("đ", "d"))[:1]
        self[code] = ord(base) if len(letter) == 1 else code
        return self[code]


class _Marked(dict[int, int]):
    """Character -> lower case, and the tone hỏi written as ngã: many who write mix the two up."""

    def __missing__(self, code: int) -> int:
        letter = chr(code).lower().replace(*_NOT_D)
        other = unicodedata.normalize("NFD", letter).replace("\u0309", "\u0303")
        composed = unicodedata.normalize("NFC", other)
        self[code] = ord(composed) if len(composed) == 1 else code
        return self[code]


_PLAIN, _MARKED = _Plain(), _Marked()
#: Where the tone stands is a matter of taste (hoà, hòa): it is moved to the first vowel.
_PLACES = tuple(
    (first + late, early + second)
    for first, tones in (("o", "òóõọ"), ("u", "ùúũụ"))
    for second, lates in (("a", "àáãạ"), ("e", "èéẽẹ"), ("y", "ỳýỹỵ"))
    if (first == "u") is (second == "y")
    for early, late in zip(tones, lates, strict=True)
)


def plain(text: str) -> str:
    """Return the text, in normal form NFC, in lower case and without diacritics."""
    return text.translate(_PLAIN)


def marked(text: str) -> str:
    """Return the text, in normal form NFC, in lower case with one spelling of its tones."""
    text = text.translate(_MARKED)
    for late, early in _PLACES:
        if late in text:
            text = text.replace(late, early)
    return text


def variants(phrase: str) -> Iterator[tuple[str, ...]]:
    """Yield every run of words that a phrase stands for. Raises `ValueError` on stray brackets."""
    parts = _CHOICE.split(phrase)
    if any(sign in part for part in parts for sign in "()") or "|" in "".join(parts[::2]):
        raise ValueError(f"the brackets of {phrase!r} are broken")
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    for chosen in product(*choices):
        yield tuple(" ".join(chosen).split())
