"""Seals cases anew in the session of somebody who can open them, after people came or left.

And dossiers, for a circle: whatever is said of cases here holds for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from ledger.entry import Act
from ledger.note import Signer
from records.case import Case, CaseKey, CaseStaffKey
from records.clock import CaseRecusal
from records.dossier import Dossier, DossierKey, DossierStaffKey
from records.staff import Staff
from records.work import Work
from triage import access, casekeys, dossierkeys, logbook
from triage.access import Insider
from triage.circle import Circle
from triage.publickeys import LIAISONS

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
    case_ids = _misplaced(person, circle, only_apart=True)
    _hold_all(work, person, circle, work.session.scalars(case_ids).all())


def left(work: Work, person: Insider, circle: Circle) -> int:
    """Return how many cases wait to be sealed anew, as far as a person may know."""
    waiting = _misplaced(person, circle).subquery()
    return work.session.execute(select(func.count()).select_from(waiting)).scalar_one()


def _hold_all(work: Work, person: Insider, circle: Circle, ids: Iterable[UUID]) -> int:
    if circle.unit in LIAISONS:
        dossiers = dossierkeys.open_all(work, person, ids)
        for dossier in dossiers.values():
            dossierkeys.hold(work, dossier, circle)
        return len(dossiers)
    cases = access.open_cases(work, person, ids)
    for case in cases.values():
        casekeys.hold(work, case, circle)
    return len(cases)


@dataclass(frozen=True)
class _Sealed:
    """What a unit or a circle holds: cases, or dossiers. `case`: whose recusals count.

    `here`: those that this person may know of. `wrap` and `apart`: conditions on the keys to all,
    of an epoch, and on those to one of them, by whom.
    """

    id: InstrumentedAttribute[UUID]
    case: InstrumentedAttribute[UUID]
    here: ColumnElement[bool]
    wrap: ColumnElement[bool]
    epoch: InstrumentedAttribute[int]
    wrapped: InstrumentedAttribute[UUID]
    wrapped_to: InstrumentedAttribute[str]
    apart: ColumnElement[bool]
    holder: InstrumentedAttribute[UUID]
    kept: InstrumentedAttribute[UUID]


def _cases(person: Insider, circle: Circle) -> _Sealed:
    return _Sealed(
        Case.id,
        Case.id,
        and_(Case.unit_code == circle.unit, access.visible_to(person)),
        and_(CaseKey.case_id == Case.id, CaseKey.unit_code == circle.unit),
        CaseKey.epoch,
        CaseKey.case_id,
        CaseKey.unit_code,
        CaseStaffKey.case_id == Case.id,
        CaseStaffKey.staff_id,
        CaseStaffKey.case_id,
    )


def _dossiers(person: Insider, circle: Circle) -> _Sealed:
    of_circle = or_(Dossier.circle == circle.unit, Dossier.copied_to == circle.unit)
    return _Sealed(
        Dossier.id,
        Dossier.case_id,
        and_(of_circle, dossierkeys.visible_to(person)),
        and_(DossierKey.dossier_id == Dossier.id, DossierKey.circle == circle.unit),
        DossierKey.epoch,
        DossierKey.dossier_id,
        DossierKey.circle,
        and_(DossierStaffKey.dossier_id == Dossier.id, DossierStaffKey.circle == circle.unit),
        DossierStaffKey.staff_id,
        DossierStaffKey.dossier_id,
    )


def _misplaced(person: Insider, circle: Circle, *, only_apart: bool = False) -> Select[UUID]:
    """Select what others of a unit should hold than do, and this person can open.

    `only_apart`: of what is, or must be, held by each of them apart.
    """
    what = (_dossiers if circle.unit in LIAISONS else _cases)(person, circle)
    wrong = _held_wrongly(what, circle)
    if not only_apart:
        wrong = or_(exists().where(what.wrap, what.epoch != circle.key.epoch), wrong)
    holdings = [epoch for unit, epoch in person.unit_keys if unit == circle.unit]
    mine = or_(
        exists().where(what.wrap, what.epoch.in_(holdings)),
        exists().where(what.apart, what.holder == person.id),
    )
    return (
        select(what.id)
        .where(what.here, _may_be_misplaced(what, circle), wrong, mine)
        .order_by(what.id)
    )


def _may_be_misplaced(what: _Sealed, circle: Circle) -> ColumnElement[bool]:
    """Return the condition under which something is one of the few to look at, by an index."""
    earlier = select(what.wrapped).where(
        what.wrapped_to == circle.unit, what.epoch != circle.key.epoch
    )
    recused = select(CaseRecusal.case_id).where(CaseRecusal.staff_id.in_(sorted(circle.holders)))
    kept = select(what.id).where(what.case.in_(recused))
    found = union(earlier, kept, select(what.kept)).subquery()
    return what.id.in_(select(found.c[0]))


def _held_wrongly(what: _Sealed, circle: Circle) -> ColumnElement[bool]:
    """Return what is wrong with how something is held, apart from its epoch."""
    kept_from_one = exists().where(
        CaseRecusal.case_id == what.case, CaseRecusal.staff_id.in_(sorted(circle.holders))
    )
    held_apart = exists().where(what.apart)
    someone_lacks_it = exists().where(
        Staff.id.in_(sorted(circle.readers)),
        ~exists()
        .where(CaseRecusal.case_id == what.case, CaseRecusal.staff_id == Staff.id)
        .correlate(what.id.class_, Staff),
        ~exists().where(what.apart, what.holder == Staff.id).correlate(what.id.class_, Staff),
    )
    return or_(
        and_(exists().where(what.wrap), kept_from_one),
        and_(held_apart, ~kept_from_one),
        and_(held_apart, someone_lacks_it),
    )
