"""What must hold of the rows of one table without looking at any other table."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from rules.crime import Crime
from rules.errors import Finding
from rules.procedure import (
    CalendarSystem,
    Correction,
    DayKind,
    Deadline,
    LengthUnit,
    StatutoryHoliday,
    Term,
)
from rules.reporting import Period
from rules.rows import Basis, Dated, Fact, Mark

_SATURDAY = 5
_LEAP_YEAR = 2000
_WITHOUT_LENGTH = (LengthUnit.AT_ONCE, LengthUnit.ENTERED, LengthUnit.NONE)


def findings(file: str, table: str, rows: Sequence[Dated]) -> Iterator[Finding]:
    """Yield what is wrong with each row by itself, and with rows of the same id together."""
    for row in rows:
        for key, reason in _faults(row):
            yield Finding(file, f"{table}[{row.id}].{key}", reason)
    by_id: dict[str, list[Dated]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    for row_id, same in by_id.items():
        for one, other in combinations(same, 2):
            if one.effective_from == other.effective_from:
                reason = f"there are two rows of this id from {one.effective_from.isoformat()}"
                yield Finding(file, f"{table}[{row_id}].id", f"duplicate id: {reason}")
            elif _overlap(one, other):
                reason = "two rows of this id are in force on the same days"
                yield Finding(file, f"{table}[{row_id}].effective_from", reason)


def _overlap(one: Dated, other: Dated) -> bool:
    first_end, second_end = (row.effective_to or date.max for row in (one, other))
    return one.effective_from <= second_end and other.effective_from <= first_end


def _faults(row: Dated) -> Iterator[tuple[str, str]]:
    if row.effective_to is not None and row.effective_to < row.effective_from:
        yield "effective_to", "is before effective_from"
    if row.mark is Mark.UNSURE and not row.verify:
        yield "verify", "a row marked U must say verify = true"
    if isinstance(row, Fact) and (row.basis is Basis.INTERNAL) != (row.article == "noi_bo"):
        yield "basis", 'an internal rule has basis = "noi_bo" and article = "noi_bo", a law neither'
    if isinstance(row, Crime) and row.minimum_mark is Mark.UNSURE and not row.verify:
        yield "verify", "a row with a minimum marked U must say verify = true"
    if isinstance(row, Deadline):
        yield from _deadline_faults(row)
    if isinstance(row, Correction):
        yield from _correction_faults(row)
    if isinstance(row, Period):
        yield from _month_day_faults({"first": row.first, "last": row.last})
    if isinstance(row, StatutoryHoliday) and row.calendar is CalendarSystem.SOLAR:
        yield from _month_day_faults({"month_day": row.month_day})


def _deadline_faults(row: Deadline) -> Iterator[tuple[str, str]]:
    terms: dict[str, Term | None] = {
        "term": row.term,
        "longer": row.longer,
        "alarm": row.alarm,
        "extension.ask_before": row.extension.ask_before if row.extension else None,
    }
    for key, term in terms.items():
        if term is not None and (term.length is None) != (term.unit in _WITHOUT_LENGTH):
            yield f"{key}.length", f"the unit {term.unit} and the length do not go together"
    if (row.term.unit is LengthUnit.ENTERED) != (row.until is not None):
        yield "until", "a term of the unit entered, and no other, says which input holds its day"
    if (
        row.longer is not None
        and row.longer.unit is row.term.unit
        and (row.longer.length or 0) <= (row.term.length or 0)
    ):
        yield "longer.length", "must be more than the length of the term"


def _correction_faults(row: Correction) -> Iterator[tuple[str, str]]:
    if row.last < row.first:
        yield "last", "is before first"
    elif row.kind is DayKind.WORKING_SATURDAY and any(
        day.weekday() != _SATURDAY for day in row.days()
    ):
        yield "kind", "a working Saturday must fall on Saturdays only"


def _month_day_faults(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        try:
            date.fromisoformat(f"{_LEAP_YEAR}-{value}")
        except ValueError:
            yield key, f"there is no such day in the year: {value!r}"
