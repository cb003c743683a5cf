"""People at work at the desk: appointed, with keys, and signed in without the sign-in pages."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.session import STAFF
from ledger.note import Signer
from records.signin import StaffSession
from records.staff import Role, Staff
from records.work import Store, reading, writing
from triage import access, circle, membership, signin, staffing
from triage.access import Insider
from triage.factors import Factors, new_secret
from triage.publickeys import CIRCLES
from triage.signin import LONGEST_SESSION, Unlocked
from triage.staffing import Person
from vault import item, password
from vault.context import Context, Purpose
from vault.keys import Seed, new_secret_key
from web import clock
from web.sealed import SealedSession

PASSWORD = "một mật khẩu đủ dài"


@dataclass(frozen=True)
class Colleague:
    """A member of staff and their private key."""

    id: UUID
    seed: Seed

    def insider(self, store: Store) -> Insider:
        """Return them at work, without a browser."""
        with reading(store) as work:
            return access.insider(work, self.id, self.seed, clock.today())


def place_of(role: Role, unit: str) -> str:
    """Return where somebody of a role works: in the circle that has it, or else at the unit."""
    return next((code for code, its in CIRCLES.items() if its is role), unit)


def employ(store: Store, key: Signer, login: str, unit: str, role: Role) -> Colleague:
    """Appoint somebody; whose role takes the unit's key holds it, as if a colleague had admitted.

    By a new key for all of the unit, so what was filed before must be handed on if it is needed.
    """
    unit = place_of(role, unit)
    with writing(store) as work:
        person = Person(login, f"Cán bộ {login}", unit, role, PASSWORD)
        staff_id = staffing.appoint(work, person, key, clock.today())
        work.session.flush()
        locked = work.session.execute(
            select(Staff.locked_seed).where(Staff.id == staff_id)
        ).scalar_one()
        here = circle.circle(work, unit)
        if staff_id in membership.waiting(work, here):
            membership.begin_epoch(work, unit, sorted({*here.holders, staff_id}), clock.today())
    context = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (staff_id.bytes,))
    seed = password.unlock(PASSWORD, context, password.Locked(locked))[:32]
    return Colleague(staff_id, Seed(seed))


def at_work(app: Flask, store: Store, person: Colleague) -> FlaskClient:
    """Return a client of the desk in whose browser that person has signed in."""
    session_id, today = uuid4(), clock.today()
    own = Context(Purpose.STAFF_OWN, (person.id.bytes, session_id.bytes))
    about = json.dumps({"began": clock.now().isoformat(), "by": "totp", "device": ""})
    sealed = SealedSession(store, uuid4(), new_secret_key(), known=True)
    with sealed.changing() as (drawers, work):
        ends = clock.now() + LONGEST_SESSION
        held = access.to_hold(session_id, person.id, person.seed, ends)
        drawers.put(STAFF, held, clock.now() + timedelta(minutes=30))
        row = {
            "id": session_id,
            "staff_id": person.id,
            "since": today,
            "until": today + timedelta(days=1),
            "sealed": item.seal(access.own_key(person.seed), own, about.encode()),
        }
        work.insert(StaffSession, row)
        unlocked = Unlocked(person.id, "", person.seed, settled=False)
        if not signin.factors(work, unlocked).any:
            signin.keep_factors(work, unlocked, Factors(new_secret()))
    client = app.test_client()
    client.set_cookie("dangvan_desk", sealed.cookie, path="/")
    return client
