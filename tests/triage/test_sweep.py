"""The sweep tells whoever must act, once, however often it runs, and whatever it missed."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from ledger.entry import Act, Opening
from records.case import Case, CaseEvent
from records.clock import CaseClock, CaseNotice
from records.log import LogEntry
from records.unit import Unit, UnitKey
from records.work import reading, writing
from rules.lifecycle import Track
from tests.conftest import FOUNDED_ON, Shown
from tests.triage.conftest import TODAY, House
from tests.triage.test_admission import REPORT
from triage import casebook, casefile, deadlines, founding, sweep
from triage.admission import Admitted
from triage.course import Course, Past, advance
from triage.deadlines import NoticeLevel
from vault import box, shares
from vault.box import Box
from vault.context import Context, Purpose
from vault.keys import KeyPair, Seed

DAY = timedelta(days=1)
#: The acknowledgement of a report of 25 November 2026 is due in seven days (NB-01).
ACKNOWLEDGED = [
    ("warn_50", date(2026, 11, 29)),
    ("warn_75", date(2026, 12, 1)),
    ("warn_90", date(2026, 12, 2)),
    ("breach", date(2026, 12, 3)),
    ("urge", date(2026, 12, 4)),
]


def swept(house: House, day: date) -> Counter[NoticeLevel]:
    """Sweep, and return how many notices of each level that gave."""
    given = Counter[NoticeLevel]()
    for each in sweep.sweep(house.store, house.rules, house.key, day):
        assert each.failed == ()
        given.update(each.given)
    return given


def notices(house: House, rule: str) -> list[CaseNotice]:
    with reading(house.store) as work:
        rows = work.session.scalars(select(CaseNotice).where(CaseNotice.rule == rule)).all()
    return sorted(rows, key=lambda row: (row.reached_on, list(NoticeLevel).index(row.level)))


def told(house: House, rule: str = "NB-01") -> list[tuple[str, date]]:
    return [(row.level, row.reached_on) for row in notices(house, rule)]


def clock(house: House, rule: str) -> CaseClock:
    with reading(house.store) as work:
        return work.session.execute(select(CaseClock).where(CaseClock.rule == rule)).scalar_one()


def course(house: House, filed: Admitted) -> Course:
    with reading(house.store) as work:
        return casebook.course(work, house.rules, filed.case.id, "web")


def step(house: House, filed: Admitted, name: str, day: date, **terms: Any) -> None:
    """Let a step have been taken: what staff enter is checked by the tracker, not here."""
    with writing(house.store) as work:
        casefile.lock(work, filed.case)
        before = casebook.course(work, house.rules, filed.case.id, "web")
        casefile.add_event(work, filed.case, name, day, house.key, terms=terms)
        after = advance(house.rules, before, Past(name, day, terms))
        casebook.keep(work, house.rules, filed.case.id, after)


def open_unit(house: House, code: str) -> None:
    with writing(house.store) as work:
        founding.open_missing_units(work, [code], house.key, FOUNDED_ON)


def denunciation(house: House) -> Admitted:
    """Return a denunciation that was accepted on 25 November: due on 25 December (TC-05)."""
    filed = house.file(replace(REPORT, intent="to_cao"))
    step(house, filed, "signature.confirmed", TODAY, signed_on=TODAY.isoformat())
    step(house, filed, "case.accepted", TODAY, decided_on=TODAY.isoformat())
    return filed


def acts(house: House, shown: Shown) -> list[Act]:
    """Return what the auditors can read in the log, without the acts of people."""
    escrow = KeyPair(Seed(shares.join(shown.words[:2])))
    with reading(house.store) as work:
        unit = work.session.get(UnitKey, ("auditors", 1))
        assert unit is not None
        scope = (b"auditors", (1).to_bytes(4))
        lost = Context(Purpose.UNIT_SEED_FOR_ESCROW, scope)
        auditors = KeyPair(Seed(box.unseal(escrow, lost, Box(unit.escrow_box))))
        openings = [
            Opening.from_bytes(
                box.unseal(
                    auditors,
                    Context(Purpose.ACT_OPENING_FOR_AUDITOR, (row.leaf,)),
                    Box(row.opening),
                )
            )
            for row in work.session.scalars(select(LogEntry))
        ]
    return [each.act for each in openings if each.act.kind.startswith(("deadline.", "overdue."))]


def test_nobody_is_told_before_the_day(house: House) -> None:
    house.file(REPORT)
    assert swept(house, TODAY + 3 * DAY) == {}
    assert told(house) == []


def test_each_level_is_told_on_its_day_to_the_unit_in_charge(house: House) -> None:
    house.file(REPORT)
    for number, (_, day) in enumerate(ACKNOWLEDGED, start=1):
        swept(house, day)
        assert told(house) == ACKNOWLEDGED[:number]
    assert {row.unit_code for row in notices(house, "NB-01")} == {"thanh_tra"}
    assert all(row.given_on == row.reached_on for row in notices(house, "NB-01"))


def test_sweeping_again_tells_nothing_new(house: House) -> None:
    house.file(REPORT)
    day = ACKNOWLEDGED[3][1]
    assert swept(house, day)[NoticeLevel.BREACH] == 1
    with reading(house.store) as work:
        entries = len(work.session.scalars(select(LogEntry.leaf)).all())
    assert swept(house, day) == {}
    with reading(house.store) as work:
        assert len(work.session.scalars(select(LogEntry.leaf)).all()) == entries
        assert sweep.waiting(work.session, day) == 0


def test_a_missed_month_is_caught_up_with_the_days_it_should_have_been(house: House) -> None:
    house.file(REPORT)
    late = date(2026, 12, 31)
    swept(house, late)
    assert told(house) == ACKNOWLEDGED
    assert {row.given_on for row in notices(house, "NB-01")} == {late}


@given(st.sets(st.integers(1, 45), min_size=1, max_size=6))
@trials(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_it_runs_the_same_is_told(house: House, days: set[int]) -> None:
    filed = house.file(REPORT)
    for each in sorted(days):
        swept(house, TODAY + each * DAY)
    last = TODAY + max(days) * DAY
    expected = {
        (each.clock.rule, notice.level, notice.on)
        for each in course(house, filed).open_clocks
        for notice in deadlines.notices(house.rules, each.clock)
        if notice.on <= last
    }
    with reading(house.store) as work:
        rows = work.session.scalars(
            select(CaseNotice).where(CaseNotice.case_id == filed.case.id)
        ).all()
    assert {(row.rule, row.level, row.reached_on) for row in rows} == expected


def test_the_superior_that_works_here_is_told_to_urge(house: House) -> None:
    open_unit(house, "chu_tich_ubnd")
    house.file(REPORT)
    swept(house, ACKNOWLEDGED[-1][1])
    assert {row.level: row.unit_code for row in notices(house, "NB-01")} == {
        "warn_50": "thanh_tra",
        "warn_75": "thanh_tra",
        "warn_90": "thanh_tra",
        "breach": "thanh_tra",
        "urge": "chu_tich_ubnd",
    }


def test_a_closed_superior_and_one_outside_are_not_told(house: House) -> None:
    open_unit(house, "chu_tich_ubnd")
    open_unit(house, "thanh_tra_chinh_phu")
    with writing(house.store) as work:
        work.session.execute(
            update(Unit).where(Unit.code == "chu_tich_ubnd").values(closed_on=FOUNDED_ON)
        )
    house.file(REPORT)
    swept(house, ACKNOWLEDGED[-1][1])
    assert {row.unit_code for row in notices(house, "NB-01")} == {"thanh_tra"}


def test_breach_and_urging_are_logged_without_content(house: House, shown: Shown) -> None:
    filed = house.file(REPORT)
    swept(house, date(2026, 12, 7))
    found = [act for act in acts(house, shown) if ("rule", "NB-01") in act.detail]
    assert sorted(found, key=lambda act: act.kind) == [
        Act(
            kind,
            date(2026, 12, 7),
            str(filed.case.id),
            (("reached_on", reached_on), ("rule", "NB-01"), ("run", "1")),
        )
        for kind, reached_on in (
            ("deadline.breached", "2026-12-03"),
            ("deadline.urged", "2026-12-04"),
        )
    ]


def test_what_was_done_is_told_no_more(house: House) -> None:
    filed = house.file(REPORT)
    swept(house, ACKNOWLEDGED[0][1])
    step(house, filed, "case.acknowledged", date(2026, 11, 30))
    swept(house, date(2026, 12, 31))
    assert told(house) == ACKNOWLEDGED[:1]


def test_a_denunciation_not_settled_in_time_is_reported_to_the_superior(
    house: House, shown: Shown
) -> None:
    open_unit(house, "chu_tich_ubnd")
    filed = denunciation(house)
    swept(house, date(2026, 12, 25))
    assert "overdue.reported" not in course(house, filed).taken
    swept(house, date(2026, 12, 26))
    assert course(house, filed).taken["overdue.reported"] == date(2026, 12, 26)
    with reading(house.store) as work:
        row = work.session.execute(
            select(CaseEvent).where(CaseEvent.kind == "overdue.reported")
        ).scalar_one()
        positions = work.session.scalars(select(CaseEvent.position)).all()
    assert (row.detail, row.opening, row.terms) == (None, None, "{}")
    assert sorted(positions) == [1, 2, 3, 4]
    assert Act("overdue.reported", date(2026, 12, 26), str(filed.case.id)) in acts(house, shown)
    assert clock(house, "TC-14").due_on == date(2027, 1, 4)  # New Year's Day is off
    swept(house, date(2027, 1, 5))
    assert told(house, "TC-14")[-1] == ("breach", date(2027, 1, 5))
    assert {row.unit_code for row in notices(house, "TC-14")} == {"chu_tich_ubnd"}


def test_other_terms_of_a_denunciation_are_not_reported_as_overdue(house: House) -> None:
    filed = denunciation(house)
    given = swept(house, date(2026, 12, 18))
    assert given[NoticeLevel.BREACH] > 0
    assert "overdue.reported" not in course(house, filed).taken


def test_what_was_decided_in_time_can_be_entered_after_the_sweep(house: House) -> None:
    filed = denunciation(house)
    swept(house, date(2026, 12, 28))
    assert course(house, filed).last_on[Track.CASE] == TODAY
    step(house, filed, "case.concluded", date(2026, 12, 28), decided_on="2026-12-24")
    assert clock(house, "TC-05").met_on == date(2026, 12, 24)
    assert clock(house, "TC-14").void_on is not None


def test_a_term_that_was_extended_is_told_of_again(house: House) -> None:
    filed = denunciation(house)
    swept(house, date(2026, 12, 28))
    assert told(house, "TC-05")[-2:] == [
        ("breach", date(2026, 12, 26)),
        ("urge", date(2026, 12, 28)),
    ]
    day = date(2026, 12, 28)
    step(
        house,
        filed,
        "case.extended",
        day,
        decided_on="2026-12-24",
        criteria=["several_places", "many_people"],
    )
    swept(house, date(2027, 1, 26))
    assert told(house, "TC-05") == [
        ("warn_50", date(2026, 12, 25)),
        ("urge", date(2026, 12, 28)),
        ("warn_75", date(2027, 1, 9)),
        ("warn_90", date(2027, 1, 18)),
        ("breach", date(2027, 1, 26)),
    ]


def test_a_clock_that_stands_still_tells_nothing_until_it_goes_on(house: House) -> None:
    filed = denunciation(house)
    step(
        house,
        filed,
        "case.suspended",
        date(2026, 11, 26),
        suspension="another_body",
        until="2027-01-29",
        decided_on="2026-11-26",
    )
    swept(house, date(2027, 1, 29))
    assert told(house, "TC-05") == []
    swept(house, date(2027, 3, 2))
    assert told(house, "TC-05")[-1] == ("breach", date(2027, 3, 2))
    assert "overdue.reported" in course(house, filed).taken


def test_two_sweeps_at_once_tell_everything_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 3)
    for _ in range(12):
        house.file(REPORT)
    given, failures = Counter[NoticeLevel](), list[BaseException]()

    def run() -> None:
        try:
            given.update(swept(house, ACKNOWLEDGED[-1][1]))
        except BaseException as failure:  # noqa: BLE001  (reported below)
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    swept(house, ACKNOWLEDGED[-1][1])  # what one had locked while another passed by
    assert failures == []
    assert len(notices(house, "NB-01")) == 12 * len(ACKNOWLEDGED)
    with reading(house.store) as work:
        assert sweep.waiting(work.session, ACKNOWLEDGED[-1][1]) == 0


def test_a_case_in_somebodys_hands_is_left_to_the_next_sweep(house: House) -> None:
    if house.store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    filed = [house.file(REPORT) for _ in range(2)]
    with writing(house.store) as work:
        casefile.lock(work, filed[0].case)
        swept(house, ACKNOWLEDGED[0][1])
        assert {row.case_id for row in notices(house, "NB-01")} == {filed[1].case.id}
    swept(house, ACKNOWLEDGED[0][1])
    assert {row.case_id for row in notices(house, "NB-01")} == {each.case.id for each in filed}


def test_a_failure_in_the_middle_leaves_whole_cases(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    for _ in range(5):
        house.file(REPORT)
    keep, calls = casebook.keep, 0

    def breaks_down(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise RuntimeError
        keep(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(casebook, "keep", breaks_down)
        with pytest.raises(RuntimeError):
            swept(house, ACKNOWLEDGED[-1][1])
    assert len(notices(house, "NB-01")) == 2 * len(ACKNOWLEDGED)
    swept(house, ACKNOWLEDGED[-1][1])
    assert len(notices(house, "NB-01")) == 5 * len(ACKNOWLEDGED)


def test_a_damaged_case_is_named_and_holds_up_no_other(house: House) -> None:
    filed = [house.file(REPORT) for _ in range(3)]
    with writing(house.store) as work:
        work.session.execute(
            update(CaseEvent).where(CaseEvent.case_id == filed[0].case.id).values(kind="x.y")
        )
    [done] = sweep.sweep(house.store, house.rules, house.key, ACKNOWLEDGED[3][1])
    assert done.failed == (filed[0].case.id,)
    assert (done.cases, done.given[NoticeLevel.BREACH]) == (3, 2)
    assert {row.case_id for row in notices(house, "NB-01")} == {each.case.id for each in filed[1:]}
    with reading(house.store) as work:
        assert sweep.waiting(work.session, ACKNOWLEDGED[3][1]) == 1


def test_nothing_sealed_is_read(house: House) -> None:
    denunciation(house)
    asked = list[str]()
    event.listen(
        house.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2].lower())
    )
    assert swept(house, date(2026, 12, 31))
    chosen = [each for each in asked if "select" in each]
    assert len(chosen) > 5
    for word in ("case_item", "case_file", "case_key", "identity", "detail", "sealed", "_wrap"):
        assert not [each for each in chosen if word in each]


def test_a_case_shows_the_earliest_term_that_still_runs(house: House) -> None:
    house.file(REPORT)
    swept(house, date(2026, 12, 31))
    with reading(house.store) as work:
        due_on, unit, state = work.session.execute(
            select(Case.due_on, Case.unit_code, Case.state)
        ).one()
    assert (due_on, unit, state) == (date(2026, 12, 2), "thanh_tra", "received")
