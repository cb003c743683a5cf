"""The track of the police: what may be disputed, from which day, and when somebody is reminded."""

from datetime import date

import pytest

from rules.lifecycle import Track, Who
from tests.triage.lives import RULES, Life, filed
from triage import deadlines, lifecycle
from triage.clock import Refused
from triage.inputs import BadInputs, Entered
from triage.lifecycle import NotAllowed


def received() -> Life:
    """Return a case of 1 October that the police received on the 4th: due on the 26th (HS-06)."""
    life = filed("phan_anh_tham_nhung").take("signs.confirmed").take("police.handed_over")
    return life.take("police.received")


def decided(outcome: str) -> Life:
    life = received()
    day = life.today.isoformat()
    entered = {"police_outcome": outcome, "decision_number": "9/QĐ-CSĐT", "decided_on": day}
    return life.take("police.decided", entered)


def due(life: Life) -> dict[str, date | None]:
    return {each.clock.rule: deadlines.due(RULES, each.clock) for each in life.course.open_clocks}


def by(who: Who, life: Life, step: str) -> bool:
    possible = lifecycle.legal(RULES, life.course, frozenset({who}), life.today)
    return step in {each.id for each in possible}


@pytest.mark.parametrize("who", [Who.HEAD, Who.PROCURACY])
def test_the_head_and_the_procuracy_may_dispute_a_non_prosecution(who: Who) -> None:
    assert by(who, decided("khong_khoi_to"), "prosecution.disputed")


@pytest.mark.parametrize("who", [Who.INSPECTOR, Who.POLICE, Who.REPORTER, Who.SYSTEM])
def test_nobody_else_may_dispute_it(who: Who) -> None:
    assert not by(who, decided("khong_khoi_to"), "prosecution.disputed")


@pytest.mark.parametrize("outcome", ["khoi_to", "forwarded", "taken_over"])
@pytest.mark.parametrize("step", ["prosecution.disputed", "police.violation_found"])
def test_any_other_outcome_is_not_disputed_and_the_reason_is_told(outcome: str, step: str) -> None:
    with pytest.raises(NotAllowed, match="only if the outcome is: Not prosecuted") as refused:
        decided(outcome).take(step)
    assert "Không khởi tố vụ án hình sự" in refused.value.vi


def test_a_dispute_runs_twenty_days_and_its_decision_is_final() -> None:
    life = decided("khong_khoi_to").take("prosecution.disputed")
    assert due(life)["HS-13"] == date(2026, 10, 26)  # 20 days from 6 October
    settled = life.take("dispute.decided")
    assert settled.course.states[Track.POLICE] == "police_settled"
    assert "HS-13" not in due(settled)
    with pytest.raises(NotAllowed, match="Settled by the superior procuracy"):
        settled.take("prosecution.disputed")
    with pytest.raises(NotAllowed):
        settled.take("dispute.decided")


def test_after_the_final_decision_an_administrative_violation_is_still_sent_back() -> None:
    settled = decided("khong_khoi_to").take("prosecution.disputed").take("dispute.decided")
    sent = settled.take("police.violation_found").take("police.file_returned")
    assert "HS-15" not in due(sent)
    assert sent.course.states[Track.POLICE] == "police_returned"


def test_a_dispute_is_decided_by_prosecution_or_not_and_by_nothing_else() -> None:
    life = decided("khong_khoi_to").take("prosecution.disputed")
    day = life.today.isoformat()
    entered = {"police_outcome": "forwarded", "decision_number": "1/QĐ", "decided_on": day}
    with pytest.raises(BadInputs, match="no such choice"):
        life.take("dispute.decided", entered)


@pytest.mark.parametrize("outcome", ["tam_dinh_chi", "returned", "true"])
def test_what_has_a_step_of_its_own_is_no_decision(outcome: str) -> None:
    with pytest.raises(BadInputs, match="no such choice"):
        decided(outcome)


def test_the_outcome_that_stands_is_that_of_the_last_step() -> None:
    life = received()
    assert life.course.outcome == ""
    suspended = life.take("police.suspended")
    assert suspended.course.outcome == "tam_dinh_chi"
    assert suspended.take("police.resumed").take("police.decided").course.outcome == "khong_khoi_to"
    assert life.take("police.returned").course.outcome == "returned"


def entered_on(day: str, **more: str) -> Entered:
    return {"decision_number": "9/QĐ-CSĐT", "decided_on": day, **more}


def test_a_decision_of_the_police_is_not_older_than_the_hand_over() -> None:
    handed = filed("phan_anh_tham_nhung").take("signs.confirmed").take("police.handed_over")
    assert handed.today == date(2026, 10, 3)
    early = {"receipt_number": "7", "decided_on": "2026-10-02"}
    with pytest.raises(BadInputs, match="before the step before it"):
        handed.take("police.received", early)
    life = handed.take("police.received")
    for step in ("police.suspended", "police.decided"):
        more = {"police.suspended": {"reason": "Chờ giám định"}}.get(
            step, {"police_outcome": "khoi_to"}
        )
        with pytest.raises(BadInputs, match="before the step before it"):
            life.take(step, entered_on("2026-10-03", **more))
        assert life.take(step, entered_on("2026-10-04", **more))


def test_what_the_case_did_meanwhile_does_not_make_a_decision_of_the_police_too_old() -> None:
    life = (
        received()
        .take("case.registered")
        .take("case.classified")
        .take("case.taken_up")
        .take("case.settled")
    )
    late = entered_on("2026-10-05", police_outcome="khoi_to")
    assert life.take("police.decided", late).course.states[Track.POLICE] == "police_decided"


def test_a_broken_term_is_reminded_of_and_waits_for_the_unit_to_ask() -> None:
    life = received().take("police.reminded", {}, days=23)
    assert due(life)["HS-12"] is None
    asked = life.take("police.asked")
    assert "HS-12" not in due(asked)
    assert [each.clock.rule for each in asked.course.clocks].count("HS-12") == 1


@pytest.mark.parametrize(
    "step", ["police.decided", "police.suspended", "police.returned", "police.prolonged"]
)
def test_nobody_need_ask_any_more_once_there_is_an_answer_or_more_time(step: str) -> None:
    life = received().take("police.reminded", {}, days=23)
    after = life.take(step)
    [clock] = [each.clock for each in after.course.clocks if each.clock.rule == "HS-12"]
    assert (clock.met_on, clock.void_on) == (None, after.today)


def test_only_the_clock_reminds() -> None:
    life = received()
    assert by(Who.SYSTEM, life, "police.reminded")
    assert not any(by(who, life, "police.reminded") for who in Who if who is not Who.SYSTEM)


def test_the_extension_must_have_been_asked_for_in_time() -> None:
    life = received().take("police.prolonged")  # to 4 December
    asked = {"decision_number": "3/QĐ-VKS", "decided_on": "2026-12-02", "asked_on": "2026-11-30"}
    with pytest.raises(Refused, match="by 2026-11-29") as refused:
        life.take("police.extended", asked, days=60)
    assert refused.value.key == "asked_on"
    extended = life.take("police.extended", {**asked, "asked_on": "2026-11-29"}, days=60)
    assert due(extended)["HS-07"] == date(2027, 2, 11)  # 4 February begins Tết


@pytest.mark.parametrize(
    ("step", "rule"),
    [("classified", "HS-03"), ("assigned", "HS-04"), ("receipt_notified", "HS-05")],
)
def test_what_was_not_recorded_before_the_decision_still_can_be(step: str, rule: str) -> None:
    life = decided("khong_khoi_to")
    assert rule in due(life)
    assert rule not in due(life.take(f"police.{step}"))
    settled = life.take("prosecution.disputed").take("dispute.decided")
    assert rule not in due(settled.take(f"police.{step}"))


def test_a_file_that_went_back_owes_nothing_but_the_news() -> None:
    back = decided("khong_khoi_to").take("police.violation_found").take("police.file_returned")
    assert {each for each in due(back) if each.startswith("HS")} == {"HS-11"}
