"""What members see of their unit: who belongs, who holds its key, who waits, who is away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from records.staff import Role, Staff, StaffRole, Substitution
from records.work import Store, Work, reading
from triage import circle, membership, resealing
from triage.access import READERS, Insider
from triage.publickeys import AUDITORS


@dataclass(frozen=True)
class Member:
    """One member of a unit; `fingerprint` is of their own public key."""

    id: UUID
    name: str
    roles: tuple[Role, ...]
    holds: bool
    waits: bool
    reads: bool
    fingerprint: str


@dataclass(frozen=True)
class Away:
    """An absence of today or to come."""

    id: UUID
    absent: UUID
    name: str
    substitute: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Board:
    """A unit as one of its members finds it.

    `is_false`: the database names another key than the one in this person's hands.
    `to_reseal`: cases that are still sealed to those who held them before.
    """

    unit: str
    members: tuple[Member, ...]
    away: tuple[Away, ...]
    holds: bool
    is_false: bool
    heads: bool
    to_reseal: int


def boards(store: Store, person: Insider, today: date) -> tuple[Board, ...]:
    """Return the units where a person has a part in the key, in order of their codes."""
    units = {each.unit for each in person.posts if circle.takes_key(each.role, each.unit)}
    with reading(store) as work:
        return tuple(_board(work, person, unit, today) for unit in sorted(units))


def _board(work: Work, person: Insider, unit: str, today: date) -> Board:
    here = circle.circle(work, unit)
    keys = person.unit_keys.get((unit, here.key.epoch))
    holds = keys is not None and keys.public == here.key.key
    return Board(
        unit,
        tuple(_members(work, here)),
        tuple(_away(work, unit, today)),
        holds,
        keys is not None and not holds,
        person.heads(unit, themselves=True),
        resealing.left(work, person, here) if holds and unit != AUDITORS else 0,
    )


def _members(work: Work, here: circle.Circle) -> Iterator[Member]:
    rows = work.session.execute(
        select(Staff.id, Staff.name, Staff.public_key, StaffRole.role)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(StaffRole.unit_code == here.unit, Staff.left_on.is_(None))
        .order_by(Staff.name, Staff.id, StaffRole.role)
    )
    people: dict[UUID, tuple[str, bytes, list[Role]]] = {}
    for staff_id, name, key, role in rows:
        people.setdefault(staff_id, (name, key, []))[2].append(Role(role))
    waiting = membership.waiting(work, here)
    for staff_id, (name, key, roles) in people.items():
        yield Member(
            staff_id,
            name,
            tuple(roles),
            staff_id in here.holders,
            staff_id in waiting,
            any(role in READERS for role in roles),
            membership.fingerprint(key),
        )


def _away(work: Work, unit: str, today: date) -> Iterator[Away]:
    rows = work.session.scalars(
        select(Substitution)
        .where(Substitution.unit_code == unit, Substitution.last_on >= today)
        .order_by(Substitution.first_on, Substitution.id)
    ).all()
    seen = set()
    for row in rows:
        key = (row.absent_id, row.substitute_id, row.first_on, row.last_on)
        if key not in seen:  # one row for each role
            seen.add(key)
            yield Away(
                row.id,
                row.absent_id,
                work.session.get_one(Staff, row.absent_id).name,
                work.session.get_one(Staff, row.substitute_id).name,
                row.first_on,
                row.last_on,
            )
