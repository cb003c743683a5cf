"""Stolen rows of sessions, and codes that somebody saw: neither lets anybody in."""

from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from ledger.note import Signer
from records.log import LogEntry
from records.session import SessionRow
from records.signin import StaffSession
from records.staff import Role
from records.work import Store, reading, writing
from tests.desk.desk_kit import PASSWORD, employ
from tests.desk.signin_kit import Visitor
from vault import item
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import SecretKey, new_secret_key
from web.sealed import SealedSession

pytestmark = pytest.mark.usefixtures("cheap_passwords")
_numbers = count()


@pytest.fixture
def victim(staff: Flask, instance: Store, promise_key: Signer) -> Visitor:
    """Somebody at work, at the only browser that they use."""
    login = f"bi_trom_{next(_numbers)}"
    employ(instance, promise_key, login, "thanh_tra", Role.INSPECTOR)
    person = Visitor(staff, login, PASSWORD)
    person.first_sign_in()
    assert person.is_in()
    return person


def acts(store: Store) -> int:
    with reading(store) as work:
        return work.session.scalar(select(func.count()).select_from(LogEntry)) or 0


def stolen(store: Store, table: type[SessionRow | StaffSession]) -> list[dict[str, object]]:
    """Return all rows of a table, as a thief of the database has them."""
    with reading(store) as work:
        return [dict(row) for row in work.session.execute(select(table.__table__)).mappings()]


def cookie(victim: Visitor) -> str:
    found = victim.client.get_cookie("dangvan_desk")
    assert found is not None
    return found.value


def test_the_rows_of_a_session_without_its_cookie_are_ciphertext_only(
    victim: Visitor, instance: Store
) -> None:
    with reading(instance) as work:
        sealed = work.session.scalars(select(SessionRow)).all()
        sessions = work.session.scalars(select(StaffSession)).all()
    assert sealed
    for row in sealed:
        for key in (new_secret_key(), SecretKey(row.id.bytes * 2)):
            context = Context(Purpose.SESSION, (row.id.bytes,))
            with pytest.raises(VaultError):
                item.unseal(key, context, item.Item(row.sealed))
            forged = SealedSession(instance, row.id, key, known=True)
            assert not forged.look().contents
            thief = victim.other_browser()
            thief.client.set_cookie("dangvan_desk", forged.cookie, path="/")
            assert not thief.is_in()
    for session in sessions:
        for name in (session.id, session.staff_id):
            thief = victim.other_browser()
            forged = SealedSession(instance, name, SecretKey(session.id.bytes * 2), known=True)
            thief.client.set_cookie("dangvan_desk", forged.cookie, path="/")
            assert not thief.is_in()
    assert victim.is_in()


@pytest.mark.parametrize("table", [SessionRow, StaffSession])
def test_a_copied_row_put_back_after_signing_out_revives_nothing(
    victim: Visitor, instance: Store, table: type[SessionRow | StaffSession]
) -> None:
    rows, kept = stolen(instance, table), cookie(victim)
    victim.post("/dang-xuat", "/tai-khoan")
    assert not victim.is_in()
    with writing(instance) as work:
        there = set(work.session.scalars(select(table.id)))
        back = [row for row in rows if row["id"] not in there]
        assert back
        work.session.execute(insert(table), back)
    assert not victim.is_in()
    thief = victim.other_browser()
    thief.client.set_cookie("dangvan_desk", kept, path="/")  # they had the browser too
    assert not thief.is_in()


def test_a_code_that_somebody_saw_lets_nobody_in_and_every_try_is_in_the_log(
    victim: Visitor, instance: Store
) -> None:
    again, before = victim.other_browser(), acts(instance)
    code = again.code()
    assert again.sign_in(code).status_code == 303
    assert acts(instance) == before + 1
    for _ in range(2):
        thief = again.other_browser("198.51.100.9")
        assert thief.sign_in(code).status_code == 422
        assert not thief.is_in()
    assert acts(instance) == before + 3


def test_a_recovery_code_that_somebody_used_is_in_the_log_and_works_once(
    victim: Visitor, instance: Store
) -> None:
    code, before = victim.codes[0], acts(instance)
    assert victim.other_browser().sign_in(code).status_code == 303
    assert acts(instance) == before + 2  # the code, and the sign-in: the owner sees both
    assert victim.other_browser().sign_in(code).status_code == 422
