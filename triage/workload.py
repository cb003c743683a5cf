"""How much each colleague has to do, for the head of their unit."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from records.case import Case
from records.work import Work
from triage.access import Insider
from triage.colleagues import Colleague
from triage.queue_sql import TODAY, Frame, count, counted

_THEIRS = (
    Case.unit_code.in_(bindparam("led", expanding=True)),
    Case.assigned_to == bindparam("colleague"),
)
_LOAD = select(counted(*_THEIRS, Case.due_on.is_not(None)), counted(*_THEIRS, Case.due_on < TODAY))


@dataclass(frozen=True)
class Load:
    """Cases of a colleague with a deadline that runs, and those of them that are overdue.

    Both are counted up to one more than `queue_sql.MOST`.
    """

    colleague: Colleague
    running: int
    overdue: int


def loads(
    work: Work, person: Insider, frame: Frame, colleagues: Iterable[Colleague]
) -> tuple[Load, ...]:
    """Return what each of them has, in the units that this person heads."""
    return tuple(_load(work, person, frame, each) for each in colleagues)


def _load(work: Work, person: Insider, frame: Frame, colleague: Colleague) -> Load:
    led = sorted(unit for unit in colleague.units if person.heads(unit))
    running, overdue = count(work, person, frame, _LOAD, led=led, colleague=colleague.id)
    return Load(colleague, running, overdue)
