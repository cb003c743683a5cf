"""Who holds a unit's key of today: the circle of people to whom its cases are open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from records.staff import Role, Staff, StaffRole
from records.unit import Unit, UnitKey, UnitKeyHolder
from records.work import Work
from triage.access import READERS
from triage.publickeys import CIRCLES, UnitNotOpen, UnitPublicKey
from vault.keys import PublicKey


@dataclass(frozen=True)
class Circle:
    """A unit, its key of today, and who holds that."""

    unit: str
    key: UnitPublicKey
    #: Everybody who holds it, with their own public keys.
    holders: Mapping[UUID, PublicKey]
    #: Those of them whose role it is to read what is sealed to it.
    readers: frozenset[UUID]


def takes_key(role: Role, unit: str) -> bool:
    """Tell whether a role takes the key of its unit: readers of cases; in a circle, its own role.

    So nobody reads cases for having the log or dossiers to read, nor the other way round.
    """
    return role == CIRCLES[unit] if unit in CIRCLES else role in READERS


def has_its_place(role: Role, unit: str) -> bool:
    """Tell whether a role can be held there: that of a circle in it alone, any other outside."""
    return role == CIRCLES.get(unit, role) and (unit in CIRCLES or role not in CIRCLES.values())


def lock(work: Work, units: Iterable[str]) -> None:
    """Let nobody else change who holds the keys of these units, until this transaction ends.

    All of an act's units at once, after its cases: so that two acts never wait in a ring.
    """
    work.session.flush()
    work.session.execute(
        select(Unit.code)
        .where(Unit.code.in_(sorted(set(units))))
        .order_by(Unit.code)
        .with_for_update(key_share=True)  # filing refers to the row, and need not wait
    )


def circle(work: Work, unit: str) -> Circle:
    """Return who holds a unit's key. Raises UnitNotOpen.

    Whoever changes something by the answer has locked the unit.
    """
    work.session.flush()
    current = work.session.execute(
        select(UnitKey.epoch, UnitKey.public_key).where(
            UnitKey.unit_code == unit, UnitKey.retired_on.is_(None)
        )
    ).one_or_none()
    if current is None:
        raise UnitNotOpen(f"The unit {unit} has no key in this instance: open it.")
    rows = work.session.execute(
        select(Staff.id, Staff.public_key, StaffRole.role)
        .join(UnitKeyHolder, UnitKeyHolder.staff_id == Staff.id)
        .outerjoin(StaffRole, and_(StaffRole.staff_id == Staff.id, StaffRole.unit_code == unit))
        .where(
            UnitKeyHolder.unit_code == unit,
            UnitKeyHolder.epoch == current.epoch,
            Staff.left_on.is_(None),
        )
    ).all()
    return Circle(
        unit,
        UnitPublicKey(current.epoch, PublicKey(current.public_key)),
        {row.id: PublicKey(row.public_key) for row in rows},
        frozenset(row.id for row in rows if row.role and takes_key(Role(row.role), unit)),
    )
