"""The rules in force here: those of the release, with the days that administrators have entered.

The one place where the two meet. Whoever counts a term asks here first, so that a day off holds
everywhere from the next request on, in every process.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from records.office import CalendarDay
from records.work import Store, Work, reading
from rules.book import Rules
from rules.procedure import Correction, DayKind
from rules.rows import Basis, Mark


@dataclass(frozen=True, order=True)
class EnteredDay:
    """A day that a decision made a day off, or a working day."""

    day: date
    off: bool
    name: str
    basis: str


_ENTERED = select(CalendarDay.day, CalendarDay.off, CalendarDay.name, CalendarDay.basis).order_by(
    CalendarDay.day
)
#: The newest rules with entered days, by what they were made of.
_MADE: dict[tuple[str, tuple[EnteredDay, ...]], Rules] = {}


def in_force(store: Store, released: Rules) -> Rules:
    """Return the rules with the days that are entered now."""
    with reading(store) as work:
        return having(released, entered(work))


def entered(work: Work) -> tuple[EnteredDay, ...]:
    """Return the entered days in their order; there are a few for each year."""
    return tuple(EnteredDay(*row) for row in work.ask(_ENTERED))


def having(released: Rules, days: tuple[EnteredDay, ...]) -> Rules:
    """Return the rules with these days, made once for as long as the days stay the same."""
    key = (released.digest, days)
    made = _MADE.get(key)
    if made is None:
        made = with_entered(released, days)
        _MADE.clear()
        _MADE[key] = made
    return made


def with_entered(released: Rules, days: Iterable[EnteredDay]) -> Rules:
    """Return the rules with these days instead of those that are entered."""
    return released.with_days(_correction(each) for each in days)


def _correction(entered: EnteredDay) -> Correction:
    return Correction(
        id=f"entered_{entered.day:%Y_%m_%d}",
        vi=entered.name,
        en=entered.name,
        kind=DayKind.COMP_OFF if entered.off else DayKind.WORKING_SATURDAY,
        first=entered.day,
        last=entered.day,
        enabled=True,
        article=entered.basis,
        basis=Basis.INTERNAL,
        mark=Mark.KNOWN,
        effective_from=entered.day,
    )
