"""Exact figures of money and land as officials enter them, and as they are shown. Pure.

Money is whole VND, land is m² with two decimals at most. Unlike amounts.py, which looks for sums
in what people tell, nothing is guessed here: what can be read in two ways is not read.
"""

import re
from decimal import Decimal

from babel.numbers import format_decimal

from triage.explanation import Line

#: Greatest figures: nobody owes more, so it was mistyped.
MOST_VND, MOST_SQUARE_METRES = Decimal(10**15), Decimal(10**10)
_GROUPS = r"\d{1,3}(?:[. ]\d{3})+"
#: An English reader's thousands; a fraction of a đồng does not exist.
_COMMAS = re.compile(r"(\d{1,3}(?:,\d{3})+)\s*(?:đồng|đ|vnđ|vnd)?")
_MONEY = re.compile(rf"({_GROUPS}|\d+)(?:,(\d{{1,9}}))?\s*(triệu|tr|tỷ|tỉ)?\s*(?:đồng|đ|vnđ|vnd)?")
_LAND = re.compile(rf"({_GROUPS}|\d+)(?:[,.](\d{{1,2}}))?\s*(?:m2|m²)?")
_HECTARES = re.compile(rf"({_GROUPS}|\d+)(?:[,.](\d{{1,6}}))?\s*ha")
_UNITS = {None: 1, "triệu": 10**6, "tr": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_HECTARE = 10**4
_CENT = Decimal("0.01")


def money(text: str) -> Decimal | None:
    """Return whole VND, None for what is no such sum: 12.500.000, 12,5 triệu, 1,2 tỷ đồng."""
    text = text.strip().lower()
    commas = _COMMAS.fullmatch(text)
    if commas is not None:
        return _at_most(Decimal(commas[1].replace(",", "")), MOST_VND)
    found = _MONEY.fullmatch(text)
    if found is None:
        return None
    value = _decimal(found[1], found[2]) * _UNITS[found[3]]
    return _at_most(value, MOST_VND) if value == value.to_integral_value() else None


def land(text: str) -> Decimal | None:
    """Return m² with two decimals at most, None for what is no such area: 1.234,5; 0,12 ha."""
    text = text.strip().lower()
    hectares = _HECTARES.fullmatch(text)
    found = hectares or _LAND.fullmatch(text)
    if found is None:
        return None
    value = _decimal(found[1], found[2]) * (_HECTARE if hectares else 1)
    return _at_most(value, MOST_SQUARE_METRES) if value == value.quantize(_CENT) else None


def stored(value: Decimal) -> str:
    """Return a figure as it stands in the terms of a step: digits, a point, no zeros behind it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_line(value: Decimal) -> Line:
    """Return VND in both languages: 12.500.000 đồng."""
    return Line(
        f"{format_decimal(value, locale='vi')} đồng", f"{format_decimal(value, locale='en')} VND"
    )


def land_line(value: Decimal) -> Line:
    """Return m² in both languages: 1.234,5 m²."""
    return Line(
        f"{format_decimal(value, '#,##0.##', locale='vi')} m²",
        f"{format_decimal(value, '#,##0.##', locale='en')} m²",
    )


def _decimal(whole: str, fraction: str | None) -> Decimal:
    return Decimal(f"{re.sub('[. ]', '', whole)}.{fraction or 0}")


def _at_most(value: Decimal, most: Decimal) -> Decimal | None:
    return value if value <= most else None
