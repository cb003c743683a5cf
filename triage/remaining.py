"""How far off a last day is, in working days where there are any between. Pure."""

from dataclasses import dataclass
from datetime import date

from rules.book import Rules
from triage.calendar import calendar_of


@dataclass(frozen=True, slots=True)
class Left:
    """The days until a last day: both are 0 on the day itself, and below 0 after it.

    `working` is 0 too where only days off lie between: then `days` has something to tell.
    """

    working: int
    days: int


def left(rules: Rules, due: date, today: date) -> Left:
    """Return how many days are left until `due`."""
    calendar = calendar_of(rules)
    working = calendar.worked_between(today, due) - calendar.worked_between(due, today)
    return Left(working, (due - today).days)
