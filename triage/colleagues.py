"""Who works on the cases of units: their readers, by name."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select

from records.staff import Staff, StaffRole
from records.work import Work
from triage.access import READERS

_READERS = (
    select(Staff.id, Staff.name, StaffRole.unit_code)
    .join(StaffRole, StaffRole.staff_id == Staff.id)
    .where(
        StaffRole.unit_code.in_(bindparam("units", expanding=True)),
        StaffRole.role.in_(sorted(READERS)),
        Staff.left_on.is_(None),
    )
    .order_by(Staff.name, Staff.id)
)
_NAMES = select(Staff.id, Staff.name).where(Staff.id.in_(bindparam("people", expanding=True)))


@dataclass(frozen=True)
class Colleague:
    """A reader of the cases of these units."""

    id: UUID
    name: str
    units: frozenset[str]


def of_units(work: Work, units: Collection[str]) -> tuple[Colleague, ...]:
    """Return the readers of the units, by name; nobody who has left."""
    rows = work.ask(_READERS, units=sorted(units))
    people: dict[UUID, tuple[str, set[str]]] = {}
    for staff_id, name, unit in rows:
        people.setdefault(staff_id, (name, set()))[1].add(unit)
    return tuple(Colleague(key, name, frozenset(at)) for key, (name, at) in people.items())


def names(work: Work, staff_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of members of staff, of those who have left too."""
    if not staff_ids:
        return {}
    rows = work.ask(_NAMES, people=list(staff_ids))
    return {row.id: row.name for row in rows}
