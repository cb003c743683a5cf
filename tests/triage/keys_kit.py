"""Members of staff with their keys, and what those keys open, asked of the database directly."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from records.case import CaseKey, CaseStaffKey
from records.staff import Role, Staff
from records.unit import UnitKeyHolder
from records.work import reading, writing
from tests.triage.conftest import TODAY, House
from triage import access, membership, staffing
from triage.access import Insider, holder_context, staff_key_context
from triage.casefile import OpenCase
from triage.staffing import Person
from vault import box, password
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import KeyPair, Seed

PASSWORD = "một mật khẩu đủ dài"


@dataclass(frozen=True)
class Member:
    """Somebody, with the private key that they may have copied."""

    id: UUID
    seed: Seed

    def at_work(self, house: House) -> Insider:
        """Return them at work."""
        with reading(house.store) as work:
            return access.insider(work, self.id, self.seed, TODAY)


def appoint(house: House, login: str, unit: str, role: Role = Role.INSPECTOR) -> Member:
    """Appoint somebody; they hold the unit's key only if they are the first."""
    with writing(house.store) as work:
        person = Person(login, "Nguyễn Văn Thử", unit, role, PASSWORD)
        staff_id = staffing.appoint(work, person, house.key, TODAY)
        return Member(staff_id, seed_of(work.session.get_one(Staff, staff_id), PASSWORD))


def seed_of(row: Staff, secret: str) -> Seed:
    """Return the private key of a person by their password."""
    context = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (row.id.bytes,))
    return Seed(password.unlock(secret, context, password.Locked(row.locked_seed))[:32])


def admit(house: House, by: Member, unit: str, new: Member) -> None:
    """Hand the unit's keys on, as a colleague does on the members' page."""
    with writing(house.store) as work:
        key = work.session.get_one(Staff, new.id).public_key
        print_ = membership.fingerprint(key)
        membership.admit(work, by.at_work(house), unit, new.id, print_, house.key, TODAY)


def team(house: House, unit: str, *logins: str) -> tuple[Member, ...]:
    """Appoint several people of a unit; the first admits the others."""
    people = tuple(appoint(house, login, unit) for login in logins)
    for other in people[1:]:
        admit(house, people[0], unit, other)
    return people


def copied_unit_keys(house: House, thief: Member) -> dict[tuple[str, int], KeyPair]:
    """Return the unit keys that a person can copy today."""
    with reading(house.store) as work:
        rows = work.session.execute(
            select(UnitKeyHolder).where(UnitKeyHolder.staff_id == thief.id)
        ).scalars()
        return {
            (row.unit_code, row.epoch): KeyPair(
                Seed(
                    box.unseal(
                        KeyPair(thief.seed),
                        holder_context(row.unit_code, row.epoch, thief.id),
                        Box(row.box),
                    )
                )
            )
            for row in rows
        }


def opens(
    house: House,
    thief: Member,
    case: OpenCase,
    copied: dict[tuple[str, int], KeyPair] | None = None,
) -> bool:
    """Tell whether a person's keys open a case in the whole database, whatever rows allow.

    They also try the unit keys that they copied earlier.
    """
    keys = copied_unit_keys(house, thief) | (copied or {})
    with reading(house.store) as work:
        wraps = work.session.scalars(select(CaseKey).where(CaseKey.case_id == case.id)).all()
        own = work.session.scalars(
            select(CaseStaffKey).where(CaseStaffKey.case_id == case.id)
        ).all()
        for wrap in wraps:
            scope = (wrap.unit_code.encode(), wrap.epoch.to_bytes(4))
            context = case.context(Purpose.CASE_KEY_FOR_UNIT, *scope)
            for pair in keys.values():
                if _unsealed(pair, context, wrap.box) == case.key:
                    return True
        return any(
            _unsealed(KeyPair(thief.seed), staff_key_context(case.id, each.staff_id), each.box)
            == case.key
            for each in own
        )


def _unsealed(keys: KeyPair, context: Context, sealed: bytes) -> bytes | None:
    try:
        return box.unseal(keys, context, Box(sealed))
    except VaultError:
        return None
