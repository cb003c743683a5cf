"""Signing in: what lets in, what does not, and that guessing locks nobody else out."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from ledger.note import Signer
from records.signin import StaffDevice, StaffSession
from records.staff import Role, Staff
from records.work import Store, reading, writing
from tests.desk.desk_kit import PASSWORD, Colleague, employ
from tests.desk.signin_kit import Visitor
from tests.web.page import Page
from triage import signin
from triage.signin import LONGEST_SESSION
from vault import password
from web import clock

pytestmark = pytest.mark.usefixtures("cheap_passwords")
ELSEWHERE = "198.51.100.7"
_numbers = count()


@pytest.fixture
def somebody(instance: Store, promise_key: Signer) -> Colleague:
    login = f"can_bo_{next(_numbers)}"
    return employ(instance, promise_key, login, "thanh_tra", Role.CUSTODIAN)


@pytest.fixture
def visitor(staff: Flask, instance: Store, somebody: Colleague) -> Visitor:
    """Somebody who has signed in once, at another browser than the one they sit at now."""
    with reading(instance) as work:
        login = work.session.scalars(select(Staff.login).where(Staff.id == somebody.id)).one()
    first = Visitor(staff, login, PASSWORD)
    first.first_sign_in()
    return first.other_browser()


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + by)


def test_password_and_code_let_in(visitor: Visitor) -> None:
    assert visitor.sign_in().headers["Location"] == "/dang-nhap"
    assert visitor.get("/dang-nhap").headers["Location"] == "/danh-tinh"
    assert visitor.is_in()


def test_the_password_alone_does_not(visitor: Visitor) -> None:
    assert visitor.type_password().headers["Location"] == "/dang-nhap/ma"
    assert not visitor.is_in()


def test_the_login_may_be_typed_in_capitals(visitor: Visitor) -> None:
    visitor.login = visitor.login.upper()
    assert visitor.type_password().status_code == 303


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(visitor: Visitor) -> None:
    def answer(login: str) -> list[str]:
        stranger = Visitor(visitor.app, login, "không phải mật khẩu này")
        said = stranger.type_password()
        assert said.status_code == 422
        lines = said.text.replace(f'value="{login}"', "").splitlines()
        return [line for line in lines if "csrf_token" not in line]

    assert answer(visitor.login) == answer("khong_ai_ca")


def test_an_unknown_login_costs_one_stretch_of_the_password_like_a_known_one(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs: list[password.Cost] = []
    stretch = password._stretch

    def counted(secret: str, salt: bytes, cost: password.Cost) -> bytes:
        costs.append(cost)
        return stretch(secret, salt, cost)

    monkeypatch.setattr(password, "_stretch", counted)
    for login in (visitor.login, "khong_ai_ca"):
        assert Visitor(visitor.app, login, "sai").type_password().status_code == 422
    assert costs[0] == costs[1]
    assert len(costs) == 2


def test_somebody_who_has_left_is_answered_like_an_unknown_login(
    visitor: Visitor, instance: Store
) -> None:
    with writing(instance) as work:
        gone = update(Staff).where(Staff.login == visitor.login).values(left_on=clock.today())
        work.session.execute(gone)
    assert visitor.type_password().status_code == 422


def test_a_password_locked_at_less_than_todays_cost_is_locked_anew(
    visitor: Visitor, instance: Store
) -> None:
    def kept() -> bytes:
        with reading(instance) as work:
            mine = select(Staff.locked_seed).where(Staff.login == visitor.login)
            return work.session.scalars(mine).one()

    before = kept()
    assert visitor.sign_in().status_code == 303
    assert kept() != before
    assert visitor.other_browser().sign_in().status_code == 303


def test_a_code_is_taken_once(visitor: Visitor) -> None:
    code = visitor.code()
    assert visitor.sign_in(code).status_code == 303
    again = visitor.other_browser()
    assert again.sign_in(code).status_code == 422
    assert not again.is_in()


@pytest.mark.parametrize("step", [-1, 1])
def test_the_code_of_a_neighbouring_step_is_taken_once(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    later(monkeypatch, timedelta(minutes=10))
    at = int(clock.now().timestamp()) // 30 + step
    code = pyotp.TOTP(visitor.secret).generate_otp(at)
    assert visitor.sign_in(code).status_code == 303
    assert visitor.other_browser().sign_in(code).status_code == 422


@pytest.mark.parametrize("step", [-2, 2])
def test_a_code_of_a_step_further_off_is_refused(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    later(monkeypatch, timedelta(minutes=10))
    at = int(clock.now().timestamp()) // 30 + step
    assert visitor.sign_in(pyotp.TOTP(visitor.secret).generate_otp(at)).status_code == 422


@pytest.mark.parametrize("spelled", [str, str.lower, lambda code: code.replace("-", " ")])
def test_a_recovery_code_is_taken_once_however_it_is_spelled(
    visitor: Visitor, spelled: Callable[[str], str]
) -> None:
    code = visitor.codes[3]
    assert visitor.sign_in(spelled(code)).status_code == 303
    again = visitor.other_browser()
    assert again.sign_in(code).status_code == 422
    assert again.post("/dang-nhap/ma", code=visitor.codes[4]).status_code == 303
    assert again.is_in()


@pytest.mark.parametrize("code", ["", "000000", "١٢٣٤٥٦", "0" * 10, "x" * 64, "x" * 65, "\ud800"])
def test_nonsense_is_no_code(visitor: Visitor, code: str) -> None:
    assert visitor.sign_in(code.encode("utf-8", "replace").decode()).status_code == 422
    assert not visitor.is_in()


def test_the_key_waits_five_minutes_for_the_code(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.type_password()
    later(monkeypatch, timedelta(minutes=5))
    answer = visitor.get("/dang-nhap/ma")
    assert answer.headers["Location"] == "/dang-nhap?het_gio=1"
    assert "Đã quá 5 phút" in visitor.get("/dang-nhap?het_gio=1").text


def test_a_stranger_who_guesses_passwords_locks_out_neither_a_known_browser_nor_another_network(
    visitor: Visitor,
) -> None:
    visitor.sign_in()
    visitor.post("/dang-xuat", "/tai-khoan")
    stranger = visitor.other_browser()
    answers = [stranger.type_password(f"lần thử thứ {n}") for n in range(12)]
    assert [each.status_code for each in answers] == [422] * 10 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Hãy thử lại sau" in answers[-1].text
    assert "lần thử thứ" not in answers[-1].text
    assert stranger.type_password().status_code == 429  # even the right one
    assert visitor.sign_in().status_code == 303
    assert stranger.other_browser(ELSEWHERE).type_password().status_code == 303


def test_guesses_from_one_network_at_many_logins_are_slowed(visitor: Visitor) -> None:
    stranger = Visitor(visitor.app, "", "sai mật khẩu")
    token = stranger.get("/dang-nhap")
    assert token.status_code == 200
    last = 0
    for number in range(101):
        stranger.login = f"login_{number}"
        last = stranger.type_password().status_code
    assert last == 429


def test_a_known_browser_has_a_budget_of_its_own(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.post("/dang-xuat", "/tai-khoan")
    answers = [visitor.type_password("sai").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_right_password_clears_the_wrong_ones_before_it(visitor: Visitor) -> None:
    for _ in range(3):
        for _ in range(9):
            assert visitor.type_password("sai").status_code == 422
        assert visitor.type_password().status_code == 303


def test_codes_are_guessed_ten_times_an_hour_and_a_known_browser_is_not_locked_out(
    visitor: Visitor,
) -> None:
    visitor.sign_in()
    visitor.post("/dang-xuat", "/tai-khoan")
    thief = visitor.other_browser(ELSEWHERE)
    thief.type_password()
    answers = [thief.post("/dang-nhap/ma", code=f"00000{n}"[-6:]) for n in range(11)]
    assert [each.status_code for each in answers] == [422] * 10 + [429]
    again = visitor.other_browser("192.0.2.1")
    assert again.sign_in().status_code == 429  # whoever has the password, from wherever
    assert visitor.sign_in().status_code == 303


def test_a_cookie_from_before_the_sign_in_opens_nothing(visitor: Visitor) -> None:
    def cookie() -> str:
        held = visitor.client.get_cookie("dangvan_desk")
        assert held is not None
        return held.value

    visitor.get("/dang-nhap")
    planted = cookie()
    visitor.type_password()
    between = cookie()
    visitor.post("/dang-nhap/ma", code=visitor.code())
    assert len({planted, between, cookie()}) == 3
    for old in (planted, between):
        thief = visitor.app.test_client()
        thief.set_cookie("dangvan_desk", old)
        assert thief.get("/tai-khoan").status_code == 303
        assert thief.get("/dang-nhap/ma").status_code == 303


def test_a_session_whose_row_is_gone_is_out(visitor: Visitor, instance: Store) -> None:
    visitor.sign_in()
    with writing(instance) as work:
        work.session.execute(delete(StaffSession))
    assert not visitor.is_in()


def test_signing_out_ends_the_session_for_good(visitor: Visitor) -> None:
    visitor.sign_in()
    held = visitor.client.get_cookie("dangvan_desk")
    assert held is not None
    answer = visitor.post("/dang-xuat", "/tai-khoan")
    assert answer.headers["Location"] == "/dang-nhap"
    visitor.client.set_cookie("dangvan_desk", held.value)
    assert not visitor.is_in()


def test_a_session_without_a_step_closes_itself(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.sign_in()
    later(monkeypatch, timedelta(minutes=29))
    assert visitor.is_in()
    later(monkeypatch, timedelta(minutes=29))
    assert visitor.is_in()
    later(monkeypatch, timedelta(minutes=30))
    assert not visitor.is_in()


def test_a_session_ends_after_twelve_hours_however_busy(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.sign_in()
    steps = int(LONGEST_SESSION / timedelta(minutes=20))
    for _ in range(steps - 1):
        later(monkeypatch, timedelta(minutes=20))
        assert visitor.is_in()
    later(monkeypatch, timedelta(minutes=20))
    assert not visitor.is_in()


def test_stored_sessions_and_browsers_are_ciphertext_and_hashes(
    visitor: Visitor, instance: Store
) -> None:
    visitor.type_password()
    visitor.post("/dang-nhap/ma", code=visitor.code(), device="máy ở phòng 204")
    cookie = visitor.client.get_cookie("dangvan_browser")
    assert cookie is not None
    with reading(instance) as work:
        sealed = work.session.scalars(select(StaffSession.sealed)).all()
        marks = work.session.scalars(select(StaffDevice.mark)).all()
    for word in ("phòng 204", "totp", "began"):
        assert not any(word.encode() in row for row in sealed)
    assert bytes.fromhex(cookie.value) not in marks
    assert "máy ở phòng 204" in visitor.get("/tai-khoan").text


@pytest.mark.parametrize(
    "path",
    [
        "//xau.example",
        "https://xau.example/",
        "/khong-co",
        "/static/site.css",
        "\\xau",
        "/dang-xuat",
    ],
)
def test_only_a_page_of_ours_is_gone_to_after_the_sign_in(visitor: Visitor, path: str) -> None:
    assert visitor.sign_in(then=path).headers["Location"] == "/dang-nhap"


@pytest.mark.parametrize("path", ["/tai-khoan", "/en/tai-khoan"])
def test_the_page_that_was_asked_for_is_gone_to(visitor: Visitor, path: str) -> None:
    asked = visitor.get(f"{path}?tim=noi-dung")
    assert asked.status_code == 303
    assert "noi-dung" not in asked.headers["Location"]
    assert visitor.sign_in(then=path).headers["Location"] == path


def test_below_desk_the_cookies_and_the_way_on_stay_below_desk(visitor: Visitor) -> None:
    base = {"base_url": "http://localhost/desk"}
    answer = visitor.client.get("/tai-khoan", **base)
    assert answer.headers["Location"] == "/desk/dang-nhap?den=/tai-khoan"
    answer = visitor.client.get("/dang-nhap", **base)
    assert "Path=/desk" in answer.headers["Set-Cookie"]


def test_the_pages_of_the_sign_in_load_no_script_and_no_other_site(visitor: Visitor) -> None:
    pages = [visitor.get("/dang-nhap").text]
    visitor.type_password()
    pages.append(visitor.get("/dang-nhap/ma").text)
    for text in pages:
        page = Page.of(text)
        assert all(each.startswith(("/", "#")) for each in page.addresses())


def test_what_lies_in_the_session_between_the_steps_is_removed_by_the_sign_in(
    visitor: Visitor,
) -> None:
    visitor.sign_in()
    assert visitor.get("/dang-nhap/ma").headers["Location"] == "/dang-nhap?het_gio=1"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the sign-in puts into the log: kinds and details."""
    heard: list[tuple[str, Any]] = []
    record = signin.logbook.record

    def listen(work: Any, act: Any, key: Any) -> Any:
        heard.append((act.kind, dict(act.detail)))
        return record(work, act, key)

    monkeypatch.setattr(signin.logbook, "record", listen)
    return heard


def test_an_entry_of_the_log_tells_that_somebody_with_the_password_had_no_right_code(
    visitor: Visitor, said: list[tuple[str, Any]]
) -> None:
    visitor.sign_in(visitor.codes[0])
    said.clear()
    assert visitor.other_browser().sign_in(visitor.codes[0]).status_code == 422
    assert said == [("staff.code_refused", {})]


def test_an_entry_of_the_log_tells_of_the_sign_in_and_of_the_recovery_code(
    visitor: Visitor, said: list[tuple[str, Any]]
) -> None:
    visitor.sign_in(visitor.codes[0])
    assert said == [
        ("staff.recovery_code_used", {}),
        ("staff.signed_in", {"by": "recovery", "named_by": "login"}),
    ]
    assert "203.0.113" not in json.dumps(said)
