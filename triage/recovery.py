"""Brings people back to their keys: anew, admitted by colleagues, or with the escrow shares."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, or_, select

from ledger.entry import Act
from ledger.note import Signer
from records.case import Case, CaseStaffKey
from records.dossier import Dossier, DossierStaffKey
from records.identity import IdentityShare
from records.instance import Instance
from records.signin import SavedFilter, StaffFactors
from records.staff import Staff
from records.unit import Unit, UnitKey, UnitKeyHolder
from records.work import Work
from triage import (
    casekeys,
    circle,
    dossierkeys,
    leaving,
    logbook,
    membership,
    publickeys,
    staffing,
)
from triage.casefile import OpenCase
from triage.casekeys import NobodyLeft
from triage.dossierkeys import Handed
from triage.publickeys import AUDITORS, LIAISONS
from vault import box, password, shares
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import KeyPair, SecretKey, Seed, new_seed


class RecoveryRefused(Exception):
    """Nothing was recovered; the text says why, and what to do instead."""


def renew_keys(  # noqa: PLR0913, PLR0917  (whose, with which password, by whom, when)
    work: Work,
    staff_id: UUID,
    secret: str,
    promise_key: Signer,
    today: date,
    by: UUID | None = None,
) -> None:
    """Give somebody who lost their password a new key pair under a new one.

    Their colleagues admit them again, as they did the first time, and nothing is lost. Raises
    RecoveryRefused, AppointmentRefused.
    """
    staffing.check_password(secret)
    person = _person(work, staff_id)
    shared = select(IdentityShare.case_id).where(IdentityShare.staff_id == staff_id).limit(1)
    if work.session.execute(shared).first() is not None:
        raise RecoveryRefused(
            f"{person.login} holds shares of identities, which a new key would not open: "
            f"use `dangvan recover person {person.login}` with the escrow shares."
        )
    keys, scope = KeyPair(new_seed()), (staff_id.bytes,)
    lost = Context(Purpose.STAFF_SEED_FOR_ESCROW, scope)
    locked = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, scope)
    units = list(
        work.session.scalars(
            select(UnitKeyHolder.unit_code).where(UnitKeyHolder.staff_id == staff_id).distinct()
        )
    )
    circle.lock(work, units)
    person.public_key = keys.public
    person.locked_seed = password.lock(secret, locked, keys.seed)
    person.escrow_box = box.seal(publickeys.of_escrow(work), lost, keys.seed)
    leaving.end_sessions(work, staff_id)
    for table in (StaffFactors, SavedFilter, UnitKeyHolder, CaseStaffKey, DossierStaffKey):
        work.session.execute(delete(table).where(table.staff_id == staff_id))
    work.session.flush()
    detail = (("by", str(by or "operator")), ("key", membership.fingerprint(keys.public)))
    logbook.record(work, Act("staff.keys_renewed", today, str(staff_id), detail), promise_key)
    for unit in sorted(units):  # whoever has the lost key may have copied those of the units
        membership.renew_epoch(work, unit, promise_key, today)


def open_escrow(work: Work, words: Sequence[str]) -> KeyPair:
    """Join escrow shares. Raises RecoveryRefused."""
    try:
        keys = KeyPair(Seed(shares.join(words)))
    except VaultError as error:
        raise RecoveryRefused(str(error)) from None
    if keys.public != work.session.execute(select(Instance.escrow_key)).scalar_one():
        raise RecoveryRefused("These are shares of another instance's escrow key.")
    return keys


def recover_person(  # noqa: PLR0913, PLR0917
    work: Work, escrow: KeyPair, staff_id: UUID, secret: str, promise_key: Signer, today: date
) -> None:
    """Lock somebody's own key with a new password; whatever was sealed to them opens again.

    Like the password of an appointment it serves once: the person then chooses their own, which
    the operator does not know, and new second factors, as the old ones may be lost or in other
    hands. Raises RecoveryRefused, AppointmentRefused.
    """
    staffing.check_password(secret)
    person, scope = _person(work, staff_id), (staff_id.bytes,)
    lost = Context(Purpose.STAFF_SEED_FOR_ESCROW, scope)
    seed = box.unseal(escrow, lost, Box(person.escrow_box))
    locked = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, scope)
    person.locked_seed = password.lock(secret, locked, seed)  # not settled: staffing.SETTLED
    leaving.end_sessions(work, staff_id)
    work.session.execute(delete(StaffFactors).where(StaffFactors.staff_id == staff_id))
    work.session.flush()
    act = Act("escrow.opened", today, str(staff_id), (("purpose", "person"),))
    logbook.record(work, act, promise_key)


def recover_unit(  # noqa: PLR0913, PLR0917
    work: Work, escrow: KeyPair, unit: str, to: UUID, promise_key: Signer, today: date
) -> int:
    """Draw a new key for a unit that a member holds too, and seal its cases to it.

    Returns how many cases, or dossiers of a circle. The auditors' earlier keys, which open the log,
    are handed on. Raises RecoveryRefused.
    """
    if work.session.get(Unit, unit) is None:
        raise RecoveryRefused(f"There is no unit {unit!r} in this instance.")
    circle.lock(work, [unit])
    here = circle.circle(work, unit)
    if to not in here.holders and to not in membership.waiting(work, here):
        raise RecoveryRefused("That person has no role that takes this unit's key.")
    act = Act("escrow.opened", today, unit, (("purpose", "unit"), ("to", str(to))))
    logbook.record(work, act, promise_key)
    membership.begin_epoch_for(work, unit, {*here.holders, to}, promise_key, today)
    if unit == AUDITORS:
        _hand_earlier(work, escrow, unit, to, today)
    if unit in LIAISONS:
        return dossierkeys.seal_all(work, unit, _dossiers(work, escrow, unit))
    return _seal_cases(work, escrow, unit)


def _hand_earlier(work: Work, escrow: KeyPair, unit: str, to: UUID, today: date) -> None:
    had = set(
        work.session.scalars(
            select(UnitKeyHolder.epoch).where(
                UnitKeyHolder.unit_code == unit, UnitKeyHolder.staff_id == to
            )
        )
    )
    rows = work.session.execute(
        select(UnitKey.epoch, UnitKey.escrow_box).where(UnitKey.unit_code == unit)
    ).all()
    for epoch, sealed in rows:
        if epoch not in had:
            context = Context(Purpose.UNIT_SEED_FOR_ESCROW, (unit.encode(), epoch.to_bytes(4)))
            seed = Seed(box.unseal(escrow, context, Box(sealed)))
            membership.hand_key(work, unit, epoch, seed, to, today)


def _seal_cases(work: Work, escrow: KeyPair, unit: str) -> int:
    here = circle.circle(work, unit)
    rows = work.session.execute(
        select(Case.id, Case.escrow_wrap).where(Case.unit_code == unit).order_by(Case.id)
    ).all()
    sealed = 0
    for case_id, wrap in rows:
        case = _opened(escrow, case_id, wrap)
        try:
            casekeys.hold(work, case, here)
        except NobodyLeft:  # all of the unit are recused: it stays with the escrow
            casekeys.take_away(work, case)
            continue
        sealed += 1
    return sealed


def _dossiers(work: Work, escrow: KeyPair, circle: str) -> Iterator[Handed]:
    """Yield the dossiers of a circle: their keys stand in the cases that they are of."""
    of = or_(Dossier.circle == circle, Dossier.copied_to == circle)
    rows = work.session.execute(
        select(Case.id, Case.escrow_wrap)
        .where(Case.id.in_(select(Dossier.case_id).where(of)))
        .order_by(Case.id)
    ).all()
    for case_id, wrap in rows:
        for each in dossierkeys.of_case(work, _opened(escrow, case_id, wrap)):
            if circle in each.circles:
                yield each


def _opened(escrow: KeyPair, case_id: UUID, wrap: bytes) -> OpenCase:
    context = Context(Purpose.CASE_KEY_FOR_ESCROW, (case_id.bytes,))
    return OpenCase(case_id, SecretKey(box.unseal(escrow, context, Box(wrap))))


def _person(work: Work, staff_id: UUID) -> Staff:
    person = work.session.get(Staff, staff_id, with_for_update={"key_share": True})
    if person is None or person.left_on is not None:
        raise RecoveryRefused("Nobody of that name works here.")
    return person
