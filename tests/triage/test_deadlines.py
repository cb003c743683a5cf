"""Clocks: what holds of every one of them, and agreement with another way to count."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules import load
from rules.errors import NotInForce, UnknownRule
from rules.procedure import LengthUnit
from tests.triage.clock_kit import DAY, is_paused, is_worked, slow
from triage.clock import Clock, Extension, Pause
from triage.deadlines import NoticeLevel, Status, due, instant, limit, notices, start, status
from triage.deadlines import pause as paused

RULES = load()
#: Those whose last day is counted: where it is entered there is nothing to count.
IDS = tuple(
    sorted(
        rule
        for rule, rows in RULES.deadlines.by_id.items()
        if rows[-1].term.unit is not LengthUnit.ENTERED
    )
)
DAYS = st.dates(date(2026, 7, 1), date(2027, 6, 30))
WARNINGS = (NoticeLevel.WARN_50, NoticeLevel.WARN_75, NoticeLevel.WARN_90)


def unit(clock: Clock) -> LengthUnit:
    return RULES.deadline(clock.rule, on=clock.started_on).term.unit


@st.composite
def clocks(draw: st.DrawFn, ids: tuple[str, ...] = IDS) -> Clock:
    """Clocks of every rule that has a term; TC-05 with pauses and extensions too."""
    rule = draw(st.sampled_from(ids))
    clock = start(RULES, rule, draw(DAYS))
    assume(unit(clock) is not LengthUnit.NONE)
    if RULES.deadline(rule, on=clock.started_on).longer is not None:
        clock = replace(clock, longer=draw(st.booleans()))
    if rule == "TC-05":
        day = clock.started_on + draw(st.integers(0, 20)) * DAY
        pauses = []
        for _ in range(draw(st.integers(0, 3))):
            last = day + draw(st.integers(0, 12)) * DAY
            pauses.append(Pause(day, last, "another_body"))
            day = last + draw(st.integers(1, 30)) * DAY
        more = Extension("TC-06", clock.started_on, "")
        clock = replace(clock, pauses=tuple(pauses), extensions=(more,) * draw(st.integers(0, 2)))
    return clock


def last_day(clock: Clock) -> date:
    last = due(RULES, clock)
    assert last is not None
    return last


@given(clocks())
def test_counting_day_by_day_comes_to_the_same_last_day(clock: Clock) -> None:
    assert last_day(clock) == slow(RULES, clock)[1]


@given(clocks(("TC-05",)))
def test_pauses_may_come_in_any_order(clock: Clock) -> None:
    turned = replace(clock, pauses=clock.pauses[::-1])
    assert due(RULES, turned) == due(RULES, clock)
    assert notices(RULES, turned) == notices(RULES, clock)


@given(st.sampled_from(IDS), DAYS)
def test_a_later_start_never_ends_earlier(rule: str, day: date) -> None:
    clock = start(RULES, rule, day)
    assume(unit(clock) is not LengthUnit.NONE)
    assert last_day(clock) <= last_day(start(RULES, rule, day + DAY))


@given(clocks())
def test_days_and_months_never_end_on_a_day_off_or_in_a_pause(clock: Clock) -> None:
    assume(unit(clock) not in {LengthUnit.HOURS, LengthUnit.AT_ONCE})
    assert is_worked(last_day(clock))
    assert not is_paused(clock, last_day(clock))


@given(DAYS, st.integers(1, 25), st.integers(0, 40))
def test_a_pause_moves_the_end_of_a_term_of_days_by_all_its_days(
    day: date, after: int, length: int
) -> None:
    clock = start(RULES, "TC-05", day)
    first = day + after * DAY
    longer = paused(RULES, clock, Pause(first, first + length * DAY, "another_body"))
    counted, _ = slow(RULES, clock)
    moved, _ = slow(RULES, longer)
    assert moved[-1] - counted[-1] == (length + 1) * DAY
    assert last_day(longer) >= moved[-1]


@given(DAYS, st.integers(1, 9), st.integers(0, 20))
def test_a_pause_moves_the_end_of_a_term_of_working_days_by_its_working_days(
    day: date, after: int, length: int
) -> None:
    clock = start(RULES, "NB-02", day)  # no ground lets it stand still; the count would be this
    pause = Pause(day + after * DAY, day + (after + length) * DAY, "another_body")
    off = [pause.first + n * DAY for n in range(length + 1)]
    wanted = last_day(clock)
    for _ in range(sum(map(is_worked, off))):
        wanted = next(wanted + n * DAY for n in range(1, 20) if is_worked(wanted + n * DAY))
    assert last_day(replace(clock, pauses=(pause,))) == wanted


@pytest.mark.parametrize("rule", ["TC-05", "NB-02"])
def test_a_pause_that_begins_after_the_last_day_moves_nothing(rule: str) -> None:
    clock = start(RULES, rule, date(2026, 6, 1))  # to 1 July; to 29 June
    last = last_day(clock)
    later = replace(clock, pauses=(Pause(last + DAY, last + 9 * DAY, "another_body"),))
    assert last_day(later) == last
    assert notices(RULES, later) == notices(RULES, clock)


@given(clocks(("TC-05",)))
def test_an_extension_never_shortens(clock: Clock) -> None:
    more = replace(clock, extensions=(*clock.extensions, Extension("TC-07", clock.started_on, "")))
    assert last_day(more) > last_day(clock)


@given(clocks())
def test_notices_come_in_order_and_warnings_within_the_term(clock: Clock) -> None:
    found = notices(RULES, clock)
    days = [notice.on for notice in found]
    assert days == sorted(days)
    warned = [notice for notice in found if notice.level in WARNINGS]
    assert all(clock.started_on < notice.on <= last_day(clock) for notice in warned)
    assert [notice.level for notice in found[-2:]] == [NoticeLevel.BREACH, NoticeLevel.URGE]
    assert is_worked(found[-1].on)
    assert found[-1].on > found[-2].on > clock.started_on


def test_warnings_come_when_the_share_of_working_days_is_reached() -> None:
    clock = start(RULES, "TCD-01", date(2026, 11, 25))  # ten working days, to 9 December
    assert [(notice.level.value, notice.on.day) for notice in notices(RULES, clock)] == [
        ("warn_50", 2),
        ("warn_75", 7),  # the eighth day
        ("warn_90", 8),
        ("breach", 10),
        ("urge", 11),
    ]


def test_a_pause_delays_the_warnings_by_its_days() -> None:
    clock = start(RULES, "TC-05", date(2026, 6, 1))  # to 1 July
    pause = Pause(date(2026, 6, 11), date(2026, 6, 20), "another_body")
    before = {notice.level: notice.on for notice in notices(RULES, clock)}
    after = {notice.level: notice.on for notice in notices(RULES, paused(RULES, clock, pause))}
    assert before[NoticeLevel.WARN_50] == date(2026, 6, 16)
    assert after[NoticeLevel.WARN_50] == date(2026, 6, 26)


def test_the_breach_of_a_term_over_a_friday_is_told_on_saturday_and_urged_on_monday() -> None:
    clock = start(RULES, "TC-08", date(2026, 11, 20))  # to Friday 27
    assert [notice.on.day for notice in notices(RULES, clock)[-2:]] == [28, 30]


def test_the_alarm_of_a_handover_at_once_is_the_breach() -> None:
    clock = start(RULES, "HS-00", date(2026, 11, 26))
    assert [(each.level.value, each.on.day) for each in notices(RULES, clock)] == [
        ("breach", 27),
        ("urge", 30),
    ]
    assert (due(RULES, clock), limit(RULES, clock)) == (date(2026, 11, 26), date(2026, 11, 27))
    assert status(RULES, clock, date(2026, 11, 27)) is Status.DUE_TODAY
    assert status(RULES, clock, date(2026, 11, 28)) is Status.OVERDUE


def test_nothing_is_told_of_a_clock_after_it_has_ended() -> None:
    clock = start(RULES, "TCD-01", date(2026, 11, 25))
    for ended in (
        replace(clock, met_on=date(2026, 12, 7)),
        replace(clock, void_on=date(2026, 12, 7)),
    ):
        assert [notice.on.day for notice in notices(RULES, ended)] == [2, 7]
    late = replace(clock, met_on=date(2026, 12, 20))
    assert notices(RULES, late) == notices(RULES, clock)


def test_a_reminder_without_a_term_has_no_last_day_and_no_notices() -> None:
    clock = start(RULES, "HS-12", date(2026, 11, 25))
    assert (due(RULES, clock), limit(RULES, clock), notices(RULES, clock)) == (None, None, ())
    assert status(RULES, clock, date(2030, 1, 1)) is Status.OPEN_ENDED
    assert status(RULES, replace(clock, met_on=date(2029, 1, 1)), date(2030, 1, 1)) is Status.DONE


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 11, 25), Status.RUNNING),
        (date(2026, 12, 6), Status.RUNNING),
        (date(2026, 12, 7), Status.DUE_SOON),
        (date(2026, 12, 8), Status.DUE_SOON),
        (date(2026, 12, 9), Status.DUE_TODAY),  # until 24:00
        (date(2026, 12, 10), Status.OVERDUE),
    ],
)
def test_a_clock_is_overdue_only_after_its_last_day(day: date, state: Status) -> None:
    assert status(RULES, start(RULES, "TCD-01", date(2026, 11, 25)), day) is state


@given(clocks(), st.integers(0, 120))
def test_a_clock_that_was_met_is_late_only_after_its_limit(clock: Clock, days: int) -> None:
    met = replace(clock, met_on=clock.started_on + days * DAY)
    assert met.met_on is not None
    last = limit(RULES, clock)
    assert last is not None
    state = status(RULES, met, met.met_on)
    assert state is (Status.DONE_LATE if met.met_on > last else Status.DONE)
    assert status(RULES, met, met.met_on - DAY) is status(RULES, clock, met.met_on - DAY)


def test_a_void_clock_is_void_from_that_day_on() -> None:
    clock = replace(start(RULES, "TC-05", date(2026, 6, 1)), void_on=date(2026, 7, 20))
    assert status(RULES, clock, date(2026, 7, 19)) is Status.OVERDUE
    assert status(RULES, clock, date(2026, 7, 20)) is Status.VOID


def test_a_clock_is_paused_from_the_first_day_to_the_last() -> None:
    clock = start(RULES, "TC-05", date(2026, 6, 1))
    clock = paused(RULES, clock, Pause(date(2026, 6, 20), date(2026, 8, 5), "expert_opinion"))
    states = {
        day: status(RULES, clock, date(2026, *day)) for day in ((6, 19), (6, 20), (8, 5), (8, 6))
    }
    assert states == {
        (6, 19): Status.RUNNING,
        (6, 20): Status.PAUSED,
        (8, 5): Status.PAUSED,
        (8, 6): Status.RUNNING,
    }


def test_hours_end_at_the_very_minute_on_days_off_as_on_others() -> None:
    moment = datetime(2026, 2, 13, 16, 30)  # noqa: DTZ001  (the clock on the wall)
    assert instant(RULES, "HS-03", moment) == moment + timedelta(hours=24)
    with pytest.raises(ValueError, match="does not run in hours"):
        instant(RULES, "HS-04", moment)


def test_a_deadline_that_is_unknown_or_not_in_force_is_no_clock() -> None:
    with pytest.raises(UnknownRule):
        start(RULES, "TC-99", date(2026, 11, 25))
    with pytest.raises(NotInForce):
        start(RULES, "TCD-05", date(2026, 6, 30))
    with pytest.raises(NotInForce):
        due(RULES, Clock("TCD-05", date(2026, 6, 30)))
