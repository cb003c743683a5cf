"""Why a case is due when it is: each clock, its rule, the days left out, the pauses."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from records.case import Case
from records.work import Store, reading
from rules.book import Rules
from triage import casebook, clock_views
from triage.access import Insider, NoSuchCase, visible_to
from triage.clock_views import ClockView
from triage.titles import Title, titles


@dataclass(frozen=True)
class Why:
    """A case and its clocks: those that run first."""

    case_id: UUID
    title: Title
    clocks: tuple[ClockView, ...]


def why(store: Store, rules: Rules, person: Insider, case_id: UUID, today: date) -> Why:
    """Return the clocks of a case. Raises NoSuchCase for one that this person may not know of."""
    with reading(store) as work:
        channel = work.session.execute(
            select(Case.channel).where(Case.id == case_id, visible_to(person))
        ).scalar_one_or_none()
        if channel is None:
            raise NoSuchCase
        course = casebook.course(work, rules, case_id, channel)
        title = titles(work, person, [case_id])[case_id]
    return Why(case_id, title, clock_views.of(rules, course, today))
