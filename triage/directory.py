"""The people who work here, as administrators see them: names and roles, no keys, no cases."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from ledger.note import Signer
from records.staff import Role, Staff, StaffRole
from records.unit import Unit
from records.work import Store, Work, reading
from triage import identity
from triage.access import NotStaff
from triage.text import folded


@dataclass(frozen=True)
class Colleague:
    """One person and their roles, each with its unit."""

    id: UUID
    login: str
    name: str
    email: str | None
    #: Who they are at the city's own sign-in.
    subject: str | None
    joined_on: date
    left_on: date | None
    roles: tuple[tuple[str, Role], ...]


@dataclass(frozen=True)
class Staffing:
    """Everybody who was looked for; the custodians apart, with how many are needed."""

    found: tuple[Colleague, ...]
    custodians: tuple[Colleague, ...]
    #: Those of them whom other custodians have admitted: only they get shares of identities.
    admitted: frozenset[UUID]
    needed: int

    @property
    def is_short(self) -> bool:
        """Tell whether too few custodians are admitted to keep an identity."""
        return len(self.admitted) < self.needed


def look(store: Store, promise_key: Signer, words: str, unit: str) -> Staffing:
    """Return whose name or login holds all the words, of one unit or of all, without diacritics."""
    with reading(store) as work:
        everybody = _all(work)
        admitted = frozenset(each.staff_id for each in identity.custodians(work, promise_key))
    parts = folded(words).split()
    found = tuple(
        each
        for each in everybody
        if all(part in f"{folded(each.name)} {each.login}" for part in parts)
        and (not unit or unit in {at for at, _ in each.roles})
    )
    custodians = tuple(
        each
        for each in everybody
        if each.left_on is None and Role.CUSTODIAN in {role for _, role in each.roles}
    )
    return Staffing(found, custodians, admitted, identity.NEEDED)


def one(store: Store, staff_id: UUID) -> Colleague:
    """Return one person. Raises NotStaff."""
    with reading(store) as work:
        for each in _all(work, staff_id):
            return each
    raise NotStaff


def open_units(store: Store) -> tuple[str, ...]:
    """Return the codes of the units that are open here, the auditors among them."""
    with reading(store) as work:
        return tuple(work.session.scalars(select(Unit.code).where(Unit.closed_on.is_(None))))


def _all(work: Work, staff_id: UUID | None = None) -> tuple[Colleague, ...]:
    people, held = select(Staff), select(StaffRole)
    if staff_id is not None:
        people, held = (
            people.where(Staff.id == staff_id),
            held.where(StaffRole.staff_id == staff_id),
        )
    roles: dict[UUID, list[tuple[str, Role]]] = {}
    for row in work.session.scalars(held):
        roles.setdefault(row.staff_id, []).append((row.unit_code, Role(row.role)))
    return tuple(
        Colleague(
            each.id,
            each.login,
            each.name,
            each.email,
            each.subject,
            each.joined_on,
            each.left_on,
            tuple(sorted(roles.get(each.id, ()))),
        )
        for each in work.session.scalars(people.order_by(Staff.left_on.is_not(None), Staff.name))
    )
