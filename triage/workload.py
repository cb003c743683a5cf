"""How much each colleague has to do, for the head of their unit."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from records.case import Case
from records.work import Work
from triage.access import Insider
from triage.colleagues import Colleague
from triage.queue_sql import Frame, counted


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
    units = tuple(sorted(unit for unit in colleague.units if person.heads(unit)))
    theirs = Case.assigned_to == colleague.id
    row = work.session.execute(
        select(
            counted(person, units, theirs, Case.due_on.is_not(None)),
            counted(person, units, theirs, Case.due_on < frame.today),
        )
    ).one()
    return Load(colleague, *row)
