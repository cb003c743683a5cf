"""The members' page: keys are handed on by who holds them, after comparing."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from ledger.note import Signer
from records.staff import Role, Staff, Substitution
from records.unit import UnitKeyHolder
from records.work import Store, reading, writing
from tests.desk.desk_kit import Colleague, at_work, employ
from triage import access, membership, staffing
from triage.staffing import Person
from web import clock

UNIT = "so_noi_vu"


@pytest.fixture(scope="module")
def head(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "giam_doc_noi_vu", UNIT, Role.HEAD)


@pytest.fixture(scope="module")
def inspector(instance: Store, promise_key: Signer, head: Colleague) -> Colleague:  # noqa: ARG001
    return employ(instance, promise_key, "chuyen_vien_noi_vu", UNIT, Role.INSPECTOR)


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(client: FlaskClient, address: str, **fields: str) -> int:
    token = csrf(client.get("/don-vi").text)
    return client.post(address, data={"csrf_token": token, "unit": UNIT} | fields).status_code


def test_a_new_colleague_is_admitted_once_the_fingerprint_was_compared(
    staff: Flask, instance: Store, promise_key: Signer, head: Colleague
) -> None:
    with writing(instance) as work:
        person = Person("nguoi_moi", "Trần Thị Mới", UNIT, Role.INSPECTOR, "một mật khẩu dài")
        new = staffing.appoint(work, person, promise_key, clock.today())
        shown = membership.fingerprint(work.session.get_one(Staff, new).public_key)
    client = at_work(staff, instance, head)
    page = client.get("/don-vi").text
    assert "Trao khóa cho Trần Thị Mới" in page
    assert shown in page
    fields = {"member": new.hex, "compared": shown}
    assert send(client, "/don-vi/trao-khoa", **fields) == 422
    planted = {"member": new.hex, "compared": "0000 " * 7 + "0000", "done": "yes"}
    assert send(client, "/don-vi/trao-khoa", **planted) == 422
    token = csrf(page)
    whole = {"csrf_token": token, "unit": UNIT, **fields, "done": "yes"}
    answer = client.post("/don-vi/trao-khoa", data=whole, follow_redirects=True)
    assert "Đã lưu thay đổi và ghi vào nhật ký." in answer.text
    with reading(instance) as work:
        held = select(UnitKeyHolder.unit_code).where(UnitKeyHolder.staff_id == new)
        assert set(work.session.scalars(held)) == {UNIT}
    assert "Đã lưu thay đổi" not in client.get("/don-vi").text


def test_a_stranger_finds_nobody_to_admit_and_nothing_to_end(
    staff: Flask, instance: Store, promise_key: Signer, head: Colleague, inspector: Colleague
) -> None:
    other = employ(instance, promise_key, "nguoi_la_xay_dung", "so_xay_dung", Role.HEAD)
    client = at_work(staff, instance, other)
    fields = {"member": inspector.id.hex, "compared": "x", "done": "yes", "sure": "yes"}
    assert send(client, "/don-vi/trao-khoa", **fields) == 404
    assert send(client, "/don-vi/thoi-nhiem-vu", **fields) == 404
    assert send(client, "/don-vi/niem-phong") == 404
    mate = at_work(staff, instance, inspector)  # an inspector ends nobody's work
    assert send(mate, "/don-vi/thoi-nhiem-vu", member=head.id.hex, sure="yes") == 404


def test_a_substitute_stands_in_until_the_last_day_and_no_longer(
    staff: Flask, instance: Store, head: Colleague, inspector: Colleague
) -> None:
    today = clock.today()
    client = at_work(staff, instance, head)
    days = {"first_on": today.isoformat(), "last_on": (today + timedelta(days=3)).isoformat()}
    people = {"absent": head.id.hex, "substitute": inspector.id.hex}
    assert send(client, "/don-vi/vang-mat", **people | {"first_on": "", "last_on": ""}) == 422
    himself = {"absent": head.id.hex, "substitute": head.id.hex}
    assert send(client, "/don-vi/vang-mat", **himself, **days) == 422
    assert send(client, "/don-vi/vang-mat", **people, **days) == 303
    with reading(instance) as work:
        row = work.session.execute(select(Substitution)).scalar_one()
        for day, stands_in in ((0, True), (3, True), (4, False)):
            posts = access.posts(work, inspector.id, today + timedelta(days=day))
            assert any(each.of == head.id for each in posts) is stands_in
    lent = at_work(staff, instance, inspector)  # prolongs nothing, and ends nobody's work
    for_ever = {"first_on": today.isoformat(), "last_on": "9999-12-31"}
    assert send(lent, "/don-vi/vang-mat", **people, **for_ever) == 404
    assert send(lent, "/don-vi/thoi-nhiem-vu", member=head.id.hex, sure="yes") == 404
    assert send(client, f"/don-vi/vang-mat/{row.id}") == 303
    with reading(instance) as work:
        assert not any(each.of for each in access.posts(work, inspector.id, today))


def test_a_head_ends_somebodys_work_and_the_unit_gets_a_new_key(
    staff: Flask, instance: Store, promise_key: Signer, head: Colleague
) -> None:
    goes = employ(instance, promise_key, "di_noi_khac", UNIT, Role.INSPECTOR)
    client = at_work(staff, instance, head)
    assert send(client, "/don-vi/thoi-nhiem-vu", member=goes.id.hex) == 422
    assert send(client, "/don-vi/thoi-nhiem-vu", member=goes.id.hex, sure="yes") == 303
    with reading(instance) as work:
        held = select(UnitKeyHolder).where(UnitKeyHolder.staff_id == goes.id)
        assert work.session.scalars(held).all() == []
        assert access.posts(work, goes.id, clock.today()) == frozenset()


def test_a_head_does_not_choose_the_custodians(
    staff: Flask, instance: Store, promise_key: Signer, head: Colleague
) -> None:
    stays = employ(instance, promise_key, "giu_khoa_noi_vu", UNIT, Role.CUSTODIAN)
    client = at_work(staff, instance, head)
    assert stays.id.hex not in client.get("/don-vi").text
    assert send(client, "/don-vi/thoi-nhiem-vu", member=stays.id.hex, sure="yes") == 404
    with reading(instance) as work:
        assert [each.role for each in access.posts(work, stays.id, clock.today())] == ["custodian"]
