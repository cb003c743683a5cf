"""The days of a reporting period of the rules. Pure."""

from dataclasses import dataclass
from datetime import date

from rules.reporting import Period


@dataclass(frozen=True)
class Span:
    """A period of a year, `first` and `last` day included."""

    period: Period
    year: int
    first: date
    last: date


def span(period: Period, year: int) -> Span:
    """Return the days of a period in the report's year. Raises ValueError for no year."""
    first = year - period.begins_year_before
    return Span(period, year, _day(first, period.first), _day(year, period.last))


def _day(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year:04}-{month_day}")
