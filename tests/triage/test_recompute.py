"""A changed rule or calendar reaches open cases; the rest stays as it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from records.case import Case, CaseEvent
from records.clock import CaseClock
from records.work import reading, writing
from rules.book import Rules
from rules.procedure import Correction, DayKind
from rules.rows import Mark
from rules.table import Table
from tests.triage.conftest import TODAY, House
from tests.triage.test_admission import REPORT
from triage import recompute as clocks
from triage.casefile import OpenCase
from triage.submission import Fear

HOLIDAY = date(2026, 12, 2)  # a Wednesday within the seven days of NB-01


def with_a_holiday(rules: Rules) -> Rules:
    row = Correction(
        id="nghi_them",
        vi="Nghỉ thêm",
        en="One more day off",
        kind=DayKind.HOLIDAY,
        first=HOLIDAY,
        last=HOLIDAY,
        enabled=True,
        article="BLLĐ 112",
        mark=Mark.KNOWN,
        effective_from=date(2026, 1, 1),
    )
    table = Table.of("correction", (*rules.corrections.rows, row))
    return replace(rules, corrections=table, digest="with a holiday")


def stored(house: House, case: OpenCase) -> dict[str, CaseClock]:
    with reading(house.store) as work:
        rows = work.session.scalars(select(CaseClock).where(CaseClock.case_id == case.id))
        return {row.rule: row for row in rows}


def row_of(house: House, case: OpenCase) -> Case:
    with reading(house.store) as work:
        return work.session.execute(select(Case).where(Case.id == case.id)).scalar_one()


def run(house: House, rules: Rules) -> tuple[int, int, int]:
    done = list(clocks.recompute(house.store, rules))
    return (
        sum(each.cases for each in done),
        sum(each.changed for each in done),
        sum(len(each.failed) for each in done),
    )


def test_a_new_holiday_moves_the_last_days_of_open_cases(house: House) -> None:
    case = house.file(REPORT).case
    before = stored(house, case)
    assert before["NB-01"].due_on == HOLIDAY
    assert run(house, with_a_holiday(house.rules)) == (1, 1, 0)
    after = stored(house, case)
    assert after["NB-01"].due_on == HOLIDAY + timedelta(days=1)
    assert after["NB-01"].notice_on is not None
    assert row_of(house, case).due_on == HOLIDAY + timedelta(days=1)


def test_a_second_run_changes_nothing(house: House) -> None:
    case = house.file(REPORT).case
    assert run(house, house.rules) == (1, 0, 0)
    first = {rule: row.due_on for rule, row in stored(house, case).items()}
    assert run(house, house.rules) == (1, 0, 0)
    assert {rule: row.due_on for rule, row in stored(house, case).items()} == first
    assert clocks.count(house.store) == 1


def test_many_batches_miss_no_case(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "BATCH", 2)
    for _ in range(5):
        house.file(REPORT)
    assert run(house, with_a_holiday(house.rules)) == (5, 5, 0)


def test_a_case_of_an_earlier_release_gets_its_clocks_and_stays_urgent(house: House) -> None:
    case = house.file(REPORT).case
    wanted = stored(house, case).keys()
    with writing(house.store) as work:
        work.session.execute(delete(CaseClock))
        work.session.execute(update(Case).values(urgent=True, due_on=None))
    assert run(house, house.rules) == (1, 1, 0)
    assert stored(house, case).keys() == wanted
    assert row_of(house, case).urgent
    assert row_of(house, case).due_on is not None


@pytest.mark.parametrize("terms", ["[]", "null", '{"kind":"khong_co"}', "không phải JSON"])
def test_a_damaged_case_is_named_and_holds_up_no_other(house: House, terms: str) -> None:
    damaged, sound = house.file(REPORT).case, house.file(REPORT).case
    with writing(house.store) as work:
        work.session.execute(
            update(CaseEvent).where(CaseEvent.case_id == damaged.id).values(terms=terms)
        )
    before = stored(house, damaged)["NB-01"].due_on
    done = list(clocks.recompute(house.store, with_a_holiday(house.rules)))
    assert [each for batch in done for each in batch.failed] == [damaged.id]
    assert stored(house, damaged)["NB-01"].due_on == before
    assert stored(house, sound)["NB-01"].due_on != before


def test_what_a_case_was_filed_as_urgent_for_is_still_due_after_it(house: House) -> None:
    fearful = replace(REPORT, facts=replace(REPORT.facts, fear=Fear.DANGER))
    case = house.file(fearful, TODAY).case
    assert run(house, house.rules) == (1, 0, 0)
    assert "NB-04" in stored(house, case)
