"""Who holds the private key of a unit: epochs are drawn, members join and leave."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update

from records.staff import Staff
from records.unit import UnitKey, UnitKeyHolder
from records.work import Work
from triage import publickeys
from triage.access import holder_context
from vault import box
from vault.context import Context, Purpose
from vault.keys import KeyPair, PublicKey, Seed, new_seed


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
