"""Who holds the private key of a unit: epochs are drawn, colleagues hand keys on."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select, update

from ledger.entry import Act
from ledger.note import Signer
from records.staff import Staff, StaffRole
from records.unit import UnitKey, UnitKeyHolder
from records.work import Work
from triage import circle, logbook, publickeys, resealing
from triage.access import Insider, holder_context
from triage.circle import Circle
from triage.inputs import BadInputs, Fault
from triage.publickeys import AUDITORS
from vault import box
from vault.context import Context, Purpose
from vault.keys import KeyPair, PublicKey, Seed, new_seed

_GROUP = 4
_GROUPS = 8


class NotYours(Exception):
    """Who wants to act does not hold the unit's key of today, or there is nobody to act on."""


def fingerprint(key: bytes) -> str:
    """Return what two people read to each other to know that they speak of the same public key."""
    digest = sha256(key).hexdigest().upper()
    return " ".join(digest[at : at + _GROUP] for at in range(0, _GROUP * _GROUPS, _GROUP))


def begin_epoch(work: Work, unit: str, members: Iterable[UUID], today: date) -> int:
    """Draw a new key for a unit, seal it to its members and the escrow, and return its epoch.

    From now on cases are sealed to it; what was sealed to earlier ones stays readable for whoever
    holds those.
    """
    session = work.session
    escrow = publickeys.of_escrow(work)  # before the auditors' own key is retired: it asks for it
    last = session.execute(
        select(func.max(UnitKey.epoch)).where(UnitKey.unit_code == unit)
    ).scalar_one()
    session.execute(
        update(UnitKey)
        .where(UnitKey.unit_code == unit, UnitKey.retired_on.is_(None))
        .values(retired_on=today)
    )
    epoch, keys = (last or 0) + 1, KeyPair(new_seed())
    scope = (unit.encode(), epoch.to_bytes(4))
    row = {
        "unit_code": unit,
        "epoch": epoch,
        "public_key": keys.public,
        "escrow_box": box.seal(escrow, Context(Purpose.UNIT_SEED_FOR_ESCROW, scope), keys.seed),
        "drawn_on": today,
        "retired_on": None,
    }
    work.insert(UnitKey, row)
    work.public_keys.clear()  # what was found before in this transaction is the old key
    for member in members:
        hand_key(work, unit, epoch, keys.seed, member, today)
    return epoch


def renew_epoch(work: Work, unit: str, promise_key: Signer, today: date) -> None:
    """Draw a new key for whoever holds the one of today; for all who wait, if nobody does.

    So the first member of a unit needs no colleague, and when the last has left no case is filed
    that only the escrow can open. The unit must be locked.
    """
    here = circle.circle(work, unit)
    begin_epoch_for(work, unit, here.holders or waiting(work, here), promise_key, today)


def begin_epoch_for(
    work: Work, unit: str, members: Iterable[UUID], promise_key: Signer, today: date
) -> None:
    """Draw a new key for these members, with an entry in the log that names each."""
    members = sorted(members)
    epoch = begin_epoch(work, unit, members, today)
    keys = work.session.execute(
        select(Staff.id, Staff.public_key).where(Staff.id.in_(members)).order_by(Staff.id)
    )
    told = ", ".join(f"{who} {fingerprint(key)}" for who, key in keys)
    detail = (("epoch", str(epoch)), ("sealed_to", told))
    logbook.record(work, Act("unit.key_drawn", today, unit, detail), promise_key)


def welcome(work: Work, unit: str, promise_key: Signer, today: date) -> None:
    """Let somebody who got a role at a unit begin with its first key, if nobody holds one."""
    circle.lock(work, [unit])
    here = circle.circle(work, unit)
    if not here.holders and waiting(work, here):
        renew_epoch(work, unit, promise_key, today)


def waiting(work: Work, here: Circle) -> tuple[UUID, ...]:
    """Return who has a role that takes a unit's key, and does not hold that of today."""
    rows = work.session.execute(
        select(StaffRole.staff_id, StaffRole.role)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(StaffRole.unit_code == here.unit, Staff.left_on.is_(None))
        .order_by(StaffRole.staff_id)
    )
    found = (who for who, role in rows if circle.takes_key(role, here.unit))
    return tuple(dict.fromkeys(who for who in found if who not in here.holders))


def held_circle(work: Work, person: Insider, unit: str) -> Circle:
    """Return the circle of a unit whose key of today a person holds. Raises NotYours.

    The unit is locked. The key that the database names must be the one in the person's hands:
    whoever put another in its place gets nothing sealed to it here.
    """
    if not any(each.unit == unit and circle.takes_key(each.role, unit) for each in person.posts):
        raise NotYours
    circle.lock(work, [unit])
    here = circle.circle(work, unit)
    keys = person.unit_keys.get((unit, here.key.epoch))
    if keys is None or keys.public != here.key.key:
        raise NotYours
    return here


def admit(  # noqa: PLR0913, PLR0917  (who admits whom, where, by which key, when)
    work: Work,
    person: Insider,
    unit: str,
    member: UUID,
    compared: str,
    promise_key: Signer,
    today: date,
) -> None:
    """Hand all keys of a unit that a person holds to a new colleague, and cases held apart.

    `compared` is the fingerprint that the two have compared. Raises NotYours, BadInputs.
    """
    here = held_circle(work, person, unit)
    if member not in waiting(work, here):
        raise NotYours
    row = work.session.execute(select(Staff.public_key).where(Staff.id == member)).scalar_one()
    if fingerprint(row) != compared:
        raise BadInputs(
            [
                Fault(
                    "compared",
                    "Mã đối chiếu đã thay đổi; hãy đối chiếu lại với đồng nghiệp.",
                    "The fingerprint has changed: compare it with your colleague again.",
                )
            ]
        )
    had = set(
        work.session.scalars(
            select(UnitKeyHolder.epoch).where(
                UnitKeyHolder.unit_code == unit, UnitKeyHolder.staff_id == member
            )
        )
    )
    for (of, epoch), keys in sorted(person.unit_keys.items()):
        if of == unit and epoch not in had:
            hand_key(work, unit, epoch, keys.seed, member, today)
    detail = (("by", str(person.id)), ("unit", unit), ("key", compared))
    logbook.record(work, Act("member.admitted", today, str(member), detail), promise_key)
    if unit != AUDITORS:
        resealing.share(work, person, circle.circle(work, unit))


def hand_key(  # noqa: PLR0913, PLR0917
    work: Work, unit: str, epoch: int, seed: Seed, member: UUID, today: date
) -> None:
    """Seal the private key of a unit to one member."""
    key = work.session.execute(select(Staff.public_key).where(Staff.id == member)).scalar_one()
    row = {
        "unit_code": unit,
        "epoch": epoch,
        "staff_id": member,
        "box": box.seal(PublicKey(key), holder_context(unit, epoch, member), seed),
        "since": today,
    }
    work.insert(UnitKeyHolder, row)
