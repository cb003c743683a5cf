"""Days that were entered hold wherever terms are counted, and only as long as they stand."""

from datetime import date, timedelta

from sqlalchemy import select

from records.clock import CaseClock
from records.office import CalendarDay
from records.staff import Staff
from records.work import reading, writing
from tests.triage.conftest import House
from tests.triage.test_admission import REPORT
from triage import lawbook, recompute
from triage.calendar import calendar_of
from triage.casefile import OpenCase
from triage.lawbook import EnteredDay

OFF = EnteredDay(date(2026, 12, 2), off=True, name="Nghỉ lũ", basis="Công điện 1/CĐ-UBND")
WORKED = EnteredDay(date(2026, 12, 5), off=False, name="Làm bù", basis="Công điện 2/CĐ-UBND")


def enter(house: House, entered: EnteredDay) -> None:
    with writing(house.store) as work:
        staff_id = work.session.scalars(select(Staff.id)).first()
        row = {
            "day": entered.day,
            "off": entered.off,
            "name": entered.name,
            "basis": entered.basis,
            "entered_by": staff_id,
            "entered_on": date(2026, 11, 25),
        }
        work.insert(CalendarDay, row)


def due(house: House, case: OpenCase) -> date | None:
    with reading(house.store) as work:
        return work.session.execute(
            select(CaseClock.due_on).where(CaseClock.case_id == case.id, CaseClock.rule == "NB-01")
        ).scalar_one()


def test_an_entered_day_off_is_off_and_says_why(house: House) -> None:
    enter(house, OFF)
    calendar = calendar_of(lawbook.in_force(house.store, house.rules))
    assert not calendar.is_worked(OFF.day)
    reason = calendar.reason(OFF.day)
    assert reason is not None
    assert (reason.vi, reason.article) == (OFF.name, OFF.basis)


def test_an_entered_working_day_is_worked_though_it_is_a_saturday(house: House) -> None:
    assert not calendar_of(house.rules).is_worked(WORKED.day)
    rules = house.rules.with_days(lawbook.with_entered(house.rules, [WORKED]).entered)
    assert calendar_of(rules).is_worked(WORKED.day)


def test_an_entered_day_changes_no_other_year(house: House) -> None:
    culture = EnteredDay(date(2027, 11, 24), off=False, name="Làm bù", basis="QĐ 1")
    before, after = house.rules, lawbook.with_entered(house.rules, [culture])
    for year in (2026, 2028, 2029):
        day = date(year, 11, 24)
        assert calendar_of(before).is_worked(day) == calendar_of(after).is_worked(day)
    assert calendar_of(after).announced == calendar_of(before).announced


def test_without_entered_days_the_rules_are_those_of_the_release(house: House) -> None:
    assert lawbook.in_force(house.store, house.rules).edition == house.rules.digest


def test_the_same_days_give_the_same_rules_and_another_name_other_ones(house: House) -> None:
    enter(house, OFF)
    first = lawbook.in_force(house.store, house.rules)
    assert lawbook.in_force(house.store, house.rules) is first
    renamed = EnteredDay(OFF.day, off=True, name="Nghỉ bão", basis=OFF.basis)
    assert lawbook.with_entered(house.rules, [renamed]).edition != first.edition


def test_what_would_move_is_exactly_what_then_moves(house: House) -> None:
    affected = house.file(REPORT).case
    apart = house.file(REPORT, OFF.day).case  # its clocks begin on that day
    rules = lawbook.with_entered(house.rules, [OFF])
    looked = recompute.consider(house.store, rules, OFF.day, 100)
    before = due(house, affected), due(house, apart)
    assert looked.cases == recompute.count(house.store, OFF.day) == 1
    (moves,) = looked.moved
    assert before == (due(house, affected), due(house, apart))  # nothing was written
    list(recompute.recompute(house.store, rules, OFF.day))
    assert ("NB-01", before[0], due(house, affected)) in {
        (each.rule, each.before, each.after) for each in moves
    }
    assert due(house, affected) == OFF.day + timedelta(days=1)
    assert due(house, apart) == before[1]


def test_only_a_run_over_all_cases_settles_a_change(house: House) -> None:
    house.file(REPORT)
    list(recompute.recompute(house.store, house.rules))
    assert not recompute.is_due(house.store, house.rules)
    rules = lawbook.with_entered(house.rules, [OFF])
    list(recompute.recompute(house.store, rules, OFF.day))
    assert recompute.is_due(house.store, rules)
    list(recompute.recompute(house.store, rules))
    assert not recompute.is_due(house.store, rules)
