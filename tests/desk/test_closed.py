"""A form that comes when its session has closed: nothing is recorded, nothing typed is lost."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from ledger.note import Signer
from records.case import CaseEvent
from records.staff import Role
from records.work import Store, reading
from rules.book import Rules
from tests.desk.acts_kit import Fields, Form, address
from tests.desk.case_kit import REPORT, file, page_of, words
from tests.desk.desk_kit import PASSWORD, employ
from tests.desk.signin_kit import OWN_PASSWORD, Visitor, csrf
from triage.casefile import OpenCase
from triage.submission import Facts
from web import clock

pytestmark = pytest.mark.usefixtures("cheap_passwords")
NOTE, TEXT = "note.added", "Đã gọi UBND phường,\nhẹn sáng thứ Hai."
CLOSED, CHANGED = "Phiên làm việc đã đóng", "Phiên làm việc đã đổi"
_numbers = count()


@pytest.fixture
def visitor(staff: Flask, instance: Store, promise_key: Signer) -> Visitor:
    login = f"dong_{next(_numbers)}"
    employ(instance, promise_key, login, "thanh_tra", Role.INSPECTOR)
    made = Visitor(staff, login, PASSWORD)
    made.first_sign_in()
    return made


@pytest.fixture
def case(visitor: Visitor, instance: Store, law: Rules, promise_key: Signer) -> OpenCase:
    assert visitor.codes
    return file(instance, law, promise_key, replace(REPORT, facts=Facts())).case


def typed(visitor: Visitor, case: OpenCase) -> Fields:
    """Return the form of a note with its text, as it stands in a tab."""
    return Form(visitor.get(address(case.id, NOTE)).text).values | {"text": TEXT}


def send(visitor: Visitor, case: OpenCase, values: Fields) -> TestResponse:
    return visitor.client.post(address(case.id, NOTE), data=values)


def notes(instance: Store, case: OpenCase) -> int:
    with reading(instance) as work:
        asked = select(CaseEvent.kind).where(CaseEvent.case_id == case.id)
        return list(work.session.scalars(asked)).count(NOTE)


def wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=31))


def test_what_was_typed_is_recorded_once_after_signing_in_in_another_tab(
    visitor: Visitor, case: OpenCase, instance: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = typed(visitor, case)
    wait(monkeypatch)
    closed = send(visitor, case, values)
    assert closed.status_code == 403
    assert CLOSED in closed.text
    assert "Chưa có gì được ghi." in closed.text
    assert 'href="/dang-nhap" target="_blank"' in closed.text
    early = send(visitor, case, Form(closed.text).values)  # pressed before signing in
    assert (early.status_code, CLOSED in early.text) == (403, True)
    visitor.sign_in(visitor.codes.pop())
    changed = send(visitor, case, Form(early.text).values)
    assert changed.status_code == 400
    assert CHANGED in changed.text
    assert f"ghi dưới tên Cán bộ {visitor.login}" in words(changed.text)
    assert notes(instance, case) == 0
    carried = Form(changed.text).values
    for _ in range(2):
        assert send(visitor, case, carried).status_code == 303
    assert notes(instance, case) == 1
    assert TEXT.splitlines()[1] in visitor.get(page_of(case.id)).text


def test_a_colleague_at_the_same_browser_is_told_whose_name_it_would_get(
    visitor: Visitor,
    case: OpenCase,
    instance: Store,
    promise_key: Signer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = typed(visitor, case)
    wait(monkeypatch)
    closed = send(visitor, case, values)
    login = f"dong_{next(_numbers)}"
    employ(instance, promise_key, login, "so_xay_dung", Role.HEAD)
    other = Visitor(visitor.app, login, PASSWORD)
    other.client = visitor.client
    other.type_password()
    page = other.get("/dang-nhap/ung-dung").text
    other.secret = page.split('class="secret">')[1].split("<")[0].replace(" ", "")
    monkeypatch.undo()
    other.post("/dang-nhap/ung-dung", code=other.code())
    other.post("/dang-nhap/mat-khau", new=OWN_PASSWORD, again=OWN_PASSWORD)
    other.post("/tai-khoan/ma-du-phong")
    changed = send(other, case, Form(closed.text).values)
    assert f"ghi dưới tên Cán bộ {login}" in words(changed.text)
    assert "Nếu do người khác gõ, xin đừng gửi." in words(changed.text)
    assert send(other, case, Form(changed.text).values).status_code == 404
    assert notes(instance, case) == 0


def test_a_browser_that_has_lost_its_cookie_keeps_the_text_too(
    visitor: Visitor, case: OpenCase
) -> None:
    values = typed(visitor, case)
    visitor.client = visitor.app.test_client()
    closed = send(visitor, case, values)
    assert closed.status_code == 400
    assert CLOSED in closed.text
    visitor.sign_in(visitor.codes.pop())
    changed = send(visitor, case, Form(closed.text).values)
    assert send(visitor, case, Form(changed.text).values).status_code == 303


def test_a_form_on_somebody_elses_page_comes_back_without_its_text(
    visitor: Visitor, case: OpenCase
) -> None:
    sent = {"text": "của kẻ lạ", "csrf_token": "sai"}
    for client in (visitor.client, visitor.app.test_client()):
        answer = client.post(
            address(case.id, NOTE), data=sent, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 400
        assert "của kẻ lạ" not in answer.text
        assert "Gửi lại" not in answer.text


def test_no_page_carries_a_password(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    token = csrf(visitor.get("/tai-khoan/mat-khau").text)
    fields = {"old": OWN_PASSWORD, "new": "khác hẳn nhé bạn", "again": "khác hẳn nhé bạn"}
    lost = visitor.client.post("/tai-khoan/mat-khau", data=fields | {"csrf_token": "sai"})
    signing_in = {"login": visitor.login, "password": OWN_PASSWORD, "csrf_token": "sai"}
    refused = visitor.app.test_client().post("/dang-nhap", data=signing_in)
    wait(monkeypatch)
    closed = visitor.client.post("/tai-khoan/mat-khau", data=fields | {"csrf_token": token})
    assert (lost.status_code, refused.status_code, closed.status_code) == (400, 400, 403)
    for answer in (lost, refused, closed):
        assert not any(each in answer.text for each in (*fields.values(), visitor.login))
        assert "Gửi lại" not in answer.text


def test_a_page_that_is_only_looked_at_still_leads_to_the_sign_in(
    visitor: Visitor, case: OpenCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch)
    answer = visitor.get(page_of(case.id))
    assert answer.headers["Location"] == f"/dang-nhap?den={page_of(case.id)}"
