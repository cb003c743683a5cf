"""Appoints staff: a key pair of their own, locked with their password, and a role at a unit."""

import re
from dataclasses import dataclass, field
from datetime import date
from email.errors import MessageError
from email.headerregistry import Address
from uuid import UUID, uuid4

from sqlalchemy import select

from ledger.entry import Act
from ledger.note import Signer
from records.instance import Instance
from records.staff import Role, Staff, StaffRole
from records.unit import Unit
from records.work import Work
from triage import circle, logbook, membership
from triage.publickeys import CIRCLES
from vault import box, password
from vault.context import Context, Purpose
from vault.keys import KeyPair, PublicKey, Seed, new_seed

#: Argon2id makes each guess dear; this keeps the number of guesses large.
SHORTEST_PASSWORD = 12
#: Nobody types more; Argon2id reads all of it.
LONGEST_PASSWORD = 1000
#: Behind the private key in what an own password locks (docs/FORMAT.md section 2).
SETTLED = b"\x01"
_LONGEST_NAME = 200
_LONGEST_EMAIL = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class AppointmentRefused(Exception):
    """The person cannot be appointed like this; the text says why."""


def check_login(login: str) -> None:
    """Refuse what cannot be typed the same way everywhere. Raises AppointmentRefused."""
    if not _LOGIN.fullmatch(login):
        raise AppointmentRefused(
            f"The login {login!r} must be lower-case letters, digits, . _ - (at most 63)."
        )


def check_name(name: str) -> None:
    """Refuse an empty or endless name. Raises AppointmentRefused."""
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise AppointmentRefused(f"A name of 1 to {_LONGEST_NAME} characters is needed.")


def check_password(secret: str) -> None:
    """Refuse a password that is quickly guessed. Raises AppointmentRefused."""
    if len(secret) < SHORTEST_PASSWORD:
        raise AppointmentRefused(
            f"A password of at least {SHORTEST_PASSWORD} characters is needed."
        )


def check_email(email: str) -> None:
    """Refuse what is no single mailbox, or too long to store. Raises AppointmentRefused."""
    try:
        address = Address(addr_spec=email)
    except (MessageError, ValueError, LookupError):
        address = None
    if address is None or address.addr_spec != email or len(email) > _LONGEST_EMAIL:
        raise AppointmentRefused(f"{email!r} is no e-mail address.")


@dataclass(frozen=True)
class Person:
    """Somebody who is to be appointed. Raises AppointmentRefused."""

    login: str
    name: str
    unit: str
    role: Role
    password: str = field(repr=False)
    #: Where digests go; none without.
    email: str | None = None
    #: Their private key, and whether the password is their own already, with a second factor.
    seed: Seed = field(default_factory=new_seed, repr=False)
    settled: bool = False

    def __post_init__(self) -> None:
        check_login(self.login)
        check_name(self.name)
        check_password(self.password)
        if self.email is not None:
            check_email(self.email)


def admit_person(work: Work, person: Person, escrow: PublicKey, today: date) -> UUID:
    """Store a person with their keys and role, and return their identifier. Nothing is logged."""
    staff_id = uuid4()
    keys = KeyPair(person.seed)
    mark = SETTLED if person.settled else b""
    scope = (staff_id.bytes,)
    lost = Context(Purpose.STAFF_SEED_FOR_ESCROW, scope)
    locked = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, scope)
    work.session.add(
        Staff(
            id=staff_id,
            login=person.login,
            name=person.name,
            email=person.email,
            public_key=keys.public,
            locked_seed=password.lock(person.password, locked, keys.seed + mark),
            escrow_box=box.seal(escrow, lost, keys.seed),
            joined_on=today,
        )
    )
    work.session.add(StaffRole(staff_id=staff_id, unit_code=person.unit, role=person.role))
    return staff_id


def appoint(
    work: Work, person: Person, promise_key: Signer, today: date, by: UUID | None = None
) -> UUID:
    """Appoint a person, with an entry in the log. Raises AppointmentRefused.

    `by`: the administrator at the desk; none for whoever has the machine.
    """
    session = work.session
    if session.execute(select(Staff.id).where(Staff.login == person.login)).first():
        raise AppointmentRefused(f"The login {person.login!r} is taken.")
    if session.get(Unit, person.unit) is None:
        raise AppointmentRefused(f"There is no unit {person.unit!r} in this instance.")
    if not circle.has_its_place(person.role, person.unit):
        places = ", ".join(f"{role} at {unit}" for unit, role in CIRCLES.items())
        raise AppointmentRefused(f"A {person.role} has no place at {person.unit}: only {places}.")
    escrow = PublicKey(session.execute(select(Instance.escrow_key)).scalar_one())
    staff_id = admit_person(work, person, escrow, today)
    detail = (("role", str(person.role)), ("unit", person.unit), ("by", str(by or "")))
    logbook.record(work, Act("staff.appointed", today, str(staff_id), detail), promise_key)
    membership.welcome(work, person.unit, promise_key, today)
    return staff_id
