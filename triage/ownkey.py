"""Gives somebody a key pair of their own choosing, in place of the one that was handed to them.

Whoever handed over a first password can have kept it, and a copy of what it locks. So the key that
it unlocks is used once: all that was sealed to it is sealed anew to a key that nobody else has had.
"""

from dataclasses import replace

from sqlalchemy import delete, select, update

from records.case import CaseStaffKey
from records.identity import IdentityAnswer, IdentityRequest, IdentityShare
from records.signin import SavedFilter
from records.staff import Staff
from records.unit import UnitKeyHolder
from records.work import Work
from triage import identity, publickeys
from triage.access import holder_context, staff_key_context
from triage.identity_requests import question_context
from triage.signin import Refused, Unlocked
from vault import box
from vault.box import Box
from vault.context import Context, Purpose
from vault.keys import KeyPair, new_seed


def drawn(person: Unlocked) -> Unlocked:
    """Return the same person with a key that nobody has had before; `take` stores it."""
    return replace(person, seed=new_seed())


def take(work: Work, person: Unlocked, own: Unlocked) -> None:
    """Seal anew what was sealed to a person. Raises Refused if their key has changed meanwhile.

    Under the old key nothing opens any more but copies of what was there before.
    """
    old, new = KeyPair(person.seed), KeyPair(own.seed)
    session, staff_id = work.session, person.staff_id
    session.flush()
    known = session.scalars(
        select(Staff.public_key).where(Staff.id == staff_id).with_for_update()
    ).one()
    if known != old.public:
        raise Refused

    def anew(context: Context, sealed: bytes) -> Box:
        return box.seal(new.public, context, box.unseal(old, context, Box(sealed)))

    for held in session.scalars(select(UnitKeyHolder).where(UnitKeyHolder.staff_id == staff_id)):
        held.box = anew(holder_context(held.unit_code, held.epoch, staff_id), held.box)
    for apart in session.scalars(select(CaseStaffKey).where(CaseStaffKey.staff_id == staff_id)):
        apart.box = anew(staff_key_context(apart.case_id, staff_id), apart.box)
    for share in session.scalars(select(IdentityShare).where(IdentityShare.staff_id == staff_id)):
        share.box = anew(identity.share_context(share.case_id, staff_id, share.epoch), share.box)
    asked = session.execute(
        select(IdentityRequest.case_id, IdentityAnswer)
        .join(IdentityAnswer, IdentityAnswer.request_id == IdentityRequest.id)
        .where(IdentityAnswer.staff_id == staff_id, IdentityAnswer.question.is_not(None))
    )
    for case_id, each in asked:
        context = question_context(case_id, each.request_id, staff_id)
        each.question = anew(context, each.question or b"")
    session.execute(delete(SavedFilter).where(SavedFilter.staff_id == staff_id))
    lost = Context(Purpose.STAFF_SEED_FOR_ESCROW, (staff_id.bytes,))
    escrow_box = box.seal(publickeys.of_escrow(work), lost, new.seed)
    session.execute(
        update(Staff)
        .where(Staff.id == staff_id)
        .values(public_key=new.public, escrow_box=escrow_box)
    )
    session.flush()
