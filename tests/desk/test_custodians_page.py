"""The custodians' page: a key is shown, read out, admitted by two; administrators see who waits."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from records.staff import Role
from tests.desk.case_kit import words
from tests.desk.desk_kit import Colleague
from tests.desk.office_kit import City, city, token
from triage import identity

PAGE = "/nguoi-giu-khoa"
__all__ = ["city"]


@pytest.fixture
def people(city: City) -> tuple[Colleague, Colleague, Colleague]:
    """Two who are admitted, and one who is appointed."""
    first, second, third = (
        city.employ(f"giu_{n}", "so_noi_vu", Role.CUSTODIAN) for n in ("mot", "hai", "ba")
    )
    city.confirm(first, second)
    return first, second, third


def admit(browser: FlaskClient, member: UUID, heard: str) -> TestResponse:
    data = {"csrf_token": token(browser.get(PAGE).text), "member": member.hex, "heard": heard}
    return browser.post(f"{PAGE}/chap-nhan", data=data)


def test_somebody_new_is_admitted_by_two_who_type_what_they_heard(
    city: City, people: tuple[Colleague, Colleague, Colleague]
) -> None:
    first, second, third = people
    new, admin = city.browser(third), city.browser()
    staff = "/quan-tri/can-bo"
    assert "chờ người giữ khóa chấp nhận" in words(admin.get(staff).text)
    before = new.get(PAGE).text
    assert "Trình khóa của tôi" in before
    sent = {"csrf_token": token(before)}
    assert new.post(f"{PAGE}/trinh-khoa", data=sent).status_code == 303
    heard = new.get(PAGE).text.split("<code>", 1)[1].split("</code>", 1)[0]
    seen = city.browser(first).get(PAGE).text
    assert heard not in seen, "whoever admits types what they heard, and cannot copy it"
    wrong = admit(city.browser(first), third.id, "0000 1111")
    assert wrong.status_code == 422
    assert "không khớp" in words(wrong.text)
    assert 'value="0000 1111"' in wrong.text, "nothing typed is lost"
    assert admit(city.browser(first), third.id, heard).status_code == 303
    assert "Cần thêm một người giữ khóa khác" in words(city.browser(first).get(PAGE).text)
    assert "1 trên 2" in words(new.get(PAGE).text)
    assert admit(city.browser(second), third.id, heard).status_code == 303
    assert "chờ" not in words(new.get(PAGE).text).partition("Tình trạng")[2]
    assert "chờ người giữ khóa chấp nhận" not in words(admin.get(staff).text)


def test_who_waits_admits_nobody_and_nobody_of_no_name_is_admitted(
    city: City, people: tuple[Colleague, Colleague, Colleague]
) -> None:
    first, _second, third = people
    assert "Mã nghe được" not in city.browser(third).get(PAGE).text
    assert admit(city.browser(third), first.id, "").status_code == 404
    assert admit(city.browser(first), UUID(int=0), "").status_code == 404


def test_with_too_few_the_page_says_what_to_do(city: City) -> None:
    alone = city.employ("giu_mot", "so_noi_vu", Role.CUSTODIAN)
    page = words(city.browser(alone).get(PAGE).text)
    assert "dangvan custodians" in page
    assert not identity.can_be_kept(city.store, city.parts.promise_key)
