"""Reads sums of money as people write them: "2 củ", "5tr", "hai mươi triệu", "1,2 tỷ". Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from rules.phrases import marked, plain
from triage.words import Reading

_HUNDRED, _TEN = 100, 10
_LEAST_DIGITS = 1_000
#: Three digits behind a point or a comma are thousands, fewer are a fraction.
_GROUP = 3

_NUMBERS = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "half": 0.5, "nửa": 0.5,
}  # fmt: skip
_TENS = ("mươi", "mười", "chục")
_HUNDREDS = ("trăm", "hundred")
#: "anh" is how the "a" of "half a million" is read.
_LINKS = ("lẻ", "linh", "and", "a", "anh")
_UNITS = {
    "nghìn": 10**3, "ngàn": 10**3, "ngìn": 10**3, "k": 10**3, "thousand": 10**3,
    "xị": 10**5,
    "triệu": 10**6, "tr": 10**6, "trieu": 10**6, "củ": 10**6, "chai": 10**6, "million": 10**6,
    "mil": 10**6, "millions": 10**6,
    "tỷ": 10**9, "tỉ": 10**9, "tỏi": 10**9, "billion": 10**9, "bn": 10**9,
}  # fmt: skip
#: Grouped by thousands and a million or more: a sum even where no currency is named.
_MILLIONS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3}){2,}")
#: "m" is a metre, unless money is named behind it.
_SHORT_UNITS = {"m": 10**6, "b": 10**9}
_CURRENCIES = ("đồng", "đ", "vnđ", "vnd", "dong", "vietnamese")
_HALF = ("rưỡi",)
#: What comes in bottles or by the thousand and is no money: "3 chai bia".
_COUNTED = ("bia", "nước", "rượu", "sữa", "dầu", "mét", "m", "người", "cây", "con", "viên")


def _both(words: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the words in both normal forms: with diacritics and without."""
    return {marked(w): v for w, v in words.items()}, {plain(w): v for w, v in words.items()}


def _forms(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(chain(map(marked, words), map(plain, words)))


_NUMBER_FORMS = _both(_NUMBERS)
_UNIT_FORMS = _both({unit: float(value) for unit, value in _UNITS.items()})
_UNIT_FORMS[1].pop("toi")  # without diacritics it is "tôi" more often
_TEN_FORMS, _HUNDRED_FORMS, _LINK_FORMS = _forms(_TENS), _forms(_HUNDREDS), _forms(_LINKS)
_CURRENCY_FORMS, _HALF_FORMS = _forms(_CURRENCIES), _forms(_HALF)
_COUNTED_FORMS = _forms(_COUNTED)
_STARTS = (
    frozenset(_NUMBER_FORMS[0]) | _TEN_FORMS | _HUNDRED_FORMS,
    frozenset(_NUMBER_FORMS[1]) | _TEN_FORMS | _HUNDRED_FORMS,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in VND, and its first and last word."""

    vnd: int
    first: int
    last: int


def find(reading: Reading) -> Iterator[Amount]:
    """Yield every sum of money in the order of the text."""
    keys, at, size = reading.keys, 0, len(reading.keys)
    while at < size:
        key = keys[at]
        bare = reading.bare[reading.sentences[at]]
        if is_number(key, bare=bare):
            found = _amount(reading, at, bare=bare)
            if found is not None:
                yield found
                at = found.last
        at += 1


def is_number(key: str, *, bare: bool) -> bool:
    """Tell whether the word is a number in digits or in letters."""
    return key[0].isdecimal() or key in _STARTS[bare]


def _amount(reading: Reading, first: int, *, bare: bool) -> Amount | None:
    keys, end = reading.keys, _sentence_end(reading, first)
    number, at = _number(keys, first, end, bare=bare)
    total, seen = 0.0, False
    while at < end:
        unit = _unit(keys, at, end, bare=bare)
        if unit is None:
            break
        seen = True
        total += number * unit
        at += 1
        if at < end and keys[at] in _HALF_FORMS:
            total, at = total + unit / 2, at + 1
        elif _glued_digit(reading, at, end):
            total, at = total + int(keys[at]) * unit / _TEN, at + 1
        if at >= end or not (keys[at][0].isdecimal() or keys[at] in _STARTS[bare]):
            break
        following, behind = _number(keys, at, end, bare=bare)
        smaller = _unit(keys, behind, end, bare=bare) if behind < end else None
        if smaller is None or smaller >= unit:
            break
        number, at = following, behind
    if not seen:
        if at < end and keys[at] in _CURRENCY_FORMS and number >= _LEAST_DIGITS:
            return Amount(int(number), first, at)
        return Amount(int(number), first, first) if _MILLIONS.fullmatch(keys[first]) else None
    if at < end and keys[at] in _COUNTED_FORMS and keys[at - 1] in ("chai", "k", "tr"):
        return None
    last = at if at < end and keys[at] in _CURRENCY_FORMS else at - 1
    return Amount(round(total), first, last)


def _sentence_end(reading: Reading, first: int) -> int:
    """Return the end of the words that a sum can be made of: at most a dozen."""
    sentence, end = reading.sentences[first], first
    last = min(len(reading.keys), first + 12)
    while end < last and reading.sentences[end] == sentence:
        end += 1
    return end


def _unit(keys: list[str], at: int, end: int, *, bare: bool) -> float | None:
    unit = _UNIT_FORMS[bare].get(keys[at])
    if unit is None and at + 1 < end and keys[at + 1] in _CURRENCY_FORMS:
        unit = _SHORT_UNITS.get(keys[at])
    return unit


def _glued_digit(reading: Reading, at: int, end: int) -> bool:
    """Tell whether a digit follows without a space: the half of "2tr5"."""
    return (
        at < end
        and len(reading.keys[at]) == 1
        and reading.keys[at].isdecimal()
        and reading.starts[at] == reading.ends[at - 1]
    )


def _number(keys: list[str], at: int, end: int, *, bare: bool) -> tuple[float, int]:
    """Return the number that begins here, in digits or in words, and the word behind it."""
    if keys[at][0].isdecimal():
        value, at = _digits(keys[at]), at + 1
    else:
        value = 0
    numbers, pending = _NUMBER_FORMS[bare], 0.0
    while at < end:
        key = keys[at]
        if key in numbers:
            pending += numbers[key]
        elif key in _TEN_FORMS:
            pending = (pending or 1) * _TEN if pending < _TEN else pending + _TEN
        elif key in _HUNDRED_FORMS:
            value, pending = (value + pending or 1) * _HUNDRED, 0
        elif not (key in _LINK_FORMS and (value or pending)):
            break
        at += 1
    return value + pending, at


def _digits(written: str) -> float:
    """Return 1.200.000 as 1200000 and 1,2 as 1.2."""
    parts = written.replace(",", ".").split(".")
    if len(parts) == 1 or all(len(part) == _GROUP for part in parts[1:]):
        return float("".join(parts))
    return float(f"{parts[0]}.{''.join(parts[1:])}")
