"""Dossiers: handed over whole or not at all, read and acted on by their circles alone."""

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select

from cleaning import Limits
from records.case import Case, CaseEvent
from records.dossier import Dossier, DossierFile, DossierKey, DossierStaffKey
from records.held import HeldBlob
from records.log import LogEntry
from records.staff import Role
from records.work import reading, writing
from tests.triage.conftest import TODAY, House
from tests.triage.everybody import Burglar
from tests.triage.keys_kit import Member, admit, appoint
from triage import (
    admission,
    case_files,
    caseacts,
    casefile,
    casepage,
    dossieracts,
    dossierkeys,
    dossierlist,
    dossiers,
    escalation,
    evidence,
    leaving,
    mailbox,
    meeting,
    membership,
    resealing,
    viewing,
)
from triage.access import NoSuchCase
from triage.caseacts import Act, Desk, Moved
from triage.casefile import OpenCase
from triage.dossieracts import DossierAct
from triage.escalation import Document, HandOver, Referral
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.publickeys import INVESTIGATORS, PROSECUTORS, PROTECTORS
from triage.submission import Disclosure, Facts, Identity, StoredFile, Submission
from vault.context import Purpose

UNIT, DAY = "thanh_tra", timedelta(days=1)
SECRET_NAME, FILE_NAME, CAMERA = "Lê Thị Can Đảm", "anh-cua-Can-Dam.jpg", "May cua Can Dam"
REPORT = Submission(
    intent="phan_anh_tham_nhung",
    category="bribery",
    narrative="Cán bộ vòi tiền ở quầy.",
    identity=Identity(Disclosure.CONFIDENTIAL, SECRET_NAME, "77 kiệt Kín", "0900 111 222"),
)
LETTER = Document("01-cong-van.pdf", b"%PDF-1.7 cong van")
TOLD = {
    "crimes": ["354"],
    "ground": ["settler_duty"],
    "template": "tin_bao",
    "decision_number": "12/CV-TTr",
    "decided_on": TODAY.isoformat(),
}
RECEIVED = {"receipt_number": "5/TB-ĐT", "decided_on": TODAY.isoformat()}


@dataclass(frozen=True)
class Office:
    """A unit with a head, and the circles of liaisons."""

    house: House
    head: Member
    police: Member
    procuracy: Member
    protector: Member
    case: OpenCase
    file: UUID

    def desk(self, who: Member) -> Desk:
        return Desk(self.house.rules, self.house.key, who.at_work(self.house), TODAY)

    def position(self, case: OpenCase) -> int:
        with reading(self.house.store) as work:
            return casefile.last_position(work, case.id)

    def take(self, who: Member, step: str, case: OpenCase | None = None, **entered: object) -> None:
        case = case or self.case
        act = Act(case.id, step, entered, self.position(case))  # type: ignore[arg-type]
        with writing(self.house.store) as work:
            caseacts.take(work, self.desk(who), act)

    def confirm(self, case: OpenCase | None = None) -> None:
        self.take(self.head, "signs.confirmed", case, crimes=["354"], ground=["settler_duty"])

    def hand(
        self, case: OpenCase | None = None, files: tuple[UUID, ...] = (), **changed: object
    ) -> UUID:
        """Hand a case over; `changed`: inputs of the step, or fields of HandOver."""
        case, desk = case or self.case, self.desk(self.head)
        fields = {each: changed.pop(each) for each in tuple(changed) if each in _FIELDS}
        entered = {**TOLD, **changed}
        act = Act(case.id, "police.handed_over", entered, self.position(case))
        store = self.house.store
        with escalation.packed(store, desk, case.id, [LETTER], files) as package:
            what = HandOver(package, "Dấu hiệu nhận hối lộ", "Cán bộ vòi tiền.", "")
            with writing(store) as work:
                return escalation.hand_over(work, desk, act, replace(what, **fields))  # type: ignore[arg-type]

    def page(self, who: Member, dossier: UUID) -> dossiers.DossierPage:
        store, rules = self.house.store, self.house.rules
        return dossiers.opened(store, rules, who.at_work(self.house), dossier, TODAY)

    def deal(self, who: Member, dossier: UUID, step: str, **entered: str) -> None:
        position = self.page(who, dossier).position
        with writing(self.house.store) as work:
            act = DossierAct(dossier, step, entered, position)
            dossieracts.take(work, self.desk(who), act)

    def stored(self) -> dict[str, int]:
        """Count what an act that was refused must not have added to."""
        tables = (CaseEvent, Dossier, DossierFile, DossierKey, DossierStaffKey, LogEntry, HeldBlob)
        with reading(self.house.store) as work:
            rows = {
                each.__tablename__: work.session.execute(
                    select(func.count()).select_from(each)
                ).scalar_one()
                for each in tables
            }
        return rows | {"blobs": len(set(self.house.store.blobs.names()))}

    def state(self) -> str:
        with reading(self.house.store) as work:
            return work.session.get_one(Case, self.case.id).police_state


_FIELDS = ("title", "petition", "summary", "body", "recipient", "copied")


def photo() -> bytes:
    """Return a photo that says whose camera took it."""
    exif = Image.Exif()
    exif[0x013B] = CAMERA  # the artist
    into = BytesIO()
    Image.new("RGB", (40, 30), "white").save(into, "JPEG", exif=exif, comment=CAMERA.encode())
    assert CAMERA.encode() in into.getvalue()
    return into.getvalue()


@pytest.fixture
def office(guarded: House) -> Office:
    head = appoint(guarded, "truong", UNIT, Role.HEAD)
    circles = (
        appoint(guarded, "dieu_tra", INVESTIGATORS, Role.POLICE_LIAISON),
        appoint(guarded, "kiem_sat", PROSECUTORS, Role.PROCURACY_LIAISON),
        appoint(guarded, "bao_ve", PROTECTORS, Role.PROTECTION_OFFICER),
    )
    case = admission.new_case()
    content = [photo()]
    files = evidence.take(
        guarded.store, case, FILE_NAME, content, Limits(), None, TODAY, keep_original=True
    )
    with writing(guarded.store) as work:
        report = replace(REPORT, files=files)
        admission.admit(work, guarded.rules, guarded.key, case, report, TODAY)
    return Office(guarded, head, *circles, case, files[0].id)


def test_a_case_goes_to_the_police_and_its_result_comes_back_while_it_goes_on(
    office: Office,
) -> None:
    office.confirm()
    dossier = office.hand(files=(office.file,))
    office.take(office.head, "note.added", text="Hồ sơ vẫn tiếp tục.")
    office.deal(office.police, dossier, "police.received", **RECEIVED)
    office.deal(office.police, dossier, "police.assigned", text="Điều tra viên A")
    for who in (office.police, office.procuracy):
        page = office.page(who, dossier)
        assert page.cover is not None
        assert page.cover.crimes == ("354",)
        assert page.text is not None
        assert page.text.petition == "Cán bộ vòi tiền."
        assert [each.kind for each in page.events] == ["police.assigned", "police.received"]
        assert {"HS-03", "HS-06"} <= {each.rule.id for each in page.clocks}
        assert not {"HS-00", "NB-01"} & {each.rule.id for each in page.clocks}
    decided = {"police_outcome": "khoi_to", "decision_number": "7", "decided_on": str(TODAY)}
    office.deal(office.police, dossier, "police.decided", **decided)
    assert office.state() == "police_decided"
    seen = casepage.look(
        office.house.store,
        office.house.rules,
        office.head.at_work(office.house),
        office.case.id,
        TODAY,
    )
    told = next(each for each in seen.events if each.kind == "police.received")
    assert "5/TB-ĐT" in str(told.entries)
    assert not seen.damaged
    box = mailbox.look(office.house.store, office.house.rules, office.case, TODAY)
    assert "police.decided" in {step.kind for step in box.steps}


def test_the_list_of_a_liaison_is_read_a_page_at_a_time_by_last_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossierlist, "LENGTH", 2)
    made = []
    for number in range(5):
        case = office.house.file(REPORT).case
        office.confirm(case)
        made.append(office.hand(case))
        if number % 2:
            number_ = {**RECEIVED, "receipt_number": f"{number}/TB"}
            office.deal(office.police, made[-1], "police.received", **number_)
    person, found, after = office.police.at_work(office.house), [], None
    while True:
        page = dossierlist.listed(office.house.store, office.house.rules, person, TODAY, after)
        found += page.rows
        after = page.next
        if after is None:
            break
    assert sorted(each.id for each in found) == sorted(made)
    # Those that wait to be received are due at once.
    assert [each.due_on is None for each in found] == [True, True, True, False, False]
    assert {each.title.text for each in found} == {"Dấu hiệu nhận hối lộ"}
    other = office.protector.at_work(office.house)
    assert dossierlist.listed(office.house.store, office.house.rules, other, TODAY).rows == ()


def test_what_the_police_get_holds_neither_the_name_of_a_file_nor_of_the_reporter(
    office: Office,
) -> None:
    office.confirm()
    dossier = office.hand(files=(office.file,))
    page = office.page(office.police, dossier)
    (copy,) = page.evidence
    assert copy.name == "tai-lieu-01.jpg"
    person, store = office.police.at_work(office.house), office.house.store
    found = dossiers.file(store, person, dossier, copy.id)
    content = b"".join(viewing.content(store, found))
    assert hashlib.sha256(content).hexdigest() == copy.sha256
    everything = f"{page}{content!r}"
    for planted in (SECRET_NAME, FILE_NAME, CAMERA, "Can-Dam", "77 kiệt Kín", "0900 111 222"):
        assert planted not in everything


def test_an_original_a_stranger_s_file_and_one_that_was_not_cleaned_are_not_handed_over(
    office: Office,
) -> None:
    office.confirm()
    with reading(office.house.store) as work:
        filed, _ = case_files.files(work, office.case, {})
    cards = {each.file.id: each for each in filed}
    original = cards[office.file].original
    assert original is not None
    before = office.stored()
    for wrong in (original.id, UUID(int=1)):
        with pytest.raises(NoSuchCase):
            office.hand(files=(wrong,))
    assert office.stored() == before
    raw = StoredFile(uuid4(), "ghi-am.bin", "application/x", 0, "", not_cleaned="kind")
    store = office.house.store
    put = evidence.put(store, office.case, Purpose.CASE_FILE, raw, [b"x"], TODAY)
    with writing(store) as work:
        casefile.add_files(work, office.case, (put,), TODAY)
    before = office.stored()
    with pytest.raises(BadInputs, match="Hidden information"):
        office.hand(files=(office.file, raw.id))
    assert office.stored() == before


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"crimes": []}, "crimes"),
        ({"crimes": ["353"]}, "crimes"),
        ({"ground": []}, "ground"),
        ({"decision_number": ""}, "decision_number"),
        ({"title": " "}, "title"),
        ({"petition": "", "summary": ""}, "petition"),
    ],
)
def test_a_hand_over_without_what_it_needs_is_refused_and_leaves_nothing(
    office: Office, changed: dict[str, object], key: str
) -> None:
    office.confirm()
    before = office.stored()
    with pytest.raises(BadInputs) as error:
        office.hand(files=(office.file,), **changed)
    assert key in {each.key for each in error.value.faults}
    assert office.stored() == before


def test_nothing_is_handed_over_before_signs_are_confirmed_nor_twice(office: Office) -> None:
    before = office.stored()
    with pytest.raises(NotAllowed):
        office.hand()
    assert office.stored() == before
    office.confirm()
    dossier = office.hand()
    before = office.stored()
    with pytest.raises(NotAllowed):
        office.hand()
    assert office.stored() == before
    office.deal(office.police, dossier, "police.returned", reason="Thiếu tài liệu")
    later = office.hand()
    assert not office.page(office.police, dossier).is_current
    assert office.page(office.police, later).is_current
    with pytest.raises(NotAllowed, match="later dossier"):
        office.deal(office.police, dossier, "police.received", **RECEIVED)


def test_a_circle_in_which_nobody_holds_the_key_gets_nothing(office: Office) -> None:
    office.confirm()
    with writing(office.house.store) as work:
        leaving.leave(work, office.procuracy.id, office.house.key, TODAY)
    before = office.stored()
    with pytest.raises(BadInputs) as error:
        office.hand()
    assert [each.key for each in error.value.faults] == ["copied"]
    assert office.stored() == before
    office.hand(copied=False)
    assert office.state() == "police_handed_over"


def test_a_case_against_the_police_is_not_handed_to_their_circle(office: Office) -> None:
    case = office.house.file(replace(REPORT, facts=Facts(unit="cong_an"))).case
    office.confirm(case)
    before = office.stored()
    with pytest.raises(BadInputs) as error:
        office.hand(case)
    assert "circle" in {each.key for each in error.value.faults}
    assert office.stored() == before


def test_the_list_for_the_meeting_tells_a_liaison_of_nothing_that_went_past_their_circle(
    office: Office,
) -> None:
    store, rules = office.house.store, office.house.rules
    of = meeting.spans(rules, TODAY)[0]

    def lines(who: Member) -> int:
        return len(meeting.look(store, rules, who.at_work(office.house), of, TODAY).lines)

    office.confirm()
    office.hand(body="Cơ quan điều tra Viện kiểm sát nhân dân tối cao")  # against the police
    supervisor = appoint(office.house, "giam_sat", "van_phong_ubnd", Role.SUPERVISOR)
    assert [lines(each) for each in (office.police, office.procuracy, supervisor)] == [0, 0, 1]
    other = office.house.file(REPORT).case
    office.confirm(other)
    office.hand(other, copied=False)
    assert [lines(each) for each in (office.police, office.procuracy, supervisor)] == [1, 0, 2]


def test_of_two_heads_who_hand_over_at_once_one_is_told_that_the_case_has_moved(
    office: Office,
) -> None:
    office.confirm()
    desk, store = office.desk(office.head), office.house.store
    act = Act(office.case.id, "police.handed_over", TOLD, office.position(office.case))
    outcomes, gate = [], threading.Barrier(2)

    def hand() -> None:
        with suppress(Moved), escalation.packed(store, desk, office.case.id, [LETTER]) as package:
            gate.wait()
            what = HandOver(package, "Dấu hiệu", "Nội dung", "")
            with writing(store) as work:
                escalation.hand_over(work, desk, act, what)
            outcomes.append("handed")

    threads = [threading.Thread(target=hand) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert outcomes == ["handed"]
    stored = office.stored()
    assert (stored["dossier"], stored["dossier_file"], stored["held_blob"]) == (1, 1, 0)


def test_a_receipt_number_is_used_once_and_nothing_is_from_before_the_hand_over(
    office: Office,
) -> None:
    other = office.house.file(REPORT).case
    for case in (office.case, other):
        office.confirm(case)
    first, second = office.hand(), office.hand(other)
    office.deal(office.police, first, "police.received", **RECEIVED)
    before = office.stored()
    with pytest.raises(BadInputs, match="receipt_number"):
        office.deal(
            office.police, second, "police.received", **{**RECEIVED, "receipt_number": "5 / tb-đt"}
        )
    early = {"receipt_number": "6/TB", "decided_on": (TODAY - DAY).isoformat()}
    with pytest.raises(BadInputs, match="decided_on"):
        office.deal(office.police, second, "police.received", **early)
    assert office.stored() == before


def test_a_damaged_receipt_holds_up_no_other(office: Office) -> None:
    other, outside = (office.house.file(REPORT).case for _ in range(2))
    for case in (office.case, other, outside):
        office.confirm(case)
    first, second = office.hand(), office.hand(other)
    office.hand(outside, body="Cơ quan điều tra Bộ Công an")
    office.deal(office.police, first, "police.received", **RECEIVED)
    with writing(office.house.store) as work:
        row = work.session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "police.received")
        ).one()
        row.detail = b"x" * 64
    other_number = {**RECEIVED, "receipt_number": "6/TB-ĐT"}
    office.deal(office.police, second, "police.received", **other_number)
    office.take(office.head, "police.received", outside, **RECEIVED)
    assert office.page(office.police, second).state == "police_received"


def test_a_liaison_who_decided_on_what_has_moved_on_is_told_so(office: Office) -> None:
    office.confirm()
    dossier = office.hand()
    position = office.page(office.police, dossier).position
    office.deal(office.police, dossier, "police.received", **RECEIVED)
    act = DossierAct(dossier, "police.received", RECEIVED, position)
    with pytest.raises(Moved) as moved, writing(office.house.store) as work:
        dossieracts.take(work, office.desk(office.police), act)
    assert [each.step.id for each in moved.value.since] == ["police.received"]


def test_circles_take_their_own_steps_only(office: Office) -> None:
    office.confirm()
    dossier = office.hand()
    with pytest.raises(NotAllowed):
        office.deal(office.procuracy, dossier, "police.received", **RECEIVED)
    for step in ("message.sent", "police.handed_over", "case.classified"):
        with pytest.raises(NotAllowed):
            office.deal(office.police, dossier, step, text="x")
    with pytest.raises(NoSuchCase):
        office.page(office.protector, dossier)


def test_what_a_body_outside_decides_is_recorded_by_the_unit(office: Office) -> None:
    office.confirm()
    office.hand(body="Cục C03, Bộ Công an", recipient="age1abc")
    office.take(office.head, "police.received", **RECEIVED)
    office.take(office.head, "police.classified", text="Tin báo")
    assert office.state() == "police_received"
    for who in (office.police, office.procuracy):
        person = who.at_work(office.house)
        assert dossierlist.listed(office.house.store, office.house.rules, person, TODAY).rows == ()


def test_whoever_gave_a_dossier_back_is_told_nothing_of_what_a_body_outside_made_of_the_later_one(
    office: Office,
) -> None:
    office.confirm()
    first = office.hand()
    office.deal(office.police, first, "police.returned", reason="Thiếu tài liệu")
    told = office.page(office.police, first)
    office.hand(body="Cục C03, Bộ Công an", recipient="age1abc")
    office.take(office.head, "police.received", **RECEIVED)
    assert office.state() == "police_received"
    for who in (office.police, office.procuracy):
        page = office.page(who, first)
        assert (page.state, page.is_current) == ("police_returned", False)
        assert (page.clocks, page.events) == (told.clocks, told.events)
        assert {each.rule.id for each in page.clocks}.isdisjoint({"HS-03", "HS-04", "HS-05"})
        person = who.at_work(office.house)
        (row,) = dossierlist.listed(office.house.store, office.house.rules, person, TODAY).rows
        assert (row.state, row.due_on, row.reminded) == (None, None, 0)


def test_the_protecting_circle_is_asked_and_acts(office: Office) -> None:
    office.take(office.head, "protection.requested")
    desk, store = office.desk(office.head), office.house.store
    asked = {"text": "Đề nghị bảo vệ nơi ở"}
    act = Act(office.case.id, "protection.referred", asked, office.position(office.case))
    with escalation.packed(store, desk, office.case.id) as package, writing(store) as work:
        what = Referral(package, "Đề nghị bảo vệ", "Bị đe dọa", ("pressure",), ("job",))
        dossier = escalation.refer(work, desk, act, what)
    page = office.page(office.protector, dossier)
    assert page.text is not None
    assert (page.text.asked, page.text.forms) == ("Đề nghị bảo vệ nơi ở", ("pressure",))
    assert "BV-01" in {each.rule.id for each in page.clocks}
    assert page.steps
    with pytest.raises(NoSuchCase):
        office.page(office.police, dossier)


def opened(office: Office, *people: Member) -> list[set[UUID]]:
    burglar = Burglar(office.house.store)
    return [burglar.dossiers([each.seed]) for each in people]


def test_a_liaison_opens_dossiers_and_no_case_and_readers_of_the_police_open_neither(
    office: Office,
) -> None:
    inspector = appoint(office.house, "cong_an_1", "cong_an")
    office.confirm()
    dossier = office.hand()
    burglar = Burglar(office.house.store)
    for who in (office.police, office.procuracy):
        assert burglar.cases([who.seed]) == set()
    for who in (inspector, office.protector):
        assert burglar.cases([who.seed]) | burglar.dossiers([who.seed]) == set()
    assert opened(office, office.head, office.police, office.procuracy) == [{dossier}] * 3
    with pytest.raises(NoSuchCase), reading(office.house.store) as work:
        dossierkeys.open_one(work, inspector.at_work(office.house), dossier)


def test_colleagues_of_a_circle_come_are_recused_and_leave_and_only_the_entitled_open(
    office: Office,
) -> None:
    house = office.house
    mai = appoint(house, "mai", INVESTIGATORS, Role.POLICE_LIAISON)
    office.confirm()
    dossier = office.hand()
    assert opened(office, mai) == [set()]
    admit(house, office.police, INVESTIGATORS, mai)
    assert opened(office, mai) == [{dossier}]
    copies = Burglar(house.store).private_keys([mai.seed])
    office.take(office.head, "person.recused", assignee=mai.id.hex, reason="Là người thân")
    assert opened(office, mai, office.police, office.procuracy) == [set(), {dossier}, {dossier}]
    assert Burglar(house.store).dossiers(copies) == set()
    with pytest.raises(NoSuchCase):
        office.page(mai, dossier)
    assert dossierlist.listed(house.store, house.rules, mai.at_work(house), TODAY).rows == ()
    other = house.file(REPORT).case
    office.confirm(other)
    second = office.hand(other)
    assert opened(office, mai) == [{second}]
    copies = Burglar(house.store).private_keys([mai.seed])
    with writing(house.store) as work:
        leaving.leave(work, mai.id, house.key, TODAY)
    with writing(house.store) as work:
        person = office.police.at_work(house)
        here = membership.held_circle(work, person, INVESTIGATORS)
        assert resealing.left(work, person, here) == 2
        assert resealing.reseal(work, person, here, house.key, TODAY) == 2
        assert resealing.left(work, person, here) == 0
    assert Burglar(house.store).dossiers(copies) == set()
    assert opened(office, office.police) == [{dossier, second}]
    office.page(office.police, dossier)


def test_a_damaged_dossier_says_what_cannot_be_opened(office: Office) -> None:
    office.confirm()
    dossier = office.hand()
    with writing(office.house.store) as work:
        row = work.session.get_one(Dossier, dossier)
        row.text = b"x" * 64
    page = office.page(office.police, dossier)
    assert page.text is None
    assert page.cover is not None
    assert page.damaged
