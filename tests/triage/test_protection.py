"""Protection from the alarm to its end, commendation without a name, malice and heads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from records.case import Case, CaseEvent
from records.clock import CaseClock, CaseNotice
from records.log import LogEntry
from records.staff import Role
from records.work import reading, writing
from rules.lifecycle import Track, Who
from tests.triage.conftest import TODAY, House
from tests.triage.keys_kit import appoint
from tests.triage.lives import RULES, Life, filed, fitting
from tests.triage.test_admission import REPORT
from triage import (
    commended,
    compound,
    lifecycle,
    mailbox,
    protected,
    protection,
    rewards,
    sweep,
    tracker,
)
from triage.access import Insider
from triage.casefile import OpenCase
from triage.commended import Commended
from triage.course import Past, advance
from triage.inputs import BadInputs, Entered
from triage.lifecycle import NotAllowed
from triage.mailbox import MailboxFull
from triage.rewards import NothingDue
from triage.standing import Tracker
from vault.context import Purpose

BASE = 2_340_000
DECISION = {"decision_number": "1/QĐ", "decided_on": TODAY.isoformat()}
RISK = {"likelihood": "likely", "severity": "serious", "protected": ["denouncer", "children"]}
MEASURES = {
    "goods": ["job"],
    "safeguards": ["job_suspended", "job_moved"],
    "responsible": "Sở Nội vụ",
}


def later(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Office:
    """The Inspectorate with its head and an inspector, and a case whose reporter is in danger."""

    house: House
    at_work: Insider
    inspector: UUID
    case: OpenCase

    @property
    def head(self) -> UUID:
        return self.at_work.id

    def take(self, step: str, entered: Entered, by: UUID | None = None, days: int = 0) -> None:
        with writing(self.house.store) as work:
            today = TODAY + timedelta(days=days)
            acting = Tracker(work, self.house.rules, self.house.key, today)
            tracker.take(acting, self.case, by or self.head, step, entered)

    def alarm(self, days: int = 0) -> None:
        with writing(self.house.store) as work:
            day, house = TODAY + timedelta(days=days), self.house
            mailbox.raise_alarm(
                work, house.rules, self.case, ("transfer",), "Bị điều đi xa", house.key, day
            )

    def assess(self, **other: str) -> None:
        self.take(protection.ASSESSED, {**RISK, "review_on": later(5), **other}, self.inspector)

    def apply(self) -> None:
        self.take(protection.APPLIED, {**MEASURES, **DECISION, "review_on": later(10)})

    def running(self) -> dict[str, date | None]:
        with reading(self.house.store) as work:
            rows = work.session.execute(
                select(CaseClock.rule, CaseClock.due_on).where(
                    CaseClock.case_id == self.case.id,
                    CaseClock.met_on.is_(None),
                    CaseClock.void_on.is_(None),
                )
            )
            return {row.rule: row.due_on for row in rows}

    def row(self) -> Case:
        with reading(self.house.store) as work:
            return work.session.get_one(Case, self.case.id)

    def stored(self) -> tuple[int, int]:
        """Return how many events and log entries there are."""
        with reading(self.house.store) as work:
            counts = (select(func.count()).select_from(each) for each in (CaseEvent, LogEntry))
            events, entries = (work.session.execute(each).scalar_one() for each in counts)
            return events, entries

    def detail(self, step: str) -> Mapping[str, object]:
        with reading(self.house.store) as work:
            found = work.session.scalars(select(CaseEvent).where(CaseEvent.kind == step)).all()[-1]
            assert found.detail is not None
            return self.case.unseal(Purpose.CASE_EVENT, found.id, found.detail)


@pytest.fixture
def office(house: House) -> Office:
    head = appoint(house, "truong", "thanh_tra", Role.HEAD)
    inspector = appoint(house, "vien", "thanh_tra")
    return Office(house, head.at_work(house), inspector.id, house.file(REPORT).case)


def test_protection_from_the_alarm_to_its_end(office: Office) -> None:
    office.alarm()
    row = office.row()
    assert (row.urgent, row.protection_state) == (True, "protection_requested")
    running = office.running()
    assert running["BV-03"] == running["NB-05"] == TODAY
    assert "BV-01" in running
    office.assess(at_once="yes")
    assert office.detail(protection.ASSESSED)["risk"] == "high"
    assert "NB-05" not in office.running()
    assert office.running()["NB-06"] == TODAY + timedelta(days=5)
    office.apply()
    assert not {"BV-01", "BV-03"} & office.running().keys()
    assert office.running()["NB-06"] == TODAY + timedelta(days=10)
    review = {"review": "goes_on", "reason": "Còn nguy cơ", "review_on": later(40)}
    office.take(protection.REVIEWED, review, office.inspector, days=10)
    assert office.running()["NB-06"] == TODAY + timedelta(days=40)
    end = {"protection_end": "asked", "reason": "Theo đơn", **DECISION}
    office.take(protection.ENDED, end, days=20)
    assert office.row().protection_state == "protection_ended"
    assert "NB-06" not in office.running()
    told = mailbox.look(office.house.store, office.house.rules, office.case, TODAY)
    assert [step.kind for step in told.steps][-6:] == [
        protection.ALARM,
        protection.REQUESTED,
        protection.ASSESSED,
        protection.APPLIED,
        protection.REVIEWED,
        protection.ENDED,
    ]


def test_another_alarm_while_somebody_is_protected_must_be_assessed_again(office: Office) -> None:
    office.alarm()
    office.assess()
    office.apply()
    office.alarm(days=3)
    assert office.running()["NB-05"] == TODAY + timedelta(days=3)
    assert office.row().protection_state == "protection_applied"


def test_no_number_of_messages_keeps_an_alarm_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_STEPS", 1)
    with writing(office.house.store) as work:
        mailbox.write(work, office.case, "một", office.house.key, TODAY)
    office.alarm()
    assert office.row().urgent
    with pytest.raises(MailboxFull):
        office.alarm()


def test_a_missed_review_is_told_once(office: Office) -> None:
    office.alarm()
    office.assess()
    house, after = office.house, TODAY + timedelta(days=8)
    for _ in range(2):
        list(sweep.sweep(house.store, house.rules, house.key, after))
    with reading(house.store) as work:
        levels = work.session.scalars(
            select(CaseNotice.level).where(CaseNotice.rule == protection.REVIEW_CLOCK)
        ).all()
    assert sorted(levels).count("breach") == 1
    assert list(sweep.sweep(house.store, house.rules, house.key, after)) == []


def test_the_list_has_who_waits_and_nobody_else(office: Office) -> None:
    house = office.house
    other = house.file(replace(REPORT, narrative="Việc khác")).case
    office.alarm()
    head = office.at_work
    stranger = appoint(house, "nguoi_la", "so_y_te", Role.HEAD).at_work(house)
    (row,) = protected.look(house.store, house.rules, head, TODAY)
    assert (row.id, row.alarm, row.due_on) == (office.case.id, True, TODAY)
    assert row.id != other.id
    assert protected.look(house.store, house.rules, stranger, TODAY) == ()


REFUSED: list[tuple[str, Entered, str]] = [
    (protection.ASSESSED, {**RISK, "review_on": TODAY.isoformat()}, "review_on"),
    (protection.ASSESSED, RISK, "review_on"),
    (protection.APPLIED, {**MEASURES, **DECISION, "review_on": later(-1)}, "review_on"),
    (
        protection.APPLIED,
        {**MEASURES, **DECISION, "review_on": later(9), "goods": ["secrecy"]},
        "safeguards",
    ),
]


@pytest.mark.parametrize(("step", "entered", "key"), REFUSED)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    office: Office, step: str, entered: Entered, key: str
) -> None:
    office.alarm()
    before = office.stored()
    with pytest.raises(BadInputs) as refused:
        office.take(step, entered)
    assert {fault.key for fault in refused.value.faults} == {key}
    assert office.stored() == before


def test_measures_are_changed_only_with_the_outcome_that_says_so(office: Office) -> None:
    office.alarm()
    office.apply()
    before = office.stored()
    review = {"reason": "Xem lại", "review_on": later(20)}
    for more in ({"review": "changed"}, {"review": "goes_on", **MEASURES}):
        with pytest.raises(BadInputs):
            office.take(protection.REVIEWED, {**review, **more})
    assert office.stored() == before


def test_what_was_not_begun_cannot_end_and_not_everybody_decides(office: Office) -> None:
    office.alarm()
    before = office.stored()
    end = {"protection_end": "asked", "reason": "Theo đơn", **DECISION}
    with pytest.raises(NotAllowed):
        office.take(protection.ENDED, end)
    applied = {**MEASURES, **DECISION, "review_on": later(10)}
    with pytest.raises(NotAllowed):
        office.take(protection.APPLIED, applied, office.inspector)
    assert office.stored() == before
    office.apply()
    with pytest.raises(BadInputs):
        office.take(protection.ENDED, {**end, "protection_end": "concluded"})


@pytest.mark.parametrize("kind", list(RULES.kinds.by_id))
def test_an_alarm_of_any_kind_is_assessed_and_who_is_protected_may_ask(kind: str) -> None:
    life = filed(kind)
    protects = RULES.kinds.on(life.course.kind, life.today).protected
    assert protection.may_be_asked(RULES, life.course, life.today) == protects
    course = advance(RULES, life.course, Past(protection.ALARM, life.today))
    clocks = {each.clock.rule for each in course.open_clocks}
    assert course.urgent
    assert protection.ALARM_CLOCK in clocks
    legal = lifecycle.legal(RULES, course, frozenset({Who.INSPECTOR}), life.today)
    assert protection.ASSESSED in {step.id for step in legal}


def test_feedback_that_is_about_corruption_becomes_protected() -> None:
    life = filed("quy_tac_ung_xu").take("corruption.recognised")
    assert life.course.kind == "phan_anh_tham_nhung"
    assert protection.may_be_asked(RULES, life.course, life.today)
    asked = life.take(protection.REQUESTED)
    assert {"BV-01", "BV-03"} <= {each.clock.rule for each in asked.course.open_clocks}
    assert asked.course.states[Track.PROTECTION] == "protection_requested"


@pytest.mark.parametrize(
    ("likelihood", "severity", "found"),
    [
        ("rare", "slight", "low"),
        ("possible", "slight", "low"),
        ("rare", "grave", "medium"),
        ("possible", "serious", "medium"),
        ("possible", "grave", "high"),
        ("likely", "serious", "high"),
        ("happening", "slight", "medium"),
        ("happening", "grave", "high"),
    ],
)
def test_a_risk_is_likelihood_times_severity(likelihood: str, severity: str, found: str) -> None:
    assert compound.risk(RULES, likelihood, severity, TODAY) == found


@pytest.mark.parametrize(
    ("reward", "recovered", "on", "most"),
    [
        ("bravery_order", 0, TODAY, 60 * BASE),
        ("prime_minister_certificate", 0, TODAY, 40 * BASE),
        ("province_certificate", 0, TODAY, 20 * BASE),
        ("province_certificate", 0, date(2024, 6, 30), 20 * 1_800_000),
        ("province_certificate", 0, date(2024, 7, 1), 20 * BASE),
        ("share_of_recovery", 600 * BASE + 10, TODAY, 60 * BASE + 1),
        ("share_of_recovery", 30_000 * BASE, TODAY, 3_000 * BASE),
        ("share_of_recovery", 90_000 * BASE, TODAY, 3_000 * BASE),
    ],
)
def test_the_most_that_a_reward_may_come_to(
    reward: str, recovered: int, on: date, most: int
) -> None:
    found = rewards.ceiling(RULES, reward, recovered, on)
    assert found is not None
    assert found.most == most


def test_there_is_no_share_of_too_little_and_no_money_with_mere_praise() -> None:
    with pytest.raises(NothingDue):
        rewards.ceiling(RULES, "share_of_recovery", 600 * BASE, TODAY)
    assert rewards.ceiling(RULES, "commendation", 0, TODAY) is None


PROPOSED = {"reward": "province_certificate", "reason": "Phát hiện thất thoát lớn"}


def settled(office: Office) -> None:
    """Bring the case to its result."""
    office.take("case.registered", {})
    sorted_as = {"kind": "phan_anh_tham_nhung", "category": "bribery", "risk": "low"}
    office.take("case.classified", sorted_as)
    office.take("case.taken_up", {"reason": "Đúng thẩm quyền"})
    office.take("case.settled", {"measures": "Thu hồi tiền"})


def test_a_reward_is_handed_over_by_a_code_and_names_nobody_who_has_not_agreed(
    office: Office,
) -> None:
    house = office.house
    settled(office)
    office.take("commendation.proposed", PROPOSED)
    assert office.detail("commendation.proposed")["reward_amount"] == "46800000"
    office.take(protection.COMMENDED, DECISION)
    claim = office.detail(protection.COMMENDED)["claim"]
    assert commended.look(house.store, office.case) == Commended(str(claim), "")
    public = {"handing_over": "in_public", "handed_on": TODAY.isoformat()}
    before = office.stored()
    with pytest.raises(BadInputs):
        office.take(protection.HANDED_OVER, public)
    assert office.stored() == before
    for answer in protection.NAMING:  # the last word counts
        with writing(house.store) as work:
            commended.answer_on_naming(work, house.rules, office.case, answer, house.key, TODAY)
    with pytest.raises(BadInputs):
        office.take(protection.HANDED_OVER, public)
    office.take(protection.HANDED_OVER, {**public, "handing_over": "by_code"})
    assert commended.look(house.store, office.case) == Commended("", protection.DECLINED)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"reward_amount": str(20 * BASE + 1)}, "reward_amount"),
        ({"reward_amount": "hai mươi triệu"}, "reward_amount"),
        ({"reward": "commendation", "reward_amount": "1000000"}, "reward_amount"),
        ({"reward": "share_of_recovery", "reward_amount": "1000000"}, "reward_basis"),
        (
            {"reward": "share_of_recovery", "reward_basis": "1000000", "reward_amount": "9"},
            "reward_basis",
        ),
    ],
)
def test_a_reward_above_what_the_law_gives_is_refused_and_leaves_nothing(
    office: Office, more: Entered, key: str
) -> None:
    settled(office)
    before = office.stored()
    with pytest.raises(BadInputs) as refused:
        office.take("commendation.proposed", {**PROPOSED, **more})
    assert [fault.key for fault in refused.value.faults] == [key]
    assert office.stored() == before


def test_nobody_answers_on_being_named_before_there_is_something_to_be_named_for(
    office: Office,
) -> None:
    before = office.stored()
    with writing(office.house.store) as work:
        house = office.house
        commended.answer_on_naming(
            work, house.rules, office.case, protection.AGREED, house.key, TODAY
        )
    assert office.stored() == before


def concluded(finding: str) -> Life:
    """A denunciation with a conclusion."""
    life = filed("to_cao")
    for step in ("signature.confirmed", "case.classified", "case.accepted"):
        life = life.take(step)
    life = life.take("verification.assigned")
    day = life.today + timedelta(days=1)
    step = RULES.steps.on("case.concluded", day)
    return life.take("case.concluded", {**fitting(step, day, life.course), "finding": finding})


def test_malice_is_found_only_after_a_false_conclusion_and_only_by_the_head() -> None:
    for finding in ("true", "partly_true"):
        assert "malice.found" not in concluded(finding).legal()
        assert "commendation.proposed" in concluded(finding).legal()
    false = concluded("false")
    assert "malice.found" in false.legal()
    assert "commendation.proposed" not in false.legal()
    others = lifecycle.legal(RULES, false.course, frozenset(Who) - {Who.HEAD}, false.today)
    assert "malice.found" not in {step.id for step in others}
    assert "malice.found" not in filed("tt_to_cao").legal()


@pytest.mark.parametrize("missing", ["malice", "knew", "not_mere_error", "reason"])
def test_malice_needs_its_article_evidence_and_more_than_an_error(missing: str) -> None:
    life = concluded("false")
    entered = {
        "malice": ["knowingly_false"],
        "knew": "yes",
        "not_mere_error": "yes",
        "reason": "Tin nhắn bàn cách dựng chuyện",
        "decision_number": "9/QĐ",
        "decided_on": life.today.isoformat(),
    }
    with pytest.raises(BadInputs) as refused:
        life.take("malice.found", {key: entered[key] for key in entered if key != missing})
    assert [fault.key for fault in refused.value.faults] == [missing]
    assert "malice.found" in life.take("malice.found", entered).course.taken


def test_of_a_heads_responsibility_only_a_code_stands_in_the_open() -> None:
    life = concluded("true").take("head.responsibility")
    assert set(life.events[-1].terms) == {"liability", "decided_on"}
