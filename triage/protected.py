"""The cases of one's units in which somebody is protected, or has called for it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from records.case import Case
from records.clock import CaseClock
from records.work import Store, reading
from rules.book import Rules
from triage import protection
from triage.access import Insider, visible_to
from triage.catalogue import Option
from triage.queue import named
from triage.remaining import Left, left
from triage.titles import Title, titles

#: More than a unit protects at a time; the oldest dates come first.
MOST = 200
_RUNNING = ("protection_requested", "protection_applied")


@dataclass(frozen=True)
class Protected:
    """A case of the list. `due_on`: the next day on which something of its protection is due."""

    id: UUID
    title: Title
    unit: Option
    state: Option
    alarm: bool
    due_on: date | None
    left: Left | None


def look(store: Store, rules: Rules, person: Insider, today: date) -> tuple[Protected, ...]:
    """Return them, what is due first on top; those with nothing due last."""
    clocks = [
        row.id
        for row in rules.deadlines
        if row.id.startswith("BV-") or row.id in {protection.ALARM_CLOCK, protection.REVIEW_CLOCK}
    ]
    due = func.min(CaseClock.due_on)
    running = and_(
        CaseClock.case_id == Case.id,
        CaseClock.rule.in_(clocks),
        CaseClock.met_on.is_(None),
        CaseClock.void_on.is_(None),
    )
    with reading(store) as work:
        found = work.session.execute(
            select(Case.id, Case.unit_code, Case.protection_state, due.label("due_on"))
            .outerjoin(CaseClock, running)
            .where(
                visible_to(person),
                or_(Case.protection_state.in_(_RUNNING), CaseClock.case_id.is_not(None)),
            )
            .group_by(Case.id, Case.unit_code, Case.protection_state)
            .order_by(due.is_(None), due, Case.id)
            .limit(MOST)
        ).all()
        waiting = set(
            work.session.scalars(
                select(CaseClock.case_id).where(
                    CaseClock.case_id.in_([row.id for row in found]),
                    CaseClock.rule == protection.ALARM_CLOCK,
                    CaseClock.met_on.is_(None),
                    CaseClock.void_on.is_(None),
                )
            )
        )
        called = titles(work, person, [row.id for row in found])
        return tuple(
            Protected(
                row.id,
                called[row.id],
                named(rules.units, row.unit_code),
                named(rules.states, row.protection_state),
                row.id in waiting,
                row.due_on,
                left(rules, row.due_on, today) if row.due_on else None,
            )
            for row in found
        )
