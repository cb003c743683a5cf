"""Protection in the hands of its officers: from the referral to its end, on the dossier alone."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from records.case import CaseEvent
from records.clock import CaseClock
from records.identity import IdentityShare
from records.staff import Role
from records.work import reading, writing
from rules.lifecycle import Track, Who
from tests.triage.conftest import TODAY, House
from tests.triage.everybody import Burglar
from tests.triage.keys_kit import Member, admit, appoint
from tests.triage.test_escalation import REPORT, SECRET_NAME
from triage import (
    caseacts,
    casefile,
    dossieracts,
    dossiers,
    escalation,
    mailbox,
    protection,
    protection_page,
    standing,
)
from triage.access import NoSuchCase
from triage.caseacts import Act, Desk, Moved
from triage.casefile import OpenCase
from triage.dossieracts import DossierAct
from triage.dossiers import DossierPage
from triage.escalation import Document, HandOver, Referral
from triage.inputs import BadInputs, Entered
from triage.lifecycle import NotAllowed
from triage.mailbox import Mailbox
from triage.protection_page import ProtectionPage
from triage.publickeys import INVESTIGATORS, PROTECTORS

UNIT = "thanh_tra"
PROLONGED, REFUSED = "protection.prolonged", "protection.refused"
DECISION = {"decision_number": "1/QĐ", "decided_on": TODAY.isoformat()}
MEASURES = {
    "goods": ["life"],
    "safeguards": ["life_guarded"],
    "responsible": "Công an phường",
    "review_on": (TODAY + timedelta(days=10)).isoformat(),
    **DECISION,
}
REVIEW = {
    "review": "goes_on",
    "reason": "Vẫn bị theo dõi",
    "review_on": (TODAY + timedelta(days=20)).isoformat(),
}
END = {"protection_end": "no_longer_needed", "reason": "Đã hết nguy cơ", **DECISION}


@dataclass(frozen=True)
class Office:
    """A unit whose reporter is in danger, and an officer of protection."""

    house: House
    head: Member
    inspector: Member
    officer: Member
    case: OpenCase

    def desk(self, who: Member, today: date = TODAY) -> Desk:
        return Desk(self.house.rules, self.house.key, who.at_work(self.house), today)

    def act(self, step: str, entered: Entered) -> Act:
        with reading(self.house.store) as work:
            return Act(self.case.id, step, entered, casefile.last_position(work, self.case.id))

    def take(self, who: Member, step: str, entered: Entered) -> None:
        act = self.act(step, entered)
        with writing(self.house.store) as work:
            caseacts.take(work, self.desk(who), act)

    def refer(self, **changed: str) -> UUID:
        desk, store = self.desk(self.head), self.house.store
        act = self.act("protection.referred", {"text": "Đề nghị bảo vệ nơi ở"})
        with escalation.packed(store, desk, self.case.id) as package, writing(store) as work:
            what = Referral(package, "Đề nghị bảo vệ", "Bị chặn đường", ("threat",), ("life",))
            return escalation.refer(work, desk, act, replace(what, **changed))

    def page(self, dossier: UUID) -> DossierPage:
        store, rules = self.house.store, self.house.rules
        return dossiers.opened(store, rules, self.officer.at_work(self.house), dossier, TODAY)

    def deal(self, dossier: UUID, step: str, entered: Entered, days: int = 0) -> None:
        act = DossierAct(dossier, step, entered, self.page(dossier).position)
        with writing(self.house.store) as work:
            desk = self.desk(self.officer, TODAY + timedelta(days=days))
            dossieracts.take(work, desk, act)

    def met(self, rule: str) -> bool:
        with reading(self.house.store) as work:
            asked = select(CaseClock.met_on).where(
                CaseClock.case_id == self.case.id, CaseClock.rule == rule
            )
            return work.session.execute(asked).scalar_one() is not None

    def seen(self) -> ProtectionPage:
        """Return the page of the protection as the unit has it."""
        person = self.head.at_work(self.house)
        return protection_page.look(self.house.store, self.house.rules, person, self.case.id, TODAY)

    def box(self) -> Mailbox:
        return mailbox.look(self.house.store, self.house.rules, self.case, TODAY)


@pytest.fixture
def office(guarded: House) -> Office:
    office = Office(
        guarded,
        appoint(guarded, "truong", UNIT, Role.HEAD),
        appoint(guarded, "vien", UNIT),
        appoint(guarded, "bao_ve", PROTECTORS, Role.PROTECTION_OFFICER),
        guarded.file(REPORT).case,
    )
    admit(guarded, office.head, UNIT, office.inspector)
    with writing(guarded.store) as work:
        mailbox.raise_alarm(
            work, guarded.rules, office.case, ("threat",), "Bị theo dõi", guarded.key, TODAY
        )
    return office


def test_officers_protect_from_the_referral_to_its_end_on_the_dossier(office: Office) -> None:
    assert not office.met("BV-03")
    dossier = office.refer()
    assert office.met("BV-03")
    assert not office.met("BV-01")
    office.deal(dossier, protection.APPLIED, MEASURES)
    assert office.met("BV-01")
    office.deal(dossier, protection.REVIEWED, REVIEW, days=9)
    office.deal(dossier, protection.ENDED, END, days=15)

    kinds = [protection.ENDED, protection.REVIEWED, protection.APPLIED]
    assert [each.kind for each in office.page(dossier).events] == kinds
    seen = office.seen()
    assert not seen.page.damaged
    assert seen.page.course.states[Track.PROTECTION] == "protection_ended"
    assert [each.kind for each in seen.measures] == [protection.REVIEWED, protection.APPLIED]
    told = str(seen.measures)
    assert "Công an phường" in told
    assert "Vẫn bị theo dõi" in told
    said = [each.vi for each in office.box().steps][-4:]
    assert said == [
        "Đã đề nghị cơ quan có thẩm quyền bảo vệ",
        "Đang áp dụng biện pháp bảo vệ",
        "Biện pháp bảo vệ đã được xem lại",
        "Đã chấm dứt biện pháp bảo vệ",
    ]


def test_a_complex_request_has_longer_and_a_refusal_is_told_by_the_unit(office: Office) -> None:
    dossier = office.refer()
    (before,) = (each.due_on for each in office.page(dossier).clocks if each.rule.id == "BV-01")
    criteria = dossieracts.sheet(
        office.house.store, office.desk(office.officer), dossier, PROLONGED
    ).fields[0]
    complex_ = {"criteria": [each.value for each in criteria.options], "condition": "Nhiều nơi"}
    office.deal(dossier, PROLONGED, complex_)
    (after,) = (each.due_on for each in office.page(dossier).clocks if each.rule.id == "BV-01")
    assert before is not None
    assert after is not None
    assert before < after
    office.deal(dossier, REFUSED, {"reason": "Không có nguy cơ thực tế", **DECISION})
    assert office.met("BV-01")
    with pytest.raises(NotAllowed):  # what is told to the reporter is sealed under the case
        office.deal(dossier, "protection.refusal_notified", {"text": "Không bảo vệ"})
    office.take(office.head, "protection.refusal_notified", {"text": "Lý do: ..."})
    assert office.met("BV-02")
    assert [each.text for each in office.box().messages] == ["Lý do: ..."]


def test_a_request_that_comes_after_the_end_is_a_case_for_another_referral(
    office: Office,
) -> None:
    first = office.refer()
    office.deal(first, protection.APPLIED, MEASURES)
    office.deal(first, protection.ENDED, END)
    ended = office.page(first).state
    office.take(office.head, protection.REQUESTED, {})
    assert not office.page(first).is_current
    assert office.page(first).state == ended
    with pytest.raises(NotAllowed):
        office.deal(first, protection.APPLIED, MEASURES)
    second = office.refer()
    office.deal(second, protection.APPLIED, MEASURES)
    assert office.page(second).is_current
    assert office.page(first).state == ended != office.page(second).state
    assert [each.kind for each in office.page(first).events] == [
        protection.ENDED,
        protection.APPLIED,
    ]


def test_what_does_not_fit_leaves_the_dossier_as_it_was(office: Office) -> None:
    dossier = office.refer()
    position = office.page(dossier).position
    for entered in (
        {**MEASURES, "responsible": ""},
        {**MEASURES, "safeguards": ["job_moved"]},
        {**MEASURES, "decided_on": (TODAY - timedelta(days=1)).isoformat()},
    ):
        with pytest.raises(BadInputs):
            office.deal(dossier, protection.APPLIED, entered)
    for step in (protection.REVIEWED, protection.ENDED):
        with pytest.raises((NotAllowed, BadInputs)):
            office.deal(dossier, step, END)
    assert office.page(dossier).position == position
    stale = DossierAct(dossier, protection.APPLIED, MEASURES, position)
    office.deal(dossier, protection.APPLIED, MEASURES)
    with pytest.raises(Moved), writing(office.house.store) as work:
        dossieracts.take(work, office.desk(office.officer), stale)


def test_an_officer_opens_the_dossier_and_neither_the_case_nor_who_reported(
    office: Office,
) -> None:
    dossier = office.refer()
    office.take(office.head, "note.added", {"text": "Ghi chú của đơn vị"})
    burglar = Burglar(office.house.store)
    assert burglar.cases([office.officer.seed]) == set()
    assert burglar.dossiers([office.officer.seed]) == {dossier}
    page = office.page(dossier)
    assert SECRET_NAME not in repr(page)
    assert "Cán bộ vòi tiền" not in repr(page)  # the petition is not theirs
    with reading(office.house.store) as work:
        assert office.officer.id not in set(work.session.scalars(select(IdentityShare.staff_id)))
        rows = work.session.scalars(select(CaseEvent.dossier_id)).all()
    assert set(rows) == {None}  # what the unit wrote is under the key of the case
    person = office.officer.at_work(office.house)
    with pytest.raises(NoSuchCase):
        protection_page.look(office.house.store, office.house.rules, person, office.case.id, TODAY)


def test_what_the_unit_adds_to_the_protection_reaches_the_officers(office: Office) -> None:
    dossier = office.refer()
    risk = {"likelihood": "likely", "severity": "grave", "protected": ["denouncer"]}
    review = {"review_on": (TODAY + timedelta(days=3)).isoformat()}
    office.take(office.inspector, protection.ASSESSED, {**risk, **review})
    (told,) = office.page(dossier).events
    assert told.kind == protection.ASSESSED
    assert told.entries


def test_who_reads_a_case_is_no_officer_because_its_crime_went_to_a_body_outside(
    office: Office,
) -> None:
    confirmed = {"crimes": ["354"], "ground": ["settler_duty"]}
    office.take(office.head, "signs.confirmed", confirmed)
    entered = {**confirmed, "template": "tin_bao", **DECISION}
    desk, store = office.desk(office.head), office.house.store
    act, letter = office.act("police.handed_over", entered), Document("01.pdf", b"%PDF")
    with escalation.packed(store, desk, office.case.id, [letter]) as package:
        outside = {"body": "Cục C03, Bộ Công an", "recipient": "age1abc"}
        what = HandOver(package, "Dấu hiệu", "Nội dung", "", **outside)
        with writing(store) as work:
            escalation.hand_over(work, desk, act, what)
    with reading(store) as work:
        acting = office.desk(office.inspector).tracker(work)
        found = standing.of(acting, office.case.id, office.inspector.id, locked=False)
    assert Who.POLICE in found.who
    for step, entered in ((protection.APPLIED, MEASURES), (REFUSED, {"reason": "x", **DECISION})):
        with pytest.raises(NotAllowed):
            office.take(office.inspector, step, entered)
    with pytest.raises(NotAllowed):
        office.take(office.inspector, PROLONGED, {"criteria": [], "condition": "x"})


def test_what_a_protecting_body_outside_decides_is_recorded_by_the_unit(office: Office) -> None:
    office.refer(body="Công an tỉnh Quảng Trị", recipient="age1abc")
    office.take(office.inspector, protection.APPLIED, MEASURES)
    assert office.met("BV-01")
    assert Burglar(office.house.store).dossiers([office.officer.seed]) == set()


def test_readers_of_the_police_and_other_circles_open_no_dossier_of_protection(
    office: Office,
) -> None:
    dossier = office.refer()
    burglar = Burglar(office.house.store)
    for who in (
        appoint(office.house, "cong_an", "cong_an", Role.HEAD),
        appoint(office.house, "dieu_tra", INVESTIGATORS, Role.POLICE_LIAISON),
    ):
        assert burglar.dossiers([who.seed]) == set()
        with pytest.raises(NoSuchCase):
            dossiers.opened(
                office.house.store,
                office.house.rules,
                who.at_work(office.house),
                dossier,
                TODAY,
            )
