"""The explanation of a last day: every day told, in both languages, and as JSON."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given

from rules import load
from tests.triage.clock_kit import slow
from tests.triage.test_deadlines import clocks
from triage.clock import Clock, Extension, Pause
from triage.deadlines import due, extend, pause, prolong, start
from triage.explanation import Counted, Explanation, explain

RULES = load()
DAY = timedelta(days=1)
EXPERT = "Cần đợi kết quả giám định bổ sung, giám định lại"
ROLLED = "Ngày cuối là ngày nghỉ thì tính đến hết ngày làm việc tiếp theo"


def days(told: Explanation, counted: Counted) -> list[date]:
    return [day.on for part in told.parts for day in part.days if day.counted is counted]


@given(clocks())
def test_the_days_that_count_are_those_of_the_term(clock: Clock) -> None:
    told = explain(RULES, clock)
    counted = sorted(days(told, Counted.COUNTED) + days(told, Counted.LAST_OFF))
    assert (counted, told.due) == slow(RULES, clock)
    assert told.due == due(RULES, clock)


@given(clocks())
def test_every_day_from_the_start_to_the_last_is_told_once(clock: Clock) -> None:
    told = [day.on for part in explain(RULES, clock).parts for day in part.days]
    assert told == [clock.started_on + n * DAY for n in range(1, len(told) + 1)]
    assert (told or [clock.started_on])[-1] == due(RULES, clock)


@given(clocks())
def test_every_day_that_does_not_count_has_a_reason_and_its_law(clock: Clock) -> None:
    told = explain(RULES, clock)
    for part in told.parts:
        for day in part.days:
            passed_over = day.counted in {Counted.SKIPPED, Counted.PAUSED, Counted.LAST_OFF}
            if passed_over or (day.counted is Counted.ROLLED and day.on != part.segment.end):
                assert day.vi
                assert day.en
                assert day.article
    assert json.loads(json.dumps(told.to_json()))["due"] == str(told.due)


def test_holidays_corrections_and_worked_saturdays_are_told_by_name() -> None:
    text = explain(RULES, start(RULES, "NB-02", date(2026, 8, 10))).text("en")
    assert text.splitlines() == [
        "NB-02: Settle a petition, feedback or code-of-conduct report (noi_bo).",
        "Term: 20 working days, from 2026-08-10.",
        "The starting day is not counted (BLDS 147-148; BLTTHS 134).",
        "Not counted: 2026-08-15, Saturday (BLLĐ 111).",
        "Not counted: 2026-08-16, Sunday (BLLĐ 111).",
        "Counted as a working day: 2026-08-22, Saturday worked for 31 August 2026 (BLLĐ 112).",
        "Not counted: 2026-08-23, Sunday (BLLĐ 111).",
        "Not counted: 2026-08-29, Saturday (BLLĐ 111).",
        "Not counted: 2026-08-30, Sunday (BLLĐ 111).",
        "Not counted: 2026-08-31, Day off swapped at National Day 2026 (BLLĐ 112).",
        "Not counted: 2026-09-01 - 2026-09-02, National Day 2026 and the adjacent day (BLLĐ 112).",
        "Not counted: 2026-09-05, Saturday (BLLĐ 111).",
        "Not counted: 2026-09-06, Sunday (BLLĐ 111).",
        "Due by 24:00 on 2026-09-09.",
    ]


def test_pauses_extensions_and_the_roll_forward_are_told() -> None:
    clock = start(RULES, "TC-05", date(2026, 1, 20))
    ground = Pause(date(2026, 2, 10), date(2026, 2, 25), "expert_opinion")
    clock = pause(RULES, clock, ground)
    clock = extend(
        RULES, clock, Extension("TC-06", date(2026, 3, 1), "12/QĐ-UBND", ("many_people",))
    )
    text = explain(RULES, clock).text("vi")
    assert text.splitlines() == [
        "TC-05: Giải quyết tố cáo (TC 30(1)).",
        "Thời hạn: 30 ngày, kể từ ngày 20/01/2026.",
        "Ngày bắt đầu không được tính (BLDS 147-148; BLTTHS 134).",
        f"Tạm dừng, không tính: 10/02/2026 - 25/02/2026, {EXPERT} (TC 34(1)b).",
        "Ngày cuối rơi vào ngày nghỉ: 07/03/2026, Thứ Bảy (BLLĐ 111).",
        "Ngày nghỉ tiếp theo: 08/03/2026, Chủ nhật (BLLĐ 111).",
        f"{ROLLED} (BLDS 147-148; BLTTHS 134).",
        "TC-06: Gia hạn giải quyết tố cáo đối với vụ việc phức tạp (TC 30(2)).",
        "Thời hạn: 30 ngày, kể từ ngày 09/03/2026.",
        "Ngày bắt đầu không được tính (BLDS 147-148; BLTTHS 134).",
        "Hết hạn lúc 24 giờ ngày 08/04/2026.",
    ]


def test_the_longer_term_is_told_with_its_condition() -> None:
    clock = start(RULES, "KN-02", date(2026, 6, 1))
    clock = prolong(RULES, clock, ("many_people",), date(2026, 6, 2))
    assert "Term: 45 days (the case is complex), from 2026-06-01." in explain(RULES, clock).text(
        "en"
    )


def test_months_hours_and_what_is_due_at_once_are_told() -> None:
    months = explain(RULES, start(RULES, "NB-03", date(2026, 11, 30))).text("en")
    assert "Months end on the matching date or the month's end" in months
    hours = explain(RULES, start(RULES, "HS-03", date(2026, 2, 13))).text("vi")
    assert "Thời hạn tính bằng giờ chạy liên tục" in hours
    at_once = explain(RULES, start(RULES, "HS-00", date(2026, 2, 15))).text("vi")
    assert at_once.splitlines()[1:] == [
        "Thời hạn: thực hiện ngay, kể từ ngày 15/02/2026.",
        "Hết hạn lúc 24 giờ ngày 15/02/2026.",
        "Báo động nội bộ: ngày 16/02/2026.",
    ]


def test_a_reminder_is_told_to_have_no_term() -> None:
    told = explain(RULES, start(RULES, "HS-12", date(2026, 11, 25)))
    assert told.text("vi").splitlines()[1:] == ["Không có thời hạn."]
    assert (told.to_json()["due"], told.to_json()["parts"]) == (None, [])


def test_a_clock_from_before_the_rules_on_counting_is_told_without_them() -> None:
    old = Clock("KN-02", date(2013, 6, 3))
    assert "BLDS" not in explain(RULES, old).text("vi")
    assert "BLDS" in explain(RULES, replace(old, started_on=date(2018, 6, 4))).text("vi")


def test_a_last_day_in_a_year_whose_days_off_are_not_announced_is_an_estimate() -> None:
    said = "not announced yet"
    assert said in explain(RULES, start(RULES, "NB-01", date(2026, 12, 28))).text("en")
    assert said not in explain(RULES, start(RULES, "NB-01", date(2026, 12, 21))).text("en")
