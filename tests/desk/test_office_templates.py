"""Texts for replies: whose they are, what may stand in braces, what becomes of them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from records.log import LogEntry
from records.office import ReplyTemplate
from records.staff import Role
from records.work import reading
from tests.desk.case_kit import words
from tests.desk.desk_kit import Colleague
from tests.desk.office_kit import City, city, send, token

__all__ = ["city"]
TEMPLATES = "/quan-tri/mau-tra-loi"
NEW = f"{TEMPLATES}/moi"
FOR_ALL = {
    "unit": "-",
    "language": "vi",
    "title": "Hẹn gặp",
    "text": "Kính gửi ông/bà,\n\n{unit} hẹn ông/bà trước ngày {Ngày đến hạn}.",
}


@pytest.fixture
def head(city: City) -> Colleague:
    return city.employ("chanh", "thanh_tra", Role.HEAD)


def kept(city: City) -> list[ReplyTemplate]:
    with reading(city.store) as work:
        return list(work.session.scalars(select(ReplyTemplate)))


def entries(city: City) -> int:
    with reading(city.store) as work:
        return work.session.execute(select(func.count()).select_from(LogEntry)).scalar_one()


def delete(browser: FlaskClient, template_id: object, page: str = NEW) -> int:
    data = {"csrf_token": token(browser.get(page).text)}
    return browser.post(f"{TEMPLATES}/{template_id}/xoa", data=data).status_code


def test_an_administrator_writes_for_all_units_changes_it_and_deletes_it(city: City) -> None:
    before = entries(city)
    browser = city.browser()
    assert send(browser, NEW, **FOR_ALL).status_code == 303
    (row,) = kept(city)
    assert (row.unit_code, row.title, row.text) == (None, "Hẹn gặp", FOR_ALL["text"])
    address = f"{TEMPLATES}/{row.id}"
    assert FOR_ALL["text"].splitlines()[0] in browser.get(address).text
    changed = FOR_ALL | {"title": "Hẹn làm việc"}
    assert send(browser, address, **changed).status_code == 303
    assert [each.title for each in kept(city)] == ["Hẹn làm việc"]
    assert "Hẹn làm việc" in browser.get(TEMPLATES).text
    assert delete(browser, row.id) == 303
    assert kept(city) == []
    assert entries(city) == before + 3


def test_a_head_writes_for_the_own_unit_only(city: City, head: Colleague) -> None:
    browser = city.browser(head)
    assert send(browser, NEW, **(FOR_ALL | {"unit": "thanh_tra"})).status_code == 303
    for unit in ("-", "so_y_te"):
        assert send(browser, NEW, **(FOR_ALL | {"unit": unit})).status_code == 422
    (row,) = kept(city)
    assert row.unit_code == "thanh_tra"


def test_nobody_changes_what_is_not_theirs(city: City, head: Colleague) -> None:
    send(city.browser(), NEW, **FOR_ALL)
    (shared,) = kept(city)
    browser = city.browser(head)
    assert "Hẹn gặp" in browser.get(TEMPLATES).text  # to be used
    assert browser.get(f"{TEMPLATES}/{shared.id}").status_code == 404
    assert delete(browser, shared.id) == 404
    send(browser, NEW, **(FOR_ALL | {"unit": "thanh_tra", "title": "Riêng"}))
    (own,) = [each for each in kept(city) if each.unit_code]
    assert city.browser().get(f"{TEMPLATES}/{own.id}").status_code == 404
    assert len(kept(city)) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{tên người tố cáo} kính mến", "Không có chỗ điền nào tên là {tên người tố cáo}"),
        ("Trước ngày {due_on", "chưa đủ cặp"),
        ("Trước ngày due_on}", "chưa đủ cặp"),
        ("{{due_on}}", "chưa đủ cặp"),
        ("{}", "Không có chỗ điền nào tên là {}"),
        ("", "Hãy viết nội dung."),
    ],
)
def test_braces_hold_only_what_the_system_fills(city: City, text: str, said: str) -> None:
    answer = send(city.browser(), NEW, **(FOR_ALL | {"text": text}))
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "Hẹn gặp" in answer.text
    assert kept(city) == []


@pytest.mark.parametrize("name", ["due_on", "Ngày đến hạn", "Due date", "ngày  đến HẠN"])
def test_a_placeholder_is_known_by_each_of_its_names(city: City, name: str) -> None:
    given = FOR_ALL | {"text": "Trước {" + name + "}."}
    assert send(city.browser(), NEW, **given).status_code == 303


def test_a_text_of_the_rules_is_a_model_for_ones_own(city: City) -> None:
    browser = city.browser()
    page = browser.get(f"{NEW}?tu=acknowledged.en").text
    assert "Dear Sir or Madam" in page
    assert "Đã nhận được nội dung của ông/bà" in browser.get(TEMPLATES).text
    assert browser.get(f"{NEW}?tu=khong_co.vi").status_code == 200


def test_every_placeholder_is_documented(city: City) -> None:
    page = city.browser().get(NEW).text
    for row in city.parts.rules.placeholders:
        assert row.vi in page
        assert row.id in page
