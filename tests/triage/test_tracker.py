"""Steps of a case are acts: whole or not at all, logged, and only by who may."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from records.case import Case, CaseEvent, CaseItem, CaseKey
from records.clock import CaseClock
from records.log import LogEntry
from records.staff import Role
from records.work import reading, writing
from tests.conftest import FOUNDED_ON
from tests.triage.conftest import TODAY, House
from triage import casebook, casefile, mailbox, membership, staffing, tracker
from triage.access import NoSuchCase
from triage.casefile import OpenCase
from triage.clock import Refused
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.publickeys import INVESTIGATORS, UnitNotOpen
from triage.staffing import Person
from triage.standing import Tracker
from triage.submission import Facts, Submission
from vault.context import Purpose
from vault.keys import new_secret_key

REPORT = Submission(
    intent="to_cao",
    category="bribery",
    narrative="Quầy tiếp nhận đóng cửa sớm, đề nghị công khai giờ làm việc.",
    facts=Facts(subject="department_health", position="deputy_head"),
)
FEEDBACK = Submission(
    intent="khieu_nai",
    category="land",
    narrative="Tôi không đồng ý với giá bồi thường.",
    facts=Facts(subject="department_agriculture_environment"),
)
MOVE = {"basis": "TC 24(2)", "reason": "Đúng thẩm quyền"}


@dataclass(frozen=True)
class Office:
    """An instance with staff of every sort that these tests need."""

    house: House
    inspector: UUID
    head: UUID
    colleague: UUID
    elsewhere: UUID

    @contextmanager
    def acting(self, day: date = TODAY) -> Iterator[Tracker]:
        with writing(self.house.store) as work:
            yield Tracker(work, self.house.rules, self.house.key, day)

    def take(
        self, case: OpenCase, who: UUID, step: str, day: date = TODAY, **entered: object
    ) -> None:
        with self.acting(day) as acting:
            tracker.take(acting, case, who, step, entered)  # type: ignore[arg-type]

    def row(self, case: OpenCase) -> Case:
        with reading(self.house.store) as work:
            return work.session.execute(select(Case).where(Case.id == case.id)).scalar_one()

    def count(self, table: type) -> int:
        with reading(self.house.store) as work:
            return work.session.execute(select(func.count()).select_from(table)).scalar_one()

    def clocks(self, case: OpenCase) -> dict[str, CaseClock]:
        with reading(self.house.store) as work:
            rows = work.session.execute(
                select(CaseClock).where(
                    CaseClock.case_id == case.id,
                    CaseClock.met_on.is_(None),
                    CaseClock.void_on.is_(None),
                )
            ).scalars()
            return {row.rule: row for row in rows}


@pytest.fixture
def office(house: House) -> Office:
    people = {}
    with writing(house.store) as work:
        for login, unit, role in (
            ("thanh_tra_vien", "thanh_tra", Role.INSPECTOR),
            ("chanh_thanh_tra", "thanh_tra", Role.HEAD),
            ("dong_nghiep", "thanh_tra", Role.INSPECTOR),
            ("noi_khac", "so_y_te", Role.HEAD),
        ):
            person = Person(login, "Nguyễn Văn Thử", unit, role, "mật khẩu dài lắm")
            people[login] = staffing.appoint(work, person, house.key, FOUNDED_ON)
        at_the_inspectorate = [people[login] for login in list(people)[:3]]
        membership.begin_epoch(work, "thanh_tra", at_the_inspectorate, FOUNDED_ON)
    return Office(
        house,
        people["thanh_tra_vien"],
        people["chanh_thanh_tra"],
        people["dong_nghiep"],
        people["noi_khac"],
    )


@pytest.fixture
def case(office: Office) -> OpenCase:
    """A corruption report at the Inspectorate."""
    report = replace(REPORT, intent="phan_anh_tham_nhung", facts=Facts())
    return office.house.file(report).case


def registered(office: Office, case: OpenCase) -> None:
    office.take(case, office.inspector, "case.registered")


def classified(office: Office, case: OpenCase, kind: str = "phan_anh_tham_nhung") -> None:
    registered(office, case)
    inputs = {"kind": kind, "category": "bribery", "risk": "high"}
    office.take(case, office.inspector, "case.classified", **inputs)


def test_a_filed_report_has_the_clocks_of_its_kind_and_its_first_last_day(
    office: Office, case: OpenCase
) -> None:
    clocks = office.clocks(case)
    assert clocks.keys() == {"NB-01", "NB-02", "TCD-01", "TCD-05"}
    assert office.row(case).due_on == min(row.due_on for row in clocks.values() if row.due_on)
    assert all(row.notice_on is not None for row in clocks.values())


def test_a_step_is_kept_with_its_sealed_text_and_its_entry_in_the_log(
    office: Office, case: OpenCase
) -> None:
    registered(office, case)
    before = office.count(LogEntry)
    office.take(case, office.inspector, "note.added", text="Đã gọi điện <b>hỏi</b>.")
    assert office.count(LogEntry) == before + 1
    with reading(office.house.store) as work:
        event = work.session.execute(
            select(CaseEvent).where(CaseEvent.kind == "note.added")
        ).scalar_one()
    assert (event.position, event.terms, event.happened_on) == (3, "{}", TODAY)
    assert event.detail is not None
    detail = case.unseal(Purpose.CASE_EVENT, event.id, event.detail)
    assert detail == {"text": "Đã gọi điện hỏi.", "by": office.inspector.hex}


def test_the_stored_state_and_clocks_are_those_that_the_events_give(
    office: Office, case: OpenCase
) -> None:
    classified(office, case)
    office.take(case, office.inspector, "case.acknowledged")
    office.take(case, office.inspector, "case.taken_up", reason="Trong thẩm quyền")
    row = office.row(case)
    assert row.state == "handling"
    with reading(office.house.store) as work:
        course = casebook.course(work, office.house.rules, case.id, row.channel)
        rows = casebook.clock_rows(office.house.rules, course, {})
        stored = casebook.stored_clocks(work, [case.id])[case.id]
    assert {(each.rule, each.run): each for each in rows} == stored
    columns = casebook.case_columns(course, rows)
    assert {name: getattr(row, name) for name in columns} == columns


@pytest.mark.parametrize(
    ("step", "entered", "error"),
    [
        ("case.concluded", {}, NotAllowed),
        ("case.classified", {"kind": "khac"}, BadInputs),
        ("case.assigned", {"assignee": "không phải mã"}, NotAllowed),  # an inspector may not
        ("case.transferred", {"unit": "thanh_tra", **MOVE}, BadInputs),
        ("case.transferred", {"unit": "so_khong_co", **MOVE}, BadInputs),
        ("case.transferred", {"unit": "so_cong_thuong", **MOVE}, BadInputs),
        ("case.prolonged", {"criteria": ["many_people"], "condition": "Phức tạp"}, NotAllowed),
    ],
)
def test_a_refused_step_leaves_nothing(
    office: Office, case: OpenCase, step: str, entered: dict[str, object], error: type[Exception]
) -> None:
    registered(office, case)
    before = [office.count(table) for table in (CaseEvent, CaseItem, CaseKey, LogEntry)]
    with pytest.raises(error):
        office.take(case, office.inspector, step, **entered)
    after = [office.count(table) for table in (CaseEvent, CaseItem, CaseKey, LogEntry)]
    assert after == before
    assert office.row(case).unit_code == "thanh_tra"


def test_a_suspension_without_a_ground_of_the_law_or_beyond_the_term_is_refused(
    office: Office,
) -> None:
    case = office.house.file(replace(REPORT, facts=Facts())).case
    office.take(case, office.inspector, "signature.confirmed", signed_on=TODAY.isoformat())
    kind = {"kind": "to_cao", "category": "bribery", "risk": "low"}
    office.take(case, office.inspector, "case.classified", **kind)
    decided = {"decision_number": "1/QĐ", "decided_on": TODAY.isoformat()}
    office.take(case, office.head, "case.accepted", **decided)
    late = TODAY + timedelta(days=60)
    suspended = {
        "suspension": "expert_opinion",
        "until": (late + timedelta(days=9)).isoformat(),
        "decision_number": "2/QĐ",
        "decided_on": late.isoformat(),
    }
    with pytest.raises(Refused):
        office.take(case, office.head, "case.suspended", late, **suspended)
    assert office.row(case).state == "accepted"


def test_a_transfer_moves_the_key_and_the_clocks(office: Office) -> None:
    case = office.house.file(FEEDBACK).case
    assert office.row(case).unit_code == "so_nong_nghiep_va_moi_truong"
    with office.acting() as acting:
        person = Person(
            "o_so", "Lê Văn Sở", "so_nong_nghiep_va_moi_truong", Role.HEAD, "mật khẩu dài!"
        )
        head = staffing.appoint(acting.work, person, office.house.key, TODAY)
    office.take(case, head, "case.registered")
    office.take(case, head, "case.transferred", unit="so_xay_dung", **MOVE)
    row = office.row(case)
    assert (row.unit_code, row.state, row.assigned_to) == ("so_xay_dung", "received", None)
    with reading(office.house.store) as work:
        units = work.session.execute(select(CaseKey.unit_code)).scalars().all()
    assert units == ["so_xay_dung"]
    assert {clock.unit_code for clock in office.clocks(case).values()} == {"so_xay_dung"}
    with pytest.raises(NoSuchCase):
        office.take(case, head, "note.added", text="Tôi còn đọc được không?")


@pytest.mark.parametrize(
    ("facts", "to", "words"),
    [
        (Facts(subject="department_health", position="head"), "so_y_te", "accused"),
        (Facts(organisation="Sở Y tế thành phố"), "so_y_te", "accused"),
    ],
)
def test_a_case_is_never_transferred_to_whom_it_accuses(
    office: Office, facts: Facts, to: str, words: str
) -> None:
    report = replace(REPORT, intent="phan_anh_tham_nhung", facts=facts)
    if facts.position:  # its direct superior is the City's Chairman, who has no key here
        with pytest.raises(UnitNotOpen):
            office.house.file(report)
        return
    case = office.house.file(report).case
    registered(office, case)
    with pytest.raises(BadInputs, match=words):
        office.take(case, office.inspector, "case.transferred", unit=to, **MOVE)


def test_ordinary_staff_may_be_left_to_the_head_of_their_unit_by_a_person(office: Office) -> None:
    facts = Facts(subject="department_health", position="staff")
    report = replace(REPORT, intent="phan_anh_tham_nhung", facts=facts)
    case = office.house.file(report).case
    assert office.row(case).unit_code == "thanh_tra"  # never by itself
    registered(office, case)
    office.take(case, office.inspector, "case.transferred", unit="so_y_te", **MOVE)
    assert office.row(case).unit_code == "so_y_te"


def test_who_is_recused_finds_no_case_at_all(office: Office, case: OpenCase) -> None:
    office.take(case, office.head, "case.assigned", assignee=office.colleague.hex)
    assert office.row(case).assigned_to == office.colleague
    office.take(
        case, office.head, "person.recused", assignee=office.colleague.hex, reason="Là người thân"
    )
    assert office.row(case).assigned_to is None
    with pytest.raises(NoSuchCase):
        office.take(case, office.colleague, "note.added", text="Xem thử")
    with pytest.raises(NoSuchCase):
        office.take(OpenCase(uuid4(), case.key), office.colleague, "note.added", text="Xem thử")
    with pytest.raises(BadInputs):
        office.take(case, office.head, "case.assigned", assignee=office.colleague.hex)


def test_a_case_is_given_only_to_members_of_its_unit(office: Office, case: OpenCase) -> None:
    for stranger in (office.elsewhere.hex, uuid4().hex, "không phải mã"):
        with pytest.raises(BadInputs):
            office.take(case, office.head, "case.assigned", assignee=stranger)
    with pytest.raises(NotAllowed):
        office.take(case, office.inspector, "case.assigned", assignee=office.colleague.hex)


def test_other_units_find_no_case(office: Office, case: OpenCase) -> None:
    with pytest.raises(NoSuchCase):
        office.take(case, office.elsewhere, "note.added", text="Xem thử")


def test_a_notice_reaches_the_reporter_and_a_note_does_not(office: Office, case: OpenCase) -> None:
    classified(office, case)
    office.take(case, office.inspector, "note.added", text="Chỉ nội bộ")
    office.take(case, office.inspector, "case.taken_up", reason="Trong thẩm quyền")
    office.take(case, office.head, "case.settled", measures="Đã chấn chỉnh")
    office.take(case, office.inspector, "result.told", text="Đơn vị đã chấn chỉnh cán bộ.")
    box = mailbox.look(office.house.store, office.house.rules, case, TODAY)
    assert [message.text for message in box.messages] == ["Đơn vị đã chấn chỉnh cán bộ."]
    assert "note.added" not in {step.kind for step in box.steps}


def test_alike_cases_are_joined_and_the_key_goes_along(office: Office, case: OpenCase) -> None:
    other = office.house.file(replace(REPORT, intent="phan_anh_tham_nhung", facts=Facts())).case
    with office.acting() as acting:
        tracker.merge(acting, other, case, office.inspector, "Cùng nội dung")
    assert office.row(other).state == "merged"
    assert not office.clocks(other).keys() - {"NB-04"}
    with reading(office.house.store) as work:
        event = work.session.execute(
            select(CaseEvent).where(CaseEvent.kind == "case.joined")
        ).scalar_one()
    assert event.detail is not None
    detail = case.unseal(Purpose.CASE_EVENT, event.id, event.detail)
    assert (detail["into"], detail["key"]) == (other.id.hex, other.key.hex())
    with office.acting() as acting, pytest.raises(NotAllowed):
        tracker.merge(acting, case, case, office.inspector, "Cùng nội dung")
    with office.acting() as acting, pytest.raises(NotAllowed, match="ended"):
        tracker.merge(acting, case, other, office.inspector, "Cùng nội dung")


def test_of_two_people_who_take_the_same_step_at_once_one_is_refused(
    office: Office, case: OpenCase
) -> None:
    together, outcomes = Barrier(2), list[str]()

    def act(who: UUID) -> None:
        together.wait()
        try:
            office.take(case, who, "case.registered")
            outcomes.append("done")
        except NotAllowed:
            outcomes.append("refused")

    threads = [Thread(target=act, args=(who,)) for who in (office.inspector, office.colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    with reading(office.house.store) as work:
        kinds = work.session.execute(select(CaseEvent.kind)).scalars().all()
    assert kinds.count("case.registered") == 1


def test_nothing_in_the_open_tells_why_a_case_is_urgent(office: Office) -> None:
    report = replace(
        REPORT, narrative="Cán bộ địa chính nhận hối lộ 50 triệu đồng để làm sổ đỏ.", facts=Facts()
    )
    case = office.house.file(report).case
    row = office.row(case)
    assert row.urgent
    assert "NB-04" in office.clocks(case)
    with reading(office.house.store) as work:
        events = (
            work.session.execute(select(CaseEvent).order_by(CaseEvent.position)).scalars().all()
        )
        signs = casefile.newest(work, case, Purpose.CASE_SIGNS)
    assert [event.kind for event in events] == ["case.filed", "urgent.found"]
    assert [json.loads(event.terms) for event in events][1] == {}
    assert signs["suspected"] is True


def test_reclassifying_opens_no_way_to_the_accused(office: Office) -> None:
    report = replace(
        REPORT, intent="phan_anh_tham_nhung", facts=Facts(organisation="Sở Y tế thành phố")
    )
    case = office.house.file(report).case
    registered(office, case)
    harmless = {"kind": "khieu_nai", "category": "service_quality", "risk": "low"}
    office.take(case, office.inspector, "case.classified", **harmless)
    with pytest.raises(BadInputs, match="accused"):
        office.take(case, office.inspector, "case.transferred", unit="so_y_te", **MOVE)


@pytest.mark.parametrize("step", ["case.merged", "case.joined", "files.added", "identity.given"])
def test_a_step_is_never_logged_without_its_act(office: Office, case: OpenCase, step: str) -> None:
    with pytest.raises(NotAllowed):
        office.take(case, office.inspector, step, into="nowhere", reason="x")
    assert office.row(case).state == "received"


def test_an_inspector_recuses_nobody_but_themselves(office: Office, case: OpenCase) -> None:
    for other in (office.head, office.colleague):
        with pytest.raises(BadInputs):
            office.take(
                case, office.inspector, "person.recused", assignee=other.hex, reason="Không rõ"
            )
    office.take(
        case,
        office.inspector,
        "person.recused",
        assignee=office.inspector.hex,
        reason="Là người thân",
    )
    with pytest.raises(NoSuchCase):
        registered(office, case)


def test_without_the_key_of_the_case_no_step_is_taken(office: Office, case: OpenCase) -> None:
    with pytest.raises(NoSuchCase):
        registered(office, OpenCase(case.id, new_secret_key()))


def test_who_is_recused_from_a_case_is_recused_from_the_one_it_is_joined_to(
    office: Office, case: OpenCase
) -> None:
    other = office.house.file(replace(REPORT, intent="phan_anh_tham_nhung", facts=Facts())).case
    office.take(
        other, office.head, "person.recused", assignee=office.colleague.hex, reason="Là người thân"
    )
    with office.acting() as acting:
        tracker.merge(acting, other, case, office.inspector, "Cùng nội dung")
    with pytest.raises(NoSuchCase):
        registered_by(office, case, office.colleague)


def registered_by(office: Office, case: OpenCase, who: UUID) -> None:
    office.take(case, who, "case.registered")


def test_the_police_have_no_part_in_a_case_and_nobody_hands_over_without_a_dossier(
    office: Office, case: OpenCase
) -> None:
    with office.acting() as acting:
        person = Person(
            "dau_moi", "Lê Văn Công", INVESTIGATORS, Role.POLICE_LIAISON, "mật khẩu dài!"
        )
        police = staffing.appoint(acting.work, person, office.house.key, TODAY)
    number = {"receipt_number": "1/TB", "decided_on": TODAY.isoformat()}
    with pytest.raises(NoSuchCase):
        office.take(case, police, "police.received", **number)
    signs = {"crimes": ["354"], "ground": ["settler_duty"]}
    office.take(case, office.inspector, "signs.confirmed", **signs)
    with pytest.raises(NotAllowed, match="only with its act"):
        office.take(
            case,
            office.head,
            "police.handed_over",
            crimes=["354"],
            template="tin_bao",
            ground=["settler_duty"],
            decision_number="1/CV",
            decided_on=TODAY.isoformat(),
        )
    with pytest.raises(NoSuchCase):
        office.take(case, police, "police.received", **number)
    assert office.row(case).police_state == "police_none"
