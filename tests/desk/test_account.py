"""One's own account: sessions, password, second factors, and staying."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ledger.note import Signer
from records.signin import StaffDevice, StaffSession
from records.staff import Role, Staff
from records.work import Store, reading, writing
from tests.desk.desk_kit import PASSWORD, employ
from tests.desk.signin_kit import OWN_PASSWORD, Visitor
from tests.web.page import Page
from triage import devices
from web import clock

pytestmark = pytest.mark.usefixtures("cheap_passwords")
OTHER = "một mật khẩu khác hẳn"


@pytest.fixture
def somebody(
    staff: Flask, instance: Store, promise_key: Signer, request: pytest.FixtureRequest
) -> Visitor:
    """Somebody at work."""
    login = f"tk_{abs(hash(request.node.name)) % 10**9}"
    employ(instance, promise_key, login, "thanh_tra", Role.CUSTODIAN)
    visitor = Visitor(staff, login, PASSWORD)
    visitor.first_sign_in()
    return visitor


def test_another_session_of_ones_own_can_be_ended(somebody: Visitor) -> None:
    other = somebody.other_browser()
    other.sign_in()
    page = Page.of(somebody.get("/tai-khoan").text)
    [end] = [each for each in page.addresses() if each.endswith("/dong")]
    assert somebody.post(end, "/tai-khoan").status_code == 303
    assert somebody.is_in()
    assert not other.is_in()


def test_all_other_sessions_can_be_ended_at_once(somebody: Visitor) -> None:
    others = [somebody.other_browser() for _ in range(2)]
    for each in others:
        each.sign_in()
    somebody.post("/tai-khoan/phien/dong-het", "/tai-khoan")
    assert somebody.is_in()
    assert not any(each.is_in() for each in others)


def test_a_session_of_somebody_else_is_left_alone(
    somebody: Visitor, instance: Store, promise_key: Signer
) -> None:
    login = f"{somebody.login}_khac"
    employ(instance, promise_key, login, "thanh_tra", Role.CUSTODIAN)
    stranger = Visitor(somebody.app, login, PASSWORD)
    stranger.first_sign_in()
    with reading(instance) as work:
        theirs = select(StaffSession.id).join(Staff).where(Staff.login == somebody.login)
        ids = work.session.scalars(theirs).all()
    assert ids
    for each in ids:
        stranger.post(f"/tai-khoan/phien/{each}/dong", "/tai-khoan")
    assert somebody.is_in()


def test_a_new_password_takes_the_old_ones_place_and_ends_other_sessions(
    somebody: Visitor,
) -> None:
    other = somebody.other_browser()
    other.sign_in()
    fields = {"old": OWN_PASSWORD, "new": OTHER, "again": OTHER}
    answer = somebody.post("/tai-khoan/mat-khau", **fields)
    assert answer.status_code == 303
    assert "Mọi phiên khác đã đóng" in somebody.get(answer.headers["Location"]).text
    assert somebody.is_in()
    assert not other.is_in()
    assert other.type_password(OWN_PASSWORD).status_code == 422
    other.password = OTHER
    assert other.sign_in().status_code == 303


@pytest.mark.parametrize(
    ("old", "new"), [("sai rồi nhé", OTHER), (OWN_PASSWORD, "ngắn"), (OWN_PASSWORD, OWN_PASSWORD)]
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    somebody: Visitor, old: str, new: str
) -> None:
    answer = somebody.post("/tai-khoan/mat-khau", old=old, new=new, again=new)
    assert answer.status_code == 422
    assert somebody.other_browser().type_password(OWN_PASSWORD).status_code == 303


def test_factors_are_changed_only_after_another_factor(somebody: Visitor) -> None:
    for path in ("/tai-khoan/xac-thuc", "/tai-khoan/ung-dung"):
        assert somebody.get(path).headers["Location"] == "/tai-khoan/xac-thuc-lai"
    answer = somebody.post("/tai-khoan/ma-du-phong-moi", "/tai-khoan")
    assert answer.headers["Location"] == "/tai-khoan/xac-thuc-lai"
    assert somebody.post("/tai-khoan/xac-thuc-lai", code="000000").status_code == 422
    assert somebody.post("/tai-khoan/xac-thuc-lai", code=somebody.code()).status_code == 303
    assert somebody.get("/tai-khoan/xac-thuc").status_code == 200


def test_new_recovery_codes_take_the_old_ones_place(somebody: Visitor) -> None:
    old = somebody.codes[0]
    somebody.post("/tai-khoan/xac-thuc-lai", code=somebody.code())
    answer = somebody.post("/tai-khoan/ma-du-phong-moi", "/tai-khoan/xac-thuc")
    shown = somebody.get(answer.headers["Location"]).text
    new = shown.split("<li><code>")[1].split("<")[0]
    assert new not in somebody.codes
    other = somebody.other_browser()
    assert other.sign_in(old).status_code == 422
    assert other.post("/dang-nhap/ma", code=new).status_code == 303


def test_another_app_takes_the_old_ones_place(somebody: Visitor) -> None:
    somebody.post("/tai-khoan/xac-thuc-lai", code=somebody.codes.pop())
    page = somebody.get("/tai-khoan/ung-dung").text
    old, somebody.secret = somebody.secret, page.split('class="secret">')[1].split("<")[0]
    somebody.secret = somebody.secret.replace(" ", "")
    assert somebody.secret != old
    assert somebody.post("/tai-khoan/ung-dung", code="000000").status_code == 422
    somebody._step = 0
    assert somebody.post("/tai-khoan/ung-dung", code=somebody.code()).status_code == 303
    assert somebody.other_browser().sign_in().status_code == 303


def test_staying_puts_off_the_end_of_the_session(
    somebody: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now
    for minutes in (28, 56):
        passed = timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda passed=passed: now() + passed)
        answer = somebody.post("/tai-khoan/o-lai", "/tai-khoan")
        assert answer.status_code == 200
        closes = now() + passed + timedelta(minutes=30)
        assert f"{closes:%H:%M}" in answer.text


def test_pages_name_who_is_at_work_and_when_the_session_closes(somebody: Visitor) -> None:
    page = Page.of(somebody.get("/tai-khoan").text)
    assert f"Cán bộ {somebody.login}" in page.text
    assert "Phiên tự đóng lúc" in page.text
    assert "/dang-xuat" in page.addresses()


def test_the_sweep_removes_sessions_and_browsers_whose_last_day_is_over(
    somebody: Visitor, instance: Store
) -> None:
    assert somebody.is_in()
    devices.clean_up(instance, clock.today())
    assert somebody.is_in()
    devices.clean_up(instance, clock.today() + timedelta(days=91))
    with writing(instance) as work:
        assert not work.session.scalars(select(StaffSession.id)).all()
        assert not work.session.scalars(select(StaffDevice.mark)).all()
