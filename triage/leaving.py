"""Ends somebody's work: here or at one unit; nothing that is sealed afterwards opens for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from ledger.entry import Act
from ledger.note import Signer
from records.case import Case, CaseStaffKey
from records.dossier import DossierStaffKey
from records.signin import SavedFilter, StaffDevice, StaffFactors, StaffSession
from records.staff import Staff, StaffRole, Substitution
from records.unit import UnitKeyHolder
from records.work import Work
from triage import circle, identity, logbook, membership


class NotHere(Exception):
    """The person does not work here, or not at that unit."""


@dataclass(frozen=True)
class Left:
    """What a departure leaves to be done: cases to give to others, and what nobody can open."""

    unassigned: tuple[UUID, ...]
    #: Held apart for the leaver alone, cases and dossiers: only `dangvan recover unit` brings
    #: them back.
    orphaned: tuple[UUID, ...]
    #: Identities that the other custodians could not open without the leaver's share: it stays.
    shares_kept: int = 0


def leave(
    work: Work, staff_id: UUID, promise_key: Signer, today: date, by: UUID | None = None
) -> Left:
    """End somebody's work here. `by` is empty for the operator's command. Raises NotHere."""
    person = work.session.get(Staff, staff_id, with_for_update={"key_share": True})
    if person is None or person.left_on is not None:
        raise NotHere
    person.left_on = today
    person.subject = None  # whoever comes by that name from now on is somebody else
    end_sessions(work, staff_id)
    for table in (StaffFactors, SavedFilter):
        work.session.execute(delete(table).where(table.staff_id == staff_id))
    units = _units(work, staff_id)
    _log(work, "staff.left", staff_id, promise_key, today, by, units)
    return _take_posts(work, staff_id, units, promise_key, today)


def leave_unit(  # noqa: PLR0913, PLR0917
    work: Work,
    staff_id: UUID,
    unit: str,
    promise_key: Signer,
    today: date,
    by: UUID | None = None,
) -> Left:
    """End somebody's work at one unit: every role, the unit's key. Raises NotHere."""
    if unit not in _units(work, staff_id):
        raise NotHere
    _log(work, "staff.left_unit", staff_id, promise_key, today, by, [unit])
    return _take_posts(work, staff_id, [unit], promise_key, today)


def end_sessions(work: Work, staff_id: UUID) -> None:
    """Sign somebody out everywhere, and forget their browsers."""
    for table in (StaffSession, StaffDevice):
        work.session.execute(delete(table).where(table.staff_id == staff_id))


def _units(work: Work, staff_id: UUID) -> list[str]:
    """Return the units where somebody has a role or holds a key."""
    return sorted(
        set(work.session.scalars(select(StaffRole.unit_code).where(StaffRole.staff_id == staff_id)))
        | set(
            work.session.scalars(
                select(UnitKeyHolder.unit_code).where(UnitKeyHolder.staff_id == staff_id)
            )
        )
    )


def _log(  # noqa: PLR0913, PLR0917
    work: Work,
    kind: str,
    staff_id: UUID,
    promise_key: Signer,
    today: date,
    by: UUID | None,
    units: Iterable[str],
) -> None:
    detail = (("by", str(by or "operator")), ("units", ",".join(units)))
    logbook.record(work, Act(kind, today, str(staff_id), detail), promise_key)


def _take_posts(
    work: Work, staff_id: UUID, units: list[str], promise_key: Signer, today: date
) -> Left:
    """Take every role at some units, and all that goes with it."""
    work.session.execute(
        delete(StaffRole).where(StaffRole.staff_id == staff_id, StaffRole.unit_code.in_(units))
    )
    left = shut_out(work, staff_id, units, promise_key, today)
    return replace(left, shares_kept=identity.take_shares(work, staff_id))


def shut_out(
    work: Work, staff_id: UUID, units: Sequence[str], promise_key: Signer, today: date
) -> Left:
    """Take the keys of some units and the cases there; their other members get new keys."""
    unassigned = _unassign(work, staff_id, units)  # cases are locked before units, as by every act
    circle.lock(work, units)
    held = set(
        work.session.scalars(
            delete(UnitKeyHolder)
            .where(UnitKeyHolder.staff_id == staff_id, UnitKeyHolder.unit_code.in_(units))
            .returning(UnitKeyHolder.unit_code)
        )
    )
    _end_substitutions(work, staff_id, units, today)
    left = Left(unassigned, _take_cases(work, staff_id, units))
    for unit in sorted(held):
        membership.renew_epoch(work, unit, promise_key, today)
    return left


def _end_substitutions(work: Work, staff_id: UUID, units: Sequence[str], today: date) -> None:
    theirs = (
        Substitution.unit_code.in_(units),
        or_(Substitution.absent_id == staff_id, Substitution.substitute_id == staff_id),
    )
    work.session.execute(delete(Substitution).where(*theirs, Substitution.first_on >= today))
    work.session.execute(
        update(Substitution)
        .where(*theirs, Substitution.last_on >= today)
        .values(last_on=today - timedelta(days=1))
    )


def _unassign(work: Work, staff_id: UUID, units: Sequence[str]) -> tuple[UUID, ...]:
    assigned = work.session.scalars(
        select(Case.id)
        .where(Case.assigned_to == staff_id, Case.unit_code.in_(units))
        .order_by(Case.id)  # one order for all, so that two never wait in a ring
        .with_for_update(key_share=True)
    ).all()
    work.session.execute(update(Case).where(Case.id.in_(assigned)).values(assigned_to=None))
    return tuple(assigned)


def _take_cases(work: Work, staff_id: UUID, units: Sequence[str]) -> tuple[UUID, ...]:
    """Take the cases held apart for somebody, and return those that nobody else holds."""
    of_units = select(Case.id).where(Case.unit_code.in_(units))
    taken = set(
        work.session.scalars(
            delete(CaseStaffKey)
            .where(CaseStaffKey.staff_id == staff_id, CaseStaffKey.case_id.in_(of_units))
            .returning(CaseStaffKey.case_id)
        )
    )
    kept = set(
        work.session.scalars(select(CaseStaffKey.case_id).where(CaseStaffKey.case_id.in_(taken)))
    )
    return tuple(sorted({*(taken - kept), *_take_dossiers(work, staff_id, units)}))


def _take_dossiers(work: Work, staff_id: UUID, circles: Sequence[str]) -> set[UUID]:
    """Do the same with dossiers held apart; those that nobody else of the circle holds."""
    place = DossierStaffKey.dossier_id, DossierStaffKey.circle
    rows = work.session.execute(
        delete(DossierStaffKey)
        .where(DossierStaffKey.staff_id == staff_id, DossierStaffKey.circle.in_(circles))
        .returning(*place)
    ).all()
    taken = {(dossier, circle) for dossier, circle in rows}
    held = select(*place).where(DossierStaffKey.dossier_id.in_([each for each, _ in taken]))
    kept = {(dossier, circle) for dossier, circle in work.session.execute(held)}
    return {each for each, _ in taken - kept}
