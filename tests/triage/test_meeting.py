"""The list for the meeting of inspectorate, police and procuracy, from events alone."""

from datetime import date

import pytest

from tests.triage.lives import RULES, Life, filed
from triage import meeting
from triage.deadlines import Status
from triage.meeting import Agenda, HandOver, Lived
from triage.periods import Span, span

#: Six months: 15 December 2025 to 14 June 2026; the year: to 14 December.
HALF = span(RULES.periods.by_id["m6"][-1], 2026)
YEAR = span(RULES.periods.by_id["year"][-1], 2026)
NEXT = span(RULES.periods.by_id["m6"][-1], 2027)


def handed(day: date = date(2026, 2, 2)) -> Life:
    """Return a case that was filed on a day and handed over two days later."""
    life = filed("phan_anh_tham_nhung", day=day).take("signs.confirmed")
    return life.take("police.handed_over")


def listed(*lives: Life, of: Span = HALF, today: date = date(2026, 6, 20)) -> Agenda:
    return meeting.agenda(RULES, [Lived(life.channel, life.events) for life in lives], of, today)


def only(agenda: Agenda) -> HandOver:
    [line] = agenda.lines
    return line


def statuses(line: HandOver) -> dict[str, Status]:
    return {each.rule.id: each.status for each in line.terms}


def test_a_period_has_its_days_also_across_the_new_year() -> None:
    assert (HALF.first, HALF.last) == (date(2025, 12, 15), date(2026, 6, 14))
    assert (YEAR.first, YEAR.last) == (date(2025, 12, 15), date(2026, 12, 14))


def test_a_hand_over_is_told_by_unit_day_form_state_and_terms() -> None:
    line = only(listed(handed().take("police.received")))
    assert (line.unit.id, line.handed_on) == ("thanh_tra", date(2026, 2, 4))
    assert line.template is not None
    assert (line.template.id, line.state.id) == ("kien_nghi_khoi_to", "police_received")
    assert (line.outcome, line.decided_on, line.disputed_on) == (None, None, None)
    found = statuses(line)
    assert found["HS-00"] is Status.DONE  # confirmed one day, handed over the next
    assert found["HS-06"] is Status.OVERDUE
    assert line.late


def test_a_term_is_late_only_as_of_the_last_day_of_the_list() -> None:
    life = handed(date(2026, 6, 1)).take("police.received")
    found = statuses(only(listed(life, today=date(2026, 6, 30))))
    assert found["HS-06"] in {Status.RUNNING, Status.DUE_SOON}
    assert statuses(only(listed(life, of=YEAR, today=date(2026, 6, 30))))["HS-06"] is Status.OVERDUE


def test_the_outcome_the_dispute_and_the_reminders_are_told() -> None:
    life = handed().take("police.received").take("police.reminded", {}, days=30)
    life = life.take("police.decided").take("prosecution.disputed").take("dispute.decided")
    line = only(listed(life))
    assert line.outcome is not None
    assert (line.outcome.id, line.state.id, line.reminded) == (
        "khong_khoi_to",
        "police_settled",
        1,
    )
    assert (line.disputed_on, line.settled_on) == (date(2026, 3, 9), date(2026, 3, 10))
    assert line.decided_on == line.settled_on
    assert listed(life).count("khong_khoi_to") == 1


def test_what_happened_after_the_last_day_of_the_period_is_not_in_its_list() -> None:
    life = handed(date(2026, 6, 8)).take("police.received").take("police.decided", days=20)
    assert only(listed(life)).outcome is None
    assert only(listed(life, of=YEAR, today=date(2026, 12, 20))).outcome is not None


def test_what_was_handed_over_after_the_period_is_not_in_its_list() -> None:
    assert listed(handed(date(2026, 6, 14))).lines == ()


def test_what_was_still_open_is_carried_over_and_what_had_ended_is_not() -> None:
    still = handed(date(2026, 10, 1)).take("police.received")
    done = handed(date(2026, 10, 1)).take("police.received").take("police.decided")
    line = only(listed(still, done, of=NEXT, today=date(2027, 2, 1)))
    assert line.carried_over
    assert line.state.id == "police_received"


def test_a_second_hand_over_after_a_return_is_a_line_of_its_own() -> None:
    life = handed().take("police.returned").take("police.handed_over").take("police.received")
    first, second = listed(life).lines
    assert (first.state.id, second.state.id) == ("police_returned", "police_received")
    assert first.outcome is not None
    assert second.outcome is None
    assert "HS-03" not in statuses(first)
    assert "HS-03" in statuses(second)


def test_a_case_that_was_not_handed_over_is_not_in_the_list() -> None:
    assert listed(filed("phan_anh_tham_nhung", day=date(2026, 2, 2))).lines == ()


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2026, 6, 14), None),
        (date(2026, 6, 15), ("m6", 2026)),
        (date(2026, 7, 29), ("m6", 2026)),
        (date(2026, 7, 30), None),
        (date(2026, 12, 14), None),
        (date(2026, 12, 15), ("year", 2026)),
    ],
)
def test_the_meeting_is_due_after_half_a_year_and_after_the_year(
    today: date, period: tuple[str, int] | None
) -> None:
    found = meeting.due(RULES, today)
    assert (found and (found.period.id, found.year)) == period


def test_only_periods_that_have_begun_are_offered() -> None:
    offered = meeting.spans(RULES, date(2026, 12, 15))
    assert all(each.first <= date(2026, 12, 15) for each in offered)
    assert {(each.period.id, each.year) for each in offered} >= {("m6", 2027), ("year", 2026)}
