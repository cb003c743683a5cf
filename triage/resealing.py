"""Seals cases anew in the session of somebody who can open them, after people came or left."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union

from ledger.entry import Act
from ledger.note import Signer
from records.case import Case, CaseKey, CaseStaffKey
from records.clock import CaseRecusal
from records.staff import Staff
from records.work import Work
from triage import access, casekeys, logbook
from triage.access import Insider
from triage.circle import Circle

#: Cases of one act: a second or so.
BATCH = 500


def reseal(  # noqa: PLR0913, PLR0917
    work: Work,
    person: Insider,
    circle: Circle,
    promise_key: Signer,
    today: date,
    limit: int = BATCH,
) -> int:
    """Seal up to `limit` cases to those who may have them today, and return how many it were.

    The circle is locked and held by the person (membership.held_circle).
    """
    ids = work.session.scalars(_misplaced(person, circle).limit(limit)).all()
    done = _hold_all(work, person, circle, ids)
    if done:
        detail = (("by", str(person.id)), ("cases", str(done)), ("epoch", str(circle.key.epoch)))
        logbook.record(work, Act("cases.resealed", today, circle.unit, detail), promise_key)
    return done


def share(work: Work, person: Insider, circle: Circle) -> None:
    """Give a new colleague their part in cases held apart, and keep from them what must be kept.

    All at once: the colleague holds the unit's keys from this act on.
    """
    case_ids = _misplaced(person, circle, or_(*_apart(circle)))
    _hold_all(work, person, circle, work.session.scalars(case_ids).all())


def left(work: Work, person: Insider, circle: Circle) -> int:
    """Return how many cases wait to be sealed anew, as far as a person may know."""
    waiting = _misplaced(person, circle).subquery()
    return work.session.execute(select(func.count()).select_from(waiting)).scalar_one()


def _hold_all(work: Work, person: Insider, circle: Circle, case_ids: Iterable[UUID]) -> int:
    opened = access.open_cases(work, person, case_ids)
    for case in opened.values():
        casekeys.hold(work, case, circle)
    return len(opened)


def _misplaced(
    person: Insider, circle: Circle, wrong: ColumnElement[bool] | None = None
) -> Select[UUID]:
    """Select the cases of a unit that others should hold than do, and that this person can open."""
    earlier = exists().where(_wrap_of(circle), CaseKey.epoch != circle.key.epoch)
    if wrong is None:
        wrong = or_(earlier, *_apart(circle))
    holdings = [epoch for unit, epoch in person.unit_keys if unit == circle.unit]
    mine = or_(
        exists().where(_wrap_of(circle), CaseKey.epoch.in_(holdings)),
        exists().where(_apart_for(person.id)),
    )
    return (
        select(Case.id)
        .where(
            Case.unit_code == circle.unit,
            Case.id.in_(_candidates(circle)),
            wrong,
            mine,
            access.visible_to(person),
        )
        .order_by(Case.id)
    )


def _candidates(circle: Circle) -> Select[UUID]:
    """Select the few cases that can be misplaced, each by an index."""
    earlier = select(CaseKey.case_id).where(
        CaseKey.unit_code == circle.unit, CaseKey.epoch != circle.key.epoch
    )
    kept = select(CaseRecusal.case_id).where(CaseRecusal.staff_id.in_(sorted(circle.holders)))
    apart = select(CaseStaffKey.case_id)
    found = union(earlier, kept, apart).subquery()
    return select(found.c[0])


def _apart(circle: Circle) -> tuple[ColumnElement[bool], ...]:
    """Return what is wrong with how a case is held, apart from its epoch."""
    kept_from_one = exists().where(
        CaseRecusal.case_id == Case.id, CaseRecusal.staff_id.in_(sorted(circle.holders))
    )
    held_apart = exists().where(CaseStaffKey.case_id == Case.id)
    someone_lacks_it = exists().where(
        Staff.id.in_(sorted(circle.readers)),
        ~exists()
        .where(CaseRecusal.case_id == Case.id, CaseRecusal.staff_id == Staff.id)
        .correlate(Case, Staff),
        ~exists()
        .where(CaseStaffKey.case_id == Case.id, CaseStaffKey.staff_id == Staff.id)
        .correlate(Case, Staff),
    )
    return (
        and_(exists().where(_wrap_of(circle)), kept_from_one),
        and_(held_apart, ~kept_from_one),
        and_(held_apart, someone_lacks_it),
    )


def _wrap_of(circle: Circle) -> ColumnElement[bool]:
    return and_(CaseKey.case_id == Case.id, CaseKey.unit_code == circle.unit)


def _apart_for(staff_id: UUID) -> ColumnElement[bool]:
    return and_(CaseStaffKey.case_id == Case.id, CaseStaffKey.staff_id == staff_id)
