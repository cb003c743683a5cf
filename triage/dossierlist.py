"""The list of dossiers that a liaison may open: what is due first comes first, nothing is hidden.

One that waits to be received has no clock yet, and is due at once: it stands among the others by
the day on which it was handed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from records.case import Case, CaseEvent
from records.clock import CaseClock
from records.dossier import Dossier, DossierKind
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import Track
from rules.rows import Named
from triage import dossierkeys, dossiers, receipts
from triage.access import Insider
from triage.course import track_of
from triage.dossierkeys import ASKED_ANEW, REFERRED, TRACKS, Handed
from triage.queue_sql import Bucket, Frame, Mark
from triage.remaining import Left, left
from triage.titles import Title, Unreadable

#: Dossiers of a page.
LENGTH = 25
#: The states in which nobody has begun with a dossier yet.
_WAITING = ("police_handed_over", "protection_requested")


class Group(StrEnum):
    """How far a dossier has come; OVERDUE: a last day of it has passed, however far."""

    WAITING = "waiting"
    RUNNING = "running"
    DECIDED = "decided"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Row:
    """A dossier in the list.

    `state`: of the police track, or of the protection; none where a later dossier has taken its
    place. `due_on`: the first last day of its clocks that run. `reminded`: how often a term ended
    without a result. `is_copy`: it is the procuracy's.
    """

    id: UUID
    title: Title
    kind: DossierKind
    unit: Named | None
    number: str
    receipt: str
    state: Named | None
    group: Group
    handed_on: date
    due_on: date | None
    left: Left | None
    bucket: Bucket
    reminded: int
    is_copy: bool


@dataclass(frozen=True)
class Listing:
    """A page of dossiers. `next`: where the following page begins.

    `counts`: how many there are of each group. `unanswered`: those of which a reminder has gone out
    and no result has come (HS-12).
    """

    rows: tuple[Row, ...]
    next: Mark | None
    counts: Mapping[Group, int]
    unanswered: int


def listed(  # noqa: PLR0913, PLR0917
    store: Store,
    rules: Rules,
    person: Insider,
    today: date,
    after: Mark | None = None,
    group: Group | None = None,
) -> Listing:
    """Return a page of the dossiers that a liaison may know of, of one group or of all."""
    with reading(store) as work:
        handed = _handed(rules, person, today)
        asked = select(handed).order_by(handed.c.place, handed.c.handed_on.desc(), handed.c.id)
        if group is Group.OVERDUE:
            asked = asked.where(handed.c.due_on < today)
        elif group is not None:
            asked = asked.where(handed.c.standing == group)
        if after is not None:
            asked = asked.where(_behind(handed, after))
        rows = work.session.execute(asked.limit(LENGTH + 1)).all()
        shown = _rows(work, rules, person, rows[:LENGTH], today)
        counts, unanswered = _counted(work, handed, today)
    last = rows[LENGTH - 1] if len(rows) > LENGTH else None
    return Listing(shown, None if last is None else _mark(last), counts, unanswered)


def _mark(row: Any) -> Mark:  # noqa: ANN401  (a row of `_handed`)
    return Mark(None if row.place == date.max else row.place, row.handed_on, row.id)


def _behind(handed: Subquery, after: Mark) -> ColumnElement[bool]:
    columns, place = handed.c, after.due_on or date.max
    return or_(
        columns.place > place,
        and_(columns.place == place, columns.handed_on < after.arrived_on),
        and_(columns.place == place, columns.handed_on == after.arrived_on, columns.id > after.id),
    )


def _counted(work: Work, handed: Subquery, today: date) -> tuple[dict[Group, int], int]:
    late = handed.c.due_on < today
    unanswered = and_(late, handed.c.reminded > 0, handed.c.standing == Group.RUNNING)
    rows = work.session.execute(
        select(
            handed.c.standing,
            func.count().label("all"),
            func.count(case((late, 1))).label("late"),
            func.count(case((unanswered, 1))).label("unanswered"),
        ).group_by(handed.c.standing)
    ).all()
    counts = {Group(row.standing): row.all for row in rows}
    counts[Group.OVERDUE] = sum(row.late for row in rows)
    return counts, sum(row.unanswered for row in rows)


def _handed(rules: Rules, person: Insider, today: date) -> Subquery:
    """Return what stands in the open of every dossier that this person may know of."""
    replaced = _replaced()
    state = case(
        (Dossier.kind == DossierKind.CRIME, Case.police_state), else_=Case.protection_state
    )
    final = [row.id for row in rules.states.all_on(today) if row.final]
    standing = case(
        (replaced, Group.DECIDED),
        (state.in_(_WAITING), Group.WAITING),
        (state.in_(final), Group.DECIDED),
        else_=Group.RUNNING,
    )
    due = case((replaced, None), else_=_due(rules))
    waits_since = case((standing == Group.WAITING, Dossier.handed_on))
    return (
        select(
            Dossier.id,
            Dossier.kind,
            Dossier.cover,
            Dossier.copied_to,
            Dossier.handed_on,
            due.label("due_on"),
            func.coalesce(due, waits_since, literal(date.max, Date)).label("place"),
            case((replaced, None), else_=state).label("state"),
            standing.label("standing"),
            case((replaced, 0), else_=_reminders()).label("reminded"),
        )
        .join(Case, Case.id == Dossier.case_id)
        .where(dossierkeys.visible_to(person))
        .subquery("handed")
    )


def _replaced() -> ColumnElement[bool]:
    """Return the condition under which a later dossier, or a new request, has taken its place."""
    later, anew = aliased(Dossier), aliased(CaseEvent)
    referred = (
        select(func.max(CaseEvent.position))
        .where(CaseEvent.case_id == Dossier.case_id, CaseEvent.kind == REFERRED)
        .correlate(Dossier)
        .scalar_subquery()
    )
    return or_(
        exists().where(
            later.case_id == Dossier.case_id,
            later.kind == Dossier.kind,
            later.number > Dossier.number,
        ),
        and_(
            Dossier.kind == DossierKind.PROTECTION,
            exists().where(
                anew.case_id == Dossier.case_id, anew.kind == ASKED_ANEW, anew.position > referred
            ),
        ),
    )


def _due(rules: Rules) -> ColumnElement[Any]:
    """Return the first last day of the clocks of a dossier's track that run."""
    own = or_(
        *(
            and_(Dossier.kind == kind, CaseClock.rule.in_(_rules_of(rules, track)))
            for kind, track in TRACKS.items()
        )
    )
    return (
        select(func.min(CaseClock.due_on))
        .where(
            CaseClock.case_id == Dossier.case_id,
            CaseClock.met_on.is_(None),
            CaseClock.void_on.is_(None),
            own,
        )
        .correlate(Dossier)
        .scalar_subquery()
    )


def _rules_of(rules: Rules, track: Track) -> list[str]:
    return sorted({row.id for row in rules.deadlines if track_of(rules, row.start) is track})


def _reminders() -> ColumnElement[Any]:
    """Return how often a term of a dossier has ended without a result (TTLT 03 7(3))."""
    return (
        select(func.count())
        .select_from(CaseEvent)
        .where(
            CaseEvent.case_id == Dossier.case_id,
            CaseEvent.kind == dossiers.REMINDED,
            CaseEvent.happened_on >= Dossier.handed_on,
            Dossier.kind == DossierKind.CRIME,
        )
        .correlate(Dossier)
        .scalar_subquery()
    )


def _rows(
    work: Work,
    rules: Rules,
    person: Insider,
    rows: Any,  # noqa: ANN401
    today: date,
) -> tuple[Row, ...]:
    opened = dossierkeys.open_all(work, person, [row.id for row in rows])
    numbers = receipts.numbers(work, opened)
    frame = Frame.of(rules, today)
    return tuple(
        _row(rules, frame, person, opened.get(row.id), row, numbers.get(row.id, "")) for row in rows
    )


def _row(  # noqa: PLR0913, PLR0917
    rules: Rules,
    frame: Frame,
    person: Insider,
    dossier: Handed | None,
    row: Any,  # noqa: ANN401
    receipt: str,
) -> Row:
    cover = None if dossier is None else dossiers.cover(dossier, row.cover)
    title = Title(unreadable=Unreadable.NO_KEY if dossier is None else Unreadable.DAMAGED)
    if cover is not None:
        title = Title(cover.title)
    group = Group(row.standing)
    return Row(
        row.id,
        title,
        DossierKind(row.kind),
        None if cover is None else rules.units.by_id[cover.unit][-1],
        "" if cover is None else cover.decision_number,
        receipt,
        None if row.state is None else rules.states.by_id[row.state][-1],
        group,
        row.handed_on,
        row.due_on,
        left(rules, row.due_on, frame.today) if row.due_on else None,
        _bucket(frame, row.due_on, group),
        row.reminded,
        row.copied_to in person.circles,
    )


def _bucket(frame: Frame, due_on: date | None, group: Group) -> Bucket:
    if due_on is None:
        return Bucket.DONE if group is Group.DECIDED else Bucket.WITHOUT
    if due_on <= frame.today:
        return Bucket.TODAY if due_on == frame.today else Bucket.OVERDUE
    return Bucket.SOON if due_on <= frame.soon else Bucket.LATER
