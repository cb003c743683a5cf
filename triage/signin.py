"""Signing in: the password unlocks the key, the key opens the factors, a factor lets in.

Nothing about factors can be learnt before the right password: they are sealed under the key that
it unlocks. Argon2id runs outside of every transaction: for a quarter of a second a lock on the
database would hold up everybody.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from ledger.entry import Act
from ledger.note import Signer
from records.signin import StaffFactors, StaffSession
from records.staff import Staff
from records.work import Store, Work, reading, writing
from triage import access, logbook
from triage.factors import Factors, How
from triage.passkeys import Copied
from triage.staffing import SETTLED
from vault import item, password
from vault.context import Context, Purpose
from vault.errors import WrongPassword
from vault.item import Item
from vault.keys import Seed
from vault.password import Locked

#: From the sign-in on; whoever works longer signs in again.
LONGEST_SESSION = timedelta(hours=12)
_SEED_BYTES = 32
#: Takes what was given as proof: what is left of the factors, or None if it is worth nothing.
Proof = Callable[[Factors], tuple[Factors, How] | None]


class Refused(Exception):
    """Login or password is wrong, or the person has left; nobody is told which."""


class FactorsGone(Exception):
    """A second factor was set and is not there: somebody has changed the database."""


@dataclass(frozen=True)
class Unlocked:
    """Somebody whose password was right, and who has yet to prove a second factor."""

    staff_id: UUID
    login: str
    seed: Seed = field(repr=False)
    #: Whether they have chosen this password themselves, with a second factor.
    settled: bool
    #: Whether the city's own sign-in had named them, and they typed no login.
    by_city: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it for a sealed session: it holds the private key."""
        return {
            "staff": self.staff_id.hex,
            "login": self.login,
            "seed": self.seed.hex(),
            "settled": self.settled,
            "by_city": self.by_city,
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> "Unlocked":
        """Return what `to_json` gave."""
        seed = Seed(bytes.fromhex(held["seed"]))
        staff_id = UUID(hex=held["staff"])
        return cls(staff_id, held["login"], seed, held["settled"], held["by_city"])


@dataclass(frozen=True)
class Begun:
    """A session that has begun, and when it ends at the latest."""

    id: UUID
    ends: datetime


def login_of(store: Store, subject: str) -> str | None:
    """Return the login of whom the city's own sign-in names so, None if nobody here is."""
    with reading(store) as work:
        return work.session.scalars(
            select(Staff.login).where(Staff.subject == subject, Staff.left_on.is_(None))
        ).one_or_none()


def unlock(store: Store, login: str, secret: str, *, by_city: bool = False) -> Unlocked:
    """Return who has this login and password. Raises Refused, after the same work in all cases."""
    with reading(store) as work:
        row = work.session.execute(
            select(Staff.id, Staff.locked_seed).where(Staff.login == login, Staff.left_on.is_(None))
        ).one_or_none()
    if row is None:
        password.lock(secret, Context(Purpose.STAFF_SEED_UNDER_PASSWORD), bytes(_SEED_BYTES))
        raise Refused
    opened = _opened(row.id, Locked(row.locked_seed), secret)
    seed, settled = Seed(opened[:_SEED_BYTES]), opened[_SEED_BYTES:] == SETTLED
    person = Unlocked(row.id, login, seed, settled, by_city)
    if password.is_outdated(Locked(row.locked_seed)):
        _lock_anew(store, person, Locked(row.locked_seed), secret)
    return person


def is_password(store: Store, staff_id: UUID, secret: str) -> bool:
    """Tell whether this is a person's password."""
    with reading(store) as work:
        locked = work.session.scalars(select(Staff.locked_seed).where(Staff.id == staff_id)).one()
    try:
        _opened(staff_id, Locked(locked), secret)
    except Refused:
        return False
    return True


def locked(person: Unlocked, secret: str) -> Locked:
    """Lock a key with a password that the person has chosen; `settle` stores it."""
    return password.lock(secret, _password_context(person.staff_id), person.seed + SETTLED)


def factors(work: Work, person: Unlocked) -> Factors:
    """Return the second factors of a person, empty if none was ever set. Raises FactorsGone."""
    sealed = work.session.scalars(
        select(StaffFactors.sealed)
        .where(StaffFactors.staff_id == person.staff_id)
        .with_for_update()  # one code sent twice at once is taken once
    ).one_or_none()
    if sealed is None:
        if person.settled:
            raise FactorsGone
        return Factors()
    context = _factors_context(person.staff_id)
    return Factors.from_json(item.unseal(access.own_key(person.seed), context, Item(sealed)))


def keep_factors(work: Work, person: Unlocked, kept: Factors) -> None:
    """Store the second factors of a person, in place of those that were there."""
    key, context = access.own_key(person.seed), _factors_context(person.staff_id)
    work.session.merge(
        StaffFactors(staff_id=person.staff_id, sealed=item.seal(key, context, kept.to_json()))
    )


def prove(
    work: Work, person: Unlocked, proof: Proof, now: datetime, promise_key: Signer
) -> How | None:
    """Take the proof of a second factor; None if it is worth nothing, once that is logged.

    Whoever comes here knows the password: one who does not prove the factor may have stolen it.
    Raises Copied, once that is logged, too: keep the work.
    """
    try:
        spent = proof(factors(work, person))
    except Copied:
        act = Act("staff.passkey_copied", now.date(), str(person.staff_id))
        logbook.record(work, act, promise_key)
        raise
    if spent is None:
        act = Act("staff.code_refused", now.date(), str(person.staff_id))
        logbook.record(work, act, promise_key)
        return None
    left, how = spent
    keep_factors(work, person, left)
    if how is How.RECOVERY:
        act = Act("staff.recovery_code_used", now.date(), str(person.staff_id))
        logbook.record(work, act, promise_key)
    return how


def settle(  # noqa: PLR0913, PLR0917  (what is asked for)
    work: Work, person: Unlocked, new: Locked, kept: Factors, today: date, promise_key: Signer
) -> None:
    """Store an own password and second factors at a first sign-in; it ends older sessions."""
    work.session.execute(update(Staff).where(Staff.id == person.staff_id).values(locked_seed=new))
    keep_factors(work, person, kept)
    work.session.execute(delete(StaffSession).where(StaffSession.staff_id == person.staff_id))
    subject = str(person.staff_id)
    acts = [Act(kind, today, subject) for kind in ("staff.password_set", "staff.factors_changed")]
    logbook.record_all(work, acts, promise_key)


def begin(  # noqa: PLR0913, PLR0917  (what is asked for)
    work: Work, person: Unlocked, how: How, device: str, now: datetime, promise_key: Signer
) -> Begun:
    """Begin a session of somebody who has proved password and second factor."""
    session_id, ends = uuid4(), now + LONGEST_SESSION
    about = {"began": now.isoformat(), "by": str(how), "device": device}
    context = own_context(person.staff_id, session_id)
    row = {
        "id": session_id,
        "staff_id": person.staff_id,
        "since": now.date(),
        "until": ends.date(),
        "sealed": item.seal(
            access.own_key(person.seed), context, json.dumps(about, ensure_ascii=False).encode()
        ),
    }
    work.insert(StaffSession, row)
    told = (("by", str(how)), ("named_by", "city" if person.by_city else "login"))
    logbook.record(
        work, Act("staff.signed_in", now.date(), str(person.staff_id), told), promise_key
    )
    return Begun(session_id, ends)


def own_context(staff_id: UUID, item_id: UUID) -> Context:
    """Return what something that only a person may read is bound to."""
    return Context(Purpose.STAFF_OWN, (staff_id.bytes, item_id.bytes))


def _opened(staff_id: UUID, kept: Locked, secret: str) -> bytes:
    try:
        return password.unlock(secret, _password_context(staff_id), kept)
    except WrongPassword:
        raise Refused from None


def _lock_anew(store: Store, person: Unlocked, old: Locked, secret: str) -> None:
    """Lock a key at today's cost, unless the password has been changed meanwhile."""
    data = person.seed + (SETTLED if person.settled else b"")
    new = password.lock(secret, _password_context(person.staff_id), data)
    with writing(store) as work:
        work.session.execute(
            update(Staff)
            .where(Staff.id == person.staff_id, Staff.locked_seed == old)
            .values(locked_seed=new)
        )


def _password_context(staff_id: UUID) -> Context:
    return Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (staff_id.bytes,))


def _factors_context(staff_id: UUID) -> Context:
    return Context(Purpose.STAFF_FACTORS, (staff_id.bytes,))
