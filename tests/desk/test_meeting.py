"""The page of the list for the meeting: who sees which hand-overs, and the file of them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from records.clock import CaseRecusal
from records.log import LogEntry
from records.staff import Role
from records.work import reading, writing
from tests.desk.case_kit import words
from tests.desk.desk_kit import Colleague
from tests.desk.office_kit import City, city
from triage import casefile, meeting
from triage.casefile import OpenCase
from triage.periods import span
from web import clock

__all__ = ["city"]
LIST, TABLE = "/hop-lien-nganh", "/hop-lien-nganh.csv"


def hand_over(city: City) -> OpenCase:
    """File a report that is handed over and decided on the same day."""
    case, today = city.file(), clock.today()
    day = today.isoformat()
    with writing(city.store) as work:
        for step, terms in (
            ("signs.confirmed", {}),
            ("police.handed_over", {"template": "tin_bao", "decided_on": day}),
            ("police.received", {"decided_on": day}),
            ("police.decided", {"police_outcome": "khong_khoi_to", "decided_on": day}),
            ("prosecution.disputed", {"decided_on": day}),
        ):
            casefile.add_event(work, case, step, today, city.parts.promise_key, terms=terms)
    return case


def seen(browser: FlaskClient) -> str:
    answer = browser.get(LIST)
    assert answer.status_code == 200
    return words(answer.text)


def recuse(city: City, case: OpenCase, person: Colleague) -> None:
    with writing(city.store) as work:
        work.session.add(CaseRecusal(case_id=case.id, staff_id=person.id, since=clock.today()))


@pytest.mark.parametrize(
    ("unit", "role"),
    [
        ("van_phong_ubnd", Role.SUPERVISOR),
        ("cong_an", Role.POLICE_LIAISON),
        ("vien_kiem_sat", Role.PROCURACY_LIAISON),
        ("thanh_tra", Role.HEAD),
    ],
)
def test_a_hand_over_stands_in_the_list_without_content(city: City, unit: str, role: Role) -> None:
    case = hand_over(city)
    page = seen(city.browser(city.employ("nguoi_xem", unit, role)))
    for each in (
        "1. Thanh tra thành phố",
        "Tin báo về tội phạm",
        "Không khởi tố vụ án hình sự",
        "Đang xem xét việc không khởi tố",
        "là quyết định cuối cùng: Đang chạy",
    ):
        assert each in page
    assert str(case.id) not in page


def test_a_head_sees_the_hand_overs_of_their_own_unit_alone(city: City) -> None:
    hand_over(city)
    head = city.employ("nguoi_khac", "so_y_te", Role.HEAD)
    assert "Trong kỳ này không có vụ việc nào được chuyển" in seen(city.browser(head))


def test_whoever_is_recused_does_not_learn_that_there_is_a_hand_over(city: City) -> None:
    case = hand_over(city)
    person = city.employ("giam_sat", "van_phong_ubnd", Role.SUPERVISOR)
    recuse(city, case, person)
    browser = city.browser(person)
    assert "Trong kỳ này không có vụ việc nào được chuyển" in seen(browser)
    assert browser.get(TABLE).get_data(as_text=True).count("\n") == 1


def test_the_file_holds_the_same_lines_and_its_leaving_is_logged(city: City) -> None:
    hand_over(city)
    browser = city.browser(city.employ("giam_sat", "van_phong_ubnd", Role.SUPERVISOR))
    before = entries(city)
    answer = browser.get(TABLE)
    assert answer.mimetype == "text/csv"
    headings, line = answer.get_data().decode("utf-8-sig").splitlines()
    cells = dict(zip(headings.split(";"), line.split(";"), strict=False))
    assert cells["Đơn vị chuyển"] == "Thanh tra thành phố Huế"
    assert cells["Kết quả"] == "Không khởi tố vụ án hình sự"
    assert entries(city) == before + 1
    browser.get(LIST)
    assert entries(city) == before + 1


def entries(city: City) -> int:
    with reading(city.store) as work:
        return work.session.execute(select(func.count()).select_from(LogEntry)).scalar_one()


def test_an_unknown_period_shows_the_one_of_now(city: City) -> None:
    browser = city.browser(city.employ("giam_sat", "van_phong_ubnd", Role.SUPERVISOR))
    answer = browser.get(f"{LIST}?ky=m6-9999")
    assert answer.status_code == 200
    assert answer.text.count(" selected") == 1


def test_the_home_page_says_that_the_meeting_is_due(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = city.employ("giam_sat", "van_phong_ubnd", Role.SUPERVISOR)
    browser = city.browser(person)
    assert "Đến kỳ họp liên ngành" not in words(browser.get("/").text)
    ended = span(city.parts.rules.periods.by_id["m6"][-1], 2026)
    monkeypatch.setattr(meeting, "due", lambda _rules, _today: ended)
    assert "Kỳ báo cáo đã kết thúc ngày 14/06/2026" in words(browser.get("/").text)
