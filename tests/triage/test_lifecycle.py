"""Every kind of case can live its whole life, step by step, and nothing else."""

from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.lifecycle import Step, Track, Who
from rules.rows import ANY_KIND
from tests.triage.lives import EVERYBODY, FILED, RULES, Life, filed, fitting, states
from triage import deadlines, inputs, lifecycle
from triage.clock import Refused
from triage.course import FILED as FILED_STEP
from triage.course import replay
from triage.deadlines import Status
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed

KINDS = tuple(RULES.kinds.by_id)


def steps_of(kind: str) -> set[str]:
    return {
        step.id
        for step in RULES.steps
        if (kind in step.kinds or step.kinds == (ANY_KIND,)) and step.id != FILED_STEP
    }


def clocks(life: Life) -> dict[str, date | None]:
    return {each.clock.rule: deadlines.due(RULES, each.clock) for each in life.course.open_clocks}


def start(kind: str) -> Life:
    """Return a case of that kind; information is what a denunciation by form begins as."""
    life = filed("to_cao" if kind == "tt_to_cao" else kind)
    return life.take("signature.confirmed") if kind == "to_cao" else life


def following(life: Life) -> Iterator[tuple[str, Life]]:
    """Yield every step that is legal, and the life after it; a conclusion may be one of two."""
    for step in life.legal():
        try:
            yield step, life.take(step)
        except (NotAllowed, Refused):
            continue  # no clock that it could change
        if step == "case.concluded":
            day = life.today + timedelta(days=1)
            entered = fitting(RULES.steps.on(step, day), day, life.course)
            yield step, life.take(step, {**entered, "finding": "false"})


def walked(kind: str) -> tuple[set[str], list[Life]]:
    """Take steps until every one was taken; return them and the lives."""
    first, seen, taken, lives = start(kind), set[object](), set[str](), list[Life]()
    waiting = deque([first])
    while waiting and not steps_of(kind) <= taken:
        life = waiting.popleft()
        for step, after in following(life):
            # What has just become possible is followed first.
            put = waiting.append if step in taken else waiting.appendleft
            taken.add(step)
            lives.append(after)
            left = [row for row in RULES.steps if row.id in steps_of(kind) - taken]
            required = {each for row in left for each in (*row.requires, *row.requires_any)}
            key = (
                *states(after),
                after.course.kind,
                after.course.finding if any(row.upon_findings for row in left) else "",
                frozenset(required & set(after.course.taken)),
                frozenset(clocks(after)) & {"TC-05", "HS-07", "TC-12"},
            )
            if key not in seen:
                seen.add(key)
                put(after)
        if "publication.ended" not in taken and life.course.state == "published":
            later = life.take("publication.ended", days=16)
            taken.add("publication.ended")
            lives.append(later)
    return taken, lives


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_of_every_kind_can_be_taken_and_replays_to_the_same_case(kind: str) -> None:
    taken, lives = walked(kind)
    assert steps_of(kind) <= taken
    for life in lives:
        assert replay(RULES, life.channel, life.events) == life.course


@settings(max_examples=200)
@given(st.data())
def test_a_case_replays_to_the_same_state_and_clocks_whatever_was_done(data: st.DataObject) -> None:
    life = filed(
        data.draw(st.sampled_from(KINDS)), data.draw(st.sampled_from(sorted(RULES.channels.by_id)))
    )
    for _ in range(data.draw(st.integers(1, 14))):
        step = data.draw(st.sampled_from(life.legal()))
        try:
            life = life.take(step, days=data.draw(st.integers(0, 30)))
        except (NotAllowed, Refused, BadInputs):
            continue
        assert replay(RULES, life.channel, life.events) == life.course
        keys = [each.key for each in life.course.clocks]
        assert len(set(keys)) == len(keys)
        running = [each.clock.rule for each in life.course.open_clocks]
        assert len(set(running)) == len(running)
        for each in life.course.clocks:
            ended = [day for day in (each.clock.met_on, each.clock.void_on) if day]
            assert len(ended) <= 1
            assert all(day >= each.clock.started_on for day in ended)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_legal_is_refused_with_the_reason_and_the_legal_steps(kind: str) -> None:
    life = start(kind)
    legal = set(life.legal())
    assert legal
    for step in RULES.steps:
        if step.id in legal:
            continue
        with pytest.raises(NotAllowed) as refused:
            life.take(step.id, {})
        assert refused.value.vi
        assert refused.value.en
        assert set(refused.value.legal) == legal


def test_a_step_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotAllowed, match=r"no step 'case.lost'"):
        filed("khac").take("case.lost", {})


def test_a_person_takes_only_the_steps_of_their_role() -> None:
    life = filed("khieu_nai").take("case.registered").take("case.classified")
    entered = fitting(RULES.steps.on("case.accepted", FILED), life.today, life.course)
    inspector = frozenset({Who.INSPECTOR})
    with pytest.raises(NotAllowed, match="may not take") as refused:
        lifecycle.take(RULES, life.course, "case.accepted", inspector, entered, life.today)
    assert "case.accepted" not in refused.value.legal
    head = frozenset({Who.HEAD})
    lifecycle.take(RULES, life.course, "case.accepted", head, entered, life.today)


@pytest.mark.parametrize("step", [s for s in RULES.steps if s.needs], ids=lambda s: s.id)
def test_a_step_without_what_it_needs_is_refused_input_by_input(step: Step) -> None:
    with pytest.raises(BadInputs) as refused:
        inputs.read(RULES, step, {}, not_before=FILED, today=FILED)
    assert [fault.key for fault in refused.value.faults] == list(step.needs)
    assert all(fault.vi and fault.en for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("step", "key", "value", "words"),
    [
        ("case.accepted", "decided_on", "2026-10-99", "no day"),
        ("case.accepted", "decided_on", "2030-01-01", "not come yet"),
        ("case.accepted", "decided_on", "2026-09-01", "before the step before it"),
        ("case.accepted", "tua_de", "x", "no such input"),
        ("case.refused", "basis", "Luật gì đó", "no citation"),
        ("case.classified", "risk", "rất cao", "no such choice"),
        ("case.classified", "risk", ["high"], "right form"),
        ("case.suspended", "until", "2026-10-01", "a day to come"),
        ("case.extended", "criteria", ["many_people", "many_people"], "twice"),
        ("case.extended", "criteria", "many_people", "right form"),
        ("withdrawal.accepted", "no_slander", "không", "confirmed"),
        ("case.concluded", "finding", "khoi_to", "no such choice"),
    ],
)
def test_a_bad_input_is_refused_with_its_reason(
    step: str, key: str, value: str | list[str], words: str
) -> None:
    row, today = RULES.steps.on(step, FILED), FILED + timedelta(days=20)
    entered = {**fitting(row, today, filed("to_cao").course), key: value}
    with pytest.raises(BadInputs, match=words) as refused:
        inputs.read(RULES, row, entered, not_before=FILED, today=today)
    assert [fault.key for fault in refused.value.faults] == [key]


def test_text_is_sealed_and_only_codes_and_days_stand_in_the_open() -> None:
    life = filed("khieu_nai").take("case.registered").take("case.classified")
    entered = {"decision_number": "12/QĐ-TTr", "decided_on": life.today.isoformat()}
    taken = lifecycle.take(RULES, life.course, "case.accepted", EVERYBODY, entered, life.today)
    assert taken.past.terms == {"decided_on": life.today.isoformat()}
    assert taken.sealed == {"decision_number": "12/QĐ-TTr"}


def test_a_denunciation_runs_through_its_whole_life_on_the_clocks_of_the_law() -> None:
    life = filed("to_cao")
    assert clocks(life).keys() == {"TC-01", "TC-03", "TCD-01", "TCD-05", "NB-01"}
    life = life.take("signature.confirmed").take("case.classified").take("case.accepted")
    assert clocks(life).keys() == {"TCD-01", "NB-01", "TC-04", "TC-05"}
    life = life.take("acceptance.notified")
    assert clocks(life).keys() == {"TC-05", "NB-03"}
    life = life.take("verification.assigned").take("case.concluded", days=20)
    assert clocks(life).keys() == {"NB-03", "TC-09", "TC-10", "TC-12"}
    for step in ("conclusion.sent", "result.decided", "result.reported", "conclusion.published"):
        life = life.take(step)
    assert clocks(life).keys() == {"NB-03"}
    with pytest.raises(NotAllowed, match="15 days"):
        life.take("publication.ended", days=14)
    life = life.take("publication.ended", days=15)
    assert (life.course.state, clocks(life)) == ("closed", {})


def test_the_decision_of_a_day_counts_from_that_day_though_recorded_later() -> None:
    life = filed("to_cao").take("signature.confirmed").take("case.classified")
    decided = life.today + timedelta(days=1)
    entered = {"decision_number": "1", "decided_on": decided.isoformat()}
    life = life.take("case.accepted", entered, days=3)
    settle = next(e.clock for e in life.course.open_clocks if e.clock.rule == "TC-05")
    assert settle.started_on == decided


def test_an_unsigned_denunciation_goes_on_as_information() -> None:
    life = filed("to_cao").take("signature.missing").take("case.classified")
    assert life.course.kind == "tt_to_cao"
    life = life.take("information.checked").take("case.concluded").take("result.decided")
    life = life.take("information.settled")
    assert life.course.state == "closed"


def test_suspension_stops_the_clock_of_settlement_and_nothing_else() -> None:
    life = filed("to_cao").take("signature.confirmed").take("case.classified")
    life = life.take("case.accepted")
    before = clocks(life)
    until = life.today + timedelta(days=20)
    entered = {
        "suspension": "expert_opinion",
        "until": until.isoformat(),
        "decision_number": "3",
        "decided_on": (life.today + timedelta(days=1)).isoformat(),
    }
    suspended = life.take("case.suspended", entered)
    assert suspended.course.state == "suspended"
    settle = next(e.clock for e in suspended.course.open_clocks if e.clock.rule == "TC-05")
    assert deadlines.status(RULES, settle, until) is Status.PAUSED
    later = clocks(suspended)
    assert later.pop("TC-05") > before.pop("TC-05")  # type: ignore[operator]
    assert before.items() <= later.items()
    resumed = suspended.take("case.resumed", days=5)
    assert clocks(resumed)["TC-05"] < clocks(suspended)["TC-05"]  # type: ignore[operator]


def test_extensions_end_where_the_law_ends_them() -> None:
    life = filed("to_cao").take("signature.confirmed").take("case.classified")
    life = life.take("case.accepted")
    once = life.take("case.extended", entered_extension(life, ["many_people"]))
    with pytest.raises(Refused, match="1 extension"):
        once.take("case.extended", entered_extension(once, ["many_people"]))
    twice = once.take("case.extended", entered_extension(once, ["many_people", "several_places"]))
    with pytest.raises(Refused, match="2 extension"):
        twice.take("case.extended", entered_extension(twice, ["many_people", "several_places"]))


def entered_extension(life: Life, criteria: list[str]) -> dict[str, str | list[str]]:
    day = (life.today + timedelta(days=1)).isoformat()
    return {"criteria": criteria, "decision_number": "2/QĐ", "decided_on": day}


def test_a_withdrawal_stops_a_case_only_when_nothing_speaks_against_it() -> None:
    life = filed("to_cao").take("signature.confirmed").take("case.classified")
    with pytest.raises(NotAllowed, match="Withdrawal asked"):
        life.take("withdrawal.accepted")
    asked = life.take("withdrawal.asked", {})
    goes_on = asked.take("withdrawal.set_aside")
    assert goes_on.course.state == "classified"
    assert asked.take("withdrawal.accepted").course.state == "withdrawn"


def test_a_case_goes_on_while_the_police_look_at_it() -> None:
    life = filed("phan_anh_tham_nhung").take("case.registered").take("case.classified")
    life = life.take("signs.confirmed")
    assert "HS-00" in clocks(life)
    life = life.take("police.handed_over").take("case.taken_up").take("police.received")
    assert life.course.states[Track.POLICE] == "police_received"
    assert life.course.state == "handling"
    assert {"HS-03", "HS-04", "HS-05", "HS-06"} <= clocks(life).keys()
    life = life.take("case.settled").take("result.told").take("case.closed")
    assert life.course.state == "closed"
    assert "HS-06" in clocks(life)  # the police are not done
    longer = life.take("police.prolonged")
    assert "HS-06" not in clocks(longer)
    assert clocks(longer)["HS-07"] > clocks(life)["HS-06"]  # type: ignore[operator]


def test_confirmed_signs_stay_due_when_the_case_is_closed_before_the_hand_over() -> None:
    life = filed("quy_tac_ung_xu").take("case.registered").take("case.classified")
    life = life.take("signs.confirmed").take("case.taken_up").take("case.settled")
    life = life.take("result.told").take("case.closed")
    assert clocks(life).keys() == {"HS-00"}


def test_another_unit_gets_the_terms_of_receipt_anew_but_the_reporter_waits_no_longer() -> None:
    life = filed("khieu_nai").take("case.registered")
    entered = {"unit": "so_y_te", "basis": "TC 24(2)", "reason": "Đúng thẩm quyền"}
    moved = life.take("case.transferred", entered, days=5)
    assert (moved.course.unit, moved.course.state) == ("so_y_te", "received")
    runs = {each.key: each.clock for each in moved.course.clocks}
    assert runs["KN-01", 1].void_on == moved.today
    assert runs["KN-01", 2].started_on == moved.today
    assert ("NB-01", 2) not in runs
    assert runs["NB-01", 1].void_on is None


def test_a_change_of_kind_starts_the_terms_of_the_new_kind_from_the_day_of_receipt() -> None:
    life = filed("khac").take("case.registered")
    entered = {"kind": "khieu_nai", "category": "land", "risk": "low"}
    life = life.take("case.classified", entered)
    assert life.course.kind == "khieu_nai"
    complaint = next(e.clock for e in life.course.open_clocks if e.clock.rule == "KN-01")
    assert complaint.started_on == FILED


@pytest.mark.parametrize(("channel", "bound"), [("web", False), ("press", True)])
def test_only_what_the_press_or_another_body_sent_must_be_answered_to_them(
    channel: str, *, bound: bool
) -> None:
    assert ("TC-15" in clocks(filed("to_cao", channel))) is bound


def test_urgency_starts_one_clock_however_often_it_is_found() -> None:
    life = filed("khac").take("urgent.found", {}).take("retaliation.reported", {})
    assert life.course.urgent
    assert [e.clock.rule for e in life.course.open_clocks].count("NB-04") == 1
    seen = life.take("urgent.reviewed")
    assert "NB-04" not in clocks(seen)
    assert "NB-04" in clocks(seen.take("retaliation.reported", {}))


def test_the_overdue_settlement_climbs_to_the_superior_and_back() -> None:
    life = filed("to_cao").take("signature.confirmed").take("case.classified")
    life = life.take("case.accepted").take("overdue.reported", {}, days=40)
    assert "TC-14" in clocks(life)
    life = life.take("settlement.demanded")
    assert "TC-14B" in clocks(life)
    assert "TC-14" not in clocks(life)
    assert "TC-14B" not in clocks(life.take("demand.answered"))


def test_a_tip_on_a_crime_can_never_be_refused() -> None:
    assert "case.refused" not in steps_of("tin_bao")  # BLTTHS 145(1)
