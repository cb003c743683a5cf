"""The reporter's identity: sealed under a key of its own, which is cut among the custodians.

Nobody holds that key. Two custodians must bring their shares, each sealed to their own key.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update

from ledger.note import Signer
from records.identity import CustodianCard, IdentityAnswer, IdentityShare
from records.identity import Identity as IdentityRow
from records.staff import Role, Staff, StaffRole
from records.work import Store, Work, reading
from triage import vouching
from triage.submission import Identity
from triage.vouching import Card
from vault import box, item, shares
from vault.context import Context, Purpose
from vault.keys import PublicKey, new_secret_key

#: How many custodians must agree.
NEEDED = 2


class NoCustodians(Exception):
    """Too few custodians have been admitted: no identity can be kept under lock."""


@dataclass(frozen=True)
class Custodian:
    """A person who holds shares, and the key that theirs are sealed to."""

    staff_id: UUID
    public_key: PublicKey


def custodians(work: Work, promise_key: Signer) -> tuple[Custodian, ...]:
    """Return the custodians of today who are admitted, at most as many as there can be shares.

    Whoever was appointed and not admitted, or has another key since, is none of them. The promise
    key vouches for the first: its file is what the database cannot reach.
    """
    known = {(card.staff_id, card.key) for card in cards(work, promise_key)}
    found = (
        each
        for each in appointed(work)
        if (each.staff_id, vouching.digest(each.public_key)) in known
    )
    return tuple(found)[: shares.MOST_SHARES]


def cards(work: Work, promise_key: Signer) -> frozenset[Card]:
    """Return the cards that count, also those of earlier keys and of custodians who left."""
    notes = work.session.scalars(select(CustodianCard.note))
    return vouching.admitted(notes, promise_key.verifier, NEEDED)


def appointed(work: Work) -> tuple[Custodian, ...]:
    """Return whoever has the role of a custodian today, admitted or not."""
    rows = work.session.execute(_custodians_of_today().order_by(Staff.id))
    return tuple(Custodian(staff_id, PublicKey(key)) for staff_id, key in rows)


def _custodians_of_today() -> Select[UUID, bytes]:
    return (
        select(Staff.id, Staff.public_key)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(StaffRole.role == Role.CUSTODIAN, Staff.left_on.is_(None))
        .distinct()
    )


def can_be_kept(store: Store, promise_key: Signer) -> bool:
    """Tell whether there are custodians enough to keep an identity under lock."""
    with reading(store) as work:
        return len(custodians(work, promise_key)) >= NEEDED


def keep(work: Work, case_id: UUID, who: Identity, promise_key: Signer, day: date) -> None:
    """Seal an identity and hand each admitted custodian a share of its key.

    One given later replaces the earlier one, and its epoch makes earlier shares worthless.
    Raises NoCustodians.
    """
    holders = custodians(work, promise_key)
    if len(holders) < NEEDED:
        raise NoCustodians
    row = work.session.get(IdentityRow, case_id, with_for_update=True)
    epoch = 1 if row is None else row.epoch + 1
    scope = (case_id.bytes, epoch.to_bytes(4))
    key = new_secret_key()
    data = json.dumps(asdict(who), ensure_ascii=False).encode()
    sealed = item.seal(key, Context(Purpose.IDENTITY, scope), data)
    if row is None:
        work.session.add(
            IdentityRow(case_id=case_id, epoch=epoch, sealed=sealed, needed=NEEDED, given_on=day)
        )
    else:
        row.epoch, row.sealed, row.needed, row.given_on = epoch, sealed, NEEDED, day
    for holder, words in zip(holders, shares.cut(key, NEEDED, len(holders)), strict=True):
        context = share_context(case_id, holder.staff_id, epoch)
        work.session.add(
            IdentityShare(
                case_id=case_id,
                staff_id=holder.staff_id,
                epoch=epoch,
                box=box.seal(holder.public_key, context, words.encode()),
            )
        )


def share_context(case_id: UUID, staff_id: UUID, epoch: int) -> Context:
    """Return what a share of an identity's key is bound to."""
    scope = (case_id.bytes, staff_id.bytes, epoch.to_bytes(4))
    return Context(Purpose.IDENTITY_SHARE_FOR_CUSTODIAN, scope)


def take_shares(work: Work, staff_id: UUID) -> int:
    """Take the shares of whoever is a custodian no more, and return how many have to stay.

    One stays where the custodians of today could not open the identity with theirs alone; by
    itself it opens nothing.
    """
    held = IdentityShare.staff_id == staff_id
    work.session.flush()
    work.session.execute(
        select(IdentityRow.case_id)
        .where(IdentityRow.case_id.in_(select(IdentityShare.case_id).where(held)))
        .order_by(IdentityRow.case_id)
        .with_for_update(key_share=True)  # two who leave at once are counted one after the other
    ).all()
    keepers = _custodians_of_today().subquery()
    if work.session.execute(select(keepers).where(keepers.c.id == staff_id)).first():
        return 0
    work.session.execute(
        update(IdentityAnswer).where(IdentityAnswer.staff_id == staff_id).values(question=None)
    )
    enough = (
        select(IdentityRow.case_id)
        .join(IdentityShare, IdentityShare.case_id == IdentityRow.case_id)
        .where(
            IdentityShare.epoch == IdentityRow.epoch,
            IdentityShare.staff_id.in_(select(keepers.c.id)),
        )
        .group_by(IdentityRow.case_id, IdentityRow.needed)
        .having(func.count() >= IdentityRow.needed)
    )
    work.session.execute(delete(IdentityShare).where(held, IdentityShare.case_id.in_(enough)))
    left = select(func.count(IdentityShare.case_id.distinct())).where(held)
    return work.session.execute(left).scalar_one()
