"""Past the term of the police the unit is reminded once, then its superior (TTLT 03 7(3))."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from records.case import CaseEvent
from records.tables import METADATA
from records.work import reading
from tests.triage.conftest import House
from tests.triage.test_admission import REPORT
from tests.triage.test_sweep import clock, notices, open_unit, step, swept
from triage.admission import Admitted
from triage.deadlines import NoticeLevel

HANDED = date(2026, 11, 26)
#: Twenty days after 27 November: Thursday 17 December (HS-06).
RECEIVED, LAST = date(2026, 11, 27), date(2026, 12, 17)
BROKEN, URGED = date(2026, 12, 18), date(2026, 12, 21)


def with_the_police(house: House) -> Admitted:
    filed = house.file(REPORT)
    step(house, filed, "signs.confirmed", HANDED)
    step(house, filed, "police.handed_over", HANDED, decided_on=HANDED.isoformat())
    step(house, filed, "police.received", RECEIVED, decided_on=RECEIVED.isoformat())
    return filed


def reminders(house: House) -> list[date]:
    with reading(house.store) as work:
        found = work.session.scalars(
            select(CaseEvent.happened_on)
            .where(CaseEvent.kind == "police.reminded")
            .order_by(CaseEvent.position)
        )
        return list(found)


def everything(house: House) -> dict[str, Counter[tuple[Any, ...]]]:
    """Return every row of every table."""
    with reading(house.store) as work:
        return {
            table.name: Counter(tuple(row) for row in work.session.execute(select(table)))
            for table in METADATA.sorted_tables
        }


def test_the_unit_is_reminded_on_the_day_after_the_last_and_its_superior_on_the_next(
    house: House,
) -> None:
    open_unit(house, "chu_tich_ubnd")
    with_the_police(house)
    swept(house, LAST)
    assert reminders(house) == []
    swept(house, BROKEN)
    assert reminders(house) == [BROKEN]
    assert clock(house, "HS-12").due_on is None
    swept(house, URGED)
    late = {row.level: row.unit_code for row in notices(house, "HS-06") if row.reached_on > LAST}
    assert late == {"breach": "thanh_tra", "urge": "chu_tich_ubnd"}


def test_a_reminder_comes_once_not_daily(house: House) -> None:
    with_the_police(house)
    for number in range(15):
        swept(house, LAST + timedelta(days=number))
    assert reminders(house) == [BROKEN]
    assert [row.level for row in notices(house, "HS-06")].count("breach") == 1


def test_a_second_sweep_of_the_day_changes_no_row_of_any_table(house: House) -> None:
    with_the_police(house)
    for day in (LAST, BROKEN, URGED):
        swept(house, day)
        before = everything(house)
        assert swept(house, day) == {}
        assert everything(house) == before
    assert before["case_event"].total() == 5


def test_a_missed_week_is_caught_up_once(house: House) -> None:
    with_the_police(house)
    late = BROKEN + timedelta(days=7)
    assert swept(house, late)[NoticeLevel.URGE] > 0
    assert reminders(house) == [late]
    found = [row for row in notices(house, "HS-06") if row.level in {"breach", "urge"}]
    assert [(row.reached_on, row.given_on) for row in found] == [(BROKEN, late), (URGED, late)]
    assert swept(house, late) == {}


def test_the_new_term_after_more_time_and_an_extension_reminds_once_again(house: House) -> None:
    filed = with_the_police(house)
    swept(house, BROKEN)
    step(house, filed, "police.prolonged", URGED)  # two months: to 27 January 2027
    assert clock(house, "HS-12").void_on == URGED
    swept(house, date(2027, 1, 27))
    assert reminders(house) == [BROKEN]
    swept(house, date(2027, 1, 28))
    assert reminders(house) == [BROKEN, date(2027, 1, 28)]
    step(
        house,
        filed,
        "police.extended",
        date(2027, 1, 29),  # decided in time, entered late: to 29 March, 27 being a Saturday
        decided_on="2027-01-26",
        asked_on="2027-01-20",
    )
    swept(house, date(2027, 3, 29))
    assert len(reminders(house)) == 2
    for day in (30, 31):
        swept(house, date(2027, 3, day))
    assert reminders(house) == [BROKEN, date(2027, 1, 28), date(2027, 3, 30)]


def test_what_was_suspended_reminds_only_after_it_has_been_resumed(house: House) -> None:
    filed = with_the_police(house)
    step(house, filed, "police.suspended", LAST, decided_on=LAST.isoformat())
    swept(house, date(2027, 1, 4))
    assert reminders(house) == []
    step(house, filed, "police.resumed", date(2027, 1, 5), decided_on="2027-01-05")
    swept(house, date(2027, 2, 11))  # 5 February is in Tết
    assert reminders(house) == []
    for day in (12, 15):
        swept(house, date(2027, 2, day))
    assert reminders(house) == [date(2027, 2, 12)]


def test_a_decision_in_time_that_is_entered_late_ends_what_was_reminded_of(house: House) -> None:
    filed = with_the_police(house)
    swept(house, URGED)
    terms = {"police_outcome": "khoi_to", "decided_on": LAST.isoformat()}
    step(house, filed, "police.decided", URGED, **terms)
    assert clock(house, "HS-06").met_on == LAST
    assert clock(house, "HS-12").void_on is not None
    swept(house, date(2027, 2, 1))
    assert reminders(house) == [URGED]
