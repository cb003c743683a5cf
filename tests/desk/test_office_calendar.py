"""The calendar: a decision moves exactly the terms that were shown, and can be taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

import desk.app
from records.clock import CaseClock
from records.log import LogEntry
from records.office import CalendarDay
from records.work import open_store, reading
from tests.desk.case_kit import words
from tests.desk.desk_kit import at_work
from tests.desk.office_kit import City, city, send, token
from triage import days
from triage.calendar import calendar_of
from triage.casefile import OpenCase
from web import clock
from web.app import Parts

__all__ = ["city"]
CALENDAR = "/quan-tri/lich"


@pytest.fixture
def soon(city: City) -> date:
    """A working day within the shortest terms of what is filed today."""
    return calendar_of(city.parts.released).nth_worked(clock.today(), 3)


def due(city: City, case: OpenCase) -> dict[str, date | None]:
    with reading(city.store) as work:
        rows = work.session.execute(
            select(CaseClock.rule, CaseClock.due_on).where(CaseClock.case_id == case.id)
        )
        return {row.rule: row.due_on for row in rows}


def fields(day: date, kind: str = "off") -> dict[str, str]:
    return {
        "day": f"{day:%d/%m/%Y}",
        "kind": kind,
        "name": "Nghỉ do mưa lũ",
        "basis": "Công điện số 12/CĐ-UBND",
    }


def confirm(city: City, day: date, kind: str = "off") -> None:
    answer = send(city.browser(), CALENDAR, **fields(day, kind), xac_nhan="1")
    assert answer.status_code == 303, words(answer.text)


def entries(city: City) -> int:
    with reading(city.store) as work:
        return work.session.execute(select(func.count()).select_from(LogEntry)).scalar_one()


def test_a_look_ahead_changes_nothing_and_counts_by_unit(city: City, soon: date) -> None:
    case = city.file()
    before, logged = due(city, case), entries(city)
    answer = send(city.browser(), CALENDAR, **fields(soon))
    page = words(answer.text)
    assert answer.status_code == 200
    assert "1 hồ sơ đang mở sẽ có thời hạn khác đi." in page
    assert "Thanh tra thành phố Huế 1" in page
    assert str(case.id) not in answer.text
    assert (due(city, case), entries(city)) == (before, logged)
    with reading(city.store) as work:
        assert not work.session.scalars(select(CalendarDay)).all()


def test_what_was_shown_moves_and_moves_back(city: City, soon: date) -> None:
    case = city.file()
    later = city.file(soon)
    before, others = due(city, case), due(city, later)
    shown = days.preview(
        city.store,
        city.parts.released,
        days.EnteredDay(soon, off=True, name="Nghỉ", basis="QĐ 1"),
        clock.today(),
    )
    confirm(city, soon)
    after = due(city, case)
    moved = {rule for rule in before if before[rule] != after[rule]}
    assert moved
    assert {(before[rule], after[rule]) for rule in moved} == {
        (each.before, each.after) for each in shown.examples
    }
    assert due(city, later) == others
    assert send(city.browser(), CALENDAR, **fields(soon)).status_code == 422  # entered already
    browser = city.browser()
    assert "Bỏ ngày" in words(browser.get(f"{CALENDAR}?nam={soon.year}").text)
    asked = send(browser, "/quan-tri/lich", **fields(soon))
    assert asked.status_code == 422
    take_back(city, soon)
    assert due(city, case) == before


def take_back(city: City, day: date) -> None:
    browser = city.browser()
    page = browser.get(f"{CALENDAR}?nam={day.year}").text
    given = {"csrf_token": token(page), "day": day.isoformat()}
    asked = browser.post("/quan-tri/lich/bo", data=given)
    assert asked.status_code == 200
    assert "khỏi lịch bổ sung?" in words(asked.text)
    assert browser.post("/quan-tri/lich/bo", data=given | {"xac_nhan": "1"}).status_code == 303


def test_a_report_filed_afterwards_counts_by_the_new_calendar(city: City, soon: date) -> None:
    before = due(city, city.file())
    confirm(city, soon)
    after = due(city, city.file())
    assert any(before[rule] != after[rule] for rule in before)


def test_another_process_notices_the_change_at_once(city: City, soon: date) -> None:
    store = open_store(city.settings)
    other = Parts(store, city.parts.released, city.parts.promise_key, city.parts.site)
    assert calendar_of(other.rules).is_worked(soon)
    confirm(city, soon)
    assert not calendar_of(other.rules).is_worked(soon)
    store.engine.dispose()


def test_a_change_is_still_there_after_a_restart(city: City, soon: date) -> None:
    confirm(city, soon)
    store = open_store(city.settings)
    again = Parts(store, city.parts.released, city.parts.promise_key, city.parts.site)
    app = desk.app.create(again)
    page = at_work(app, store, city.admin).get(f"{CALENDAR}?nam={soon.year}")
    assert "Nghỉ do mưa lũ" in words(page.text)
    store.engine.dispose()


def test_both_acts_are_in_the_log(city: City, soon: date) -> None:
    before = entries(city)
    confirm(city, soon)
    take_back(city, soon)
    assert entries(city) == before + 2


def test_too_many_cases_are_left_to_the_sweep_and_that_is_said(
    city: City, soon: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "AT_ONCE", 0)
    case = city.file()
    before = due(city, case)
    browser = city.browser()
    answer = send(browser, CALENDAR, **fields(soon), xac_nhan="1")
    assert "lần quét tới" in words(browser.get(answer.headers["Location"]).text)
    assert due(city, case) == before


def test_a_look_at_some_says_of_how_many(
    city: City, soon: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "MOST_CONSIDERED", 1)
    city.file()
    city.file()
    page = words(send(city.browser(), CALENDAR, **fields(soon)).text)
    assert "1 hồ sơ lấy ngẫu nhiên trong 2 hồ sơ" in page


@pytest.mark.parametrize(
    ("day", "kind", "said"),
    [
        (date(2027, 1, 1), "off", "đã là ngày nghỉ: Tết Dương lịch"),
        (date(2027, 3, 3), "worked", "vốn là ngày làm việc"),
        (date(2050, 3, 3), "off", "trong vòng một năm trước đến hai năm sau"),
    ],
)
def test_a_day_that_says_nothing_new_is_refused_in_words(
    city: City, day: date, kind: str, said: str
) -> None:
    answer = send(city.browser(), CALENDAR, **fields(day, kind))
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "Nghỉ do mưa lũ" in answer.text  # what was typed is kept


def test_no_day_at_all_is_refused_in_words(city: City) -> None:
    answer = send(city.browser(), CALENDAR, **(fields(clock.today()) | {"day": "30/02/2027"}))
    assert answer.status_code == 422
    assert "Hãy nhập ngày theo dạng" in words(answer.text)


def test_a_past_day_over_which_terms_were_met_stays_as_it_was(city: City) -> None:
    filed = clock.today() - timedelta(days=14)
    case = city.file(filed)
    calendar = calendar_of(city.parts.released)
    past = calendar.nth_worked(filed, 2)
    with city.store.engine.begin() as connection:
        connection.execute(
            CaseClock.__table__.update()
            .where(CaseClock.case_id == case.id)
            .values(met_on=clock.today())
        )
    answer = send(city.browser(), CALENDAR, **fields(past))
    assert answer.status_code == 422
    assert "Ngày này đã qua" in words(answer.text)
