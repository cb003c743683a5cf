"""Whom things are sealed to today: the keys of units, of the auditors, of the escrow.

Never longer than one transaction: a unit draws a new key when a member leaves, and nothing may be
sealed to the old one afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import bindparam, select

from records.errors import RecordsError
from records.instance import Instance
from records.staff import Role
from records.unit import UnitKey
from records.work import Work
from vault.keys import PublicKey

#: Circles of people: units of their own, in no organisation chart. Auditors may read what was
#: logged; the others, dossiers that were handed to them, and no case.
AUDITORS = "auditors"
INVESTIGATORS, PROSECUTORS, PROTECTORS = "investigators", "prosecutors", "protectors"
#: The one role that has its place in a circle, and nowhere else.
CIRCLES: Mapping[str, Role] = MappingProxyType(
    {
        AUDITORS: Role.AUDITOR,
        INVESTIGATORS: Role.POLICE_LIAISON,
        PROSECUTORS: Role.PROCURACY_LIAISON,
        PROTECTORS: Role.PROTECTION_OFFICER,
    }
)
#: The circles that dossiers are handed to.
LIAISONS = frozenset(CIRCLES) - {AUDITORS}
_ESCROW = ""
#: Made once: every act asks. The escrow key comes along with whatever is asked for.
_KEYS = select(
    UnitKey.unit_code,
    UnitKey.epoch,
    UnitKey.public_key,
    select(Instance.escrow_key).scalar_subquery(),
).where(UnitKey.unit_code.in_(bindparam("units", expanding=True)), UnitKey.retired_on.is_(None))


class UnitNotOpen(RecordsError):
    """The unit that something should be sealed to has no key here."""


@dataclass(frozen=True)
class UnitPublicKey:
    """A unit's key of today, and which of its keys that is."""

    epoch: int
    key: PublicKey


def of_unit(work: Work, unit: str, *soon: str) -> UnitPublicKey:
    """Return a unit's key; `soon` names units that the same act will ask for.

    Raises UnitNotOpen.
    """
    if unit not in work.public_keys:
        rows = work.session.connection().execute(_KEYS, {"units": [unit, *soon]})
        for code, epoch, key, escrow in rows:
            work.public_keys[code] = UnitPublicKey(epoch, PublicKey(key))
            work.public_keys[_ESCROW] = UnitPublicKey(0, PublicKey(escrow))
    found = work.public_keys.get(unit)
    if not isinstance(found, UnitPublicKey):
        raise UnitNotOpen(f"The unit {unit} has no key in this instance: open it.")
    return found


def open_units(work: Work) -> frozenset[str]:
    """Return the units that have a key here."""
    codes = select(UnitKey.unit_code).where(UnitKey.retired_on.is_(None))
    return frozenset(work.session.scalars(codes))


def of_escrow(work: Work) -> PublicKey:
    """Return the public half of the offline escrow key."""
    if _ESCROW not in work.public_keys:
        of_unit(work, AUDITORS)  # there is no instance without them
    return PublicKey(work.public_keys[_ESCROW].key)
