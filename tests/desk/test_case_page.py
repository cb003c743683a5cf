"""The page of a case: whole for those who may read it, not there for anybody else."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, select

import desk.app
from ledger.note import Signer
from records.clock import CaseRecusal
from records.office import CalendarDay
from records.staff import Role, Staff
from records.work import Store, writing
from rules.book import Rules
from tests.desk.case_kit import REPORT, Office, logged, untimed, words
from tests.desk.desk_kit import Colleague, at_work, employ
from triage import casepage, mailbox, tracker
from triage.standing import Tracker
from triage.submission import Disclosure, Facts, Identity
from web import clock
from web.app import Parts

XSS = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_trang", "thanh_tra", Role.INSPECTOR)


@pytest.fixture
def office(parts: Parts, lan: Colleague) -> Office:
    return Office(parts, at_work(desk.app.create(parts), parts.store, lan))


def test_whoever_works_at_the_unit_reads_the_case_whole(office: Office) -> None:
    answer = office.read(office.file().case)
    assert answer.status_code == 200
    page = words(answer.text)
    for told in (
        "Trần Văn A",
        "20 triệu đồng",
        "Bà C. ngồi cạnh",
        "Có lo ngại",
        "Chưa giao",
        "Tận mắt thấy",
        "Phường Thuận An",
        "Không có trong hệ thống",
        "Vì sao?",
        "Tiếp nhận",
        "người gửi",
    ):
        assert told in page, told
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_was_not_filled_in_does_not_show(office: Office) -> None:
    page = words(office.read(office.file(replace(REPORT, facts=Facts())).case).text)
    for name in ("Người bị phản ánh", "Tiền, tài sản", "Đất đai", "Chi tiết về nguy cơ"):
        assert name not in page, name


def test_the_title_of_the_window_tells_nothing_of_the_case(office: Office) -> None:
    page = office.read(office.file().case).text
    assert "Trần Văn A" not in page.partition("</title>")[0]


def test_text_made_to_do_harm_is_only_text(office: Office) -> None:
    facts = Facts(accused=XSS, organisation=XSS, when=XSS, money=XSS, land=XSS, known_note=XSS)
    filed = office.file(replace(REPORT, narrative=f"{REPORT.narrative} 1 < 2 {XSS}", facts=facts))
    parts = office.parts
    with writing(parts.store) as work:
        said = f"hai < ba {XSS}"
        mailbox.write(work, filed.case, said, parts.promise_key, clock.today())
    page = office.read(filed.case).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "hai &lt; ba" in page


def test_the_phrases_of_signs_are_marked(office: Office) -> None:
    page = office.read(office.file().case).text
    assert "<mark>" in page
    told = words(page)
    assert "Chỉ là gợi ý" in told
    assert "Điều 354" in told
    assert page.count("<mark>") == page.count("</mark>")


def test_a_clock_tells_of_a_day_off_that_was_entered_here(office: Office) -> None:
    case, today = office.file().case, clock.today()
    days = [today + timedelta(days=number) for number in range(1, 8)]
    with writing(office.parts.store) as work:
        by = work.session.scalars(select(Staff.id)).first()
        entered = {"off": True, "name": "Nghỉ lũ", "basis": "Công điện 1/CĐ-UBND"}
        entered |= {"entered_by": by, "entered_on": today}
        work.insert(CalendarDay, *({"day": day} | entered for day in days))
    try:
        answer = office.read(case)
    finally:
        with writing(office.parts.store) as work:
            work.session.execute(delete(CalendarDay).where(CalendarDay.day.in_(days)))
    assert answer.status_code == 200
    assert "Nghỉ lũ. (Công điện 1/CĐ-UBND)" in words(answer.text)


def test_reading_is_logged_once_a_day(office: Office) -> None:
    case = office.file().case
    before = logged(office.parts.store)
    for _ in range(3):
        assert office.read(case).status_code == 200
    assert logged(office.parts.store) == before + 1
    other = office.file().case
    before = logged(office.parts.store)
    office.read(other)
    assert logged(office.parts.store) == before + 1


@pytest.mark.parametrize(
    ("unit", "role"),
    [
        ("so_y_te", Role.INSPECTOR),
        ("so_y_te", Role.HEAD),
        ("thanh_tra", Role.SUPERVISOR),
        ("thanh_tra", Role.CUSTODIAN),
        ("thanh_tra", Role.ADMINISTRATOR),
        ("thanh_tra", Role.AUDITOR),
        ("cong_an", Role.POLICE_LIAISON),
    ],
)
def test_whoever_has_no_part_in_it_finds_no_case(
    office: Office, promise_key: Signer, unit: str, role: Role
) -> None:
    case, store = office.file().case, office.parts.store
    stranger = employ(store, promise_key, f"la_{role}_{unit}", unit, role)
    browser = at_work(desk.app.create(office.parts), store, stranger)
    before = logged(store)
    nothing = uuid4()
    there, nowhere = (browser.get(f"/ho-so/{each}") for each in (case.id, nothing))
    assert there.status_code == nowhere.status_code == 404
    assert untimed(there.text) == untimed(nowhere.text).replace(str(nothing), str(case.id))
    assert logged(store) == before


def test_whoever_is_recused_finds_no_case_either(office: Office, lan: Colleague) -> None:
    case, store = office.file().case, office.parts.store
    assert office.read(case).status_code == 200
    with writing(store) as work:
        row = CaseRecusal(case_id=case.id, staff_id=lan.id, since=clock.today())
        work.session.add(row)
    assert office.read(case).status_code == 404
    assert office.browser.get(f"/ho-so/{case.id}/giong").status_code == 404


def test_cases_on_the_same_matter_are_suggested_when_asked_for(office: Office) -> None:
    told = "Chiều thứ bảy xe tải chở đất chạy qua ngõ hẹp làm vỡ cống và bụi mù cả xóm"
    first = office.file(replace(REPORT, narrative=told)).case
    second = office.file(replace(REPORT, narrative=f"{told}, ai cũng khổ")).case
    other = office.file(replace(REPORT, narrative="Chó thả rông ở công viên cắn người đi bộ")).case
    before = logged(office.parts.store)
    page = office.browser.get(f"/ho-so/{second.id}/giong").text
    assert f"/ho-so/{first.id}" in page
    assert str(other.id) not in page
    assert "ngõ hẹp" in words(page)
    assert logged(office.parts.store) == before + 1


def test_nothing_alike_is_told_in_words(office: Office) -> None:
    case = office.file(replace(REPORT, narrative="Cây đa đầu làng bị chặt đêm qua mười giờ")).case
    assert "Không có hồ sơ nào" in words(office.browser.get(f"/ho-so/{case.id}/giong").text)


def test_notes_messages_and_steps_stand_on_the_page_and_look_different(
    office: Office, lan: Colleague
) -> None:
    case, parts, today = office.file().case, office.parts, clock.today()
    with writing(parts.store) as work:
        said = "Đơn đã được chuyển đến phòng chuyên môn."
        desk_of = Tracker(work, parts.rules, parts.promise_key, today)
        tracker.take(desk_of, case, lan.id, "message.sent", {"text": said})
        tracker.take(desk_of, case, lan.id, "note.added", {"text": "Đã gọi hai lần."})
        tracker.take(desk_of, case, lan.id, "case.registered", {})
    page = office.read(case).text
    note = page.partition('<div class="note">')[2].partition("</div>")[0]
    letter = page.partition('<div class="message mine">')[2].partition("</div>")[0]
    assert "Đã gọi hai lần." in note
    assert "Nội bộ" in note
    assert said in letter
    assert page.count("Đã gọi hai lần.") == 1
    told = words(page)
    assert "Vào sổ" in told
    assert "Căn cứ: khoản 1 Điều 24 Luật Tố cáo" in told
    assert told.index("Vào sổ", told.index("Diễn biến", 2000)) < told.rindex("Tiếp nhận")


def test_the_reader_of_a_case_asks_the_database_few_questions(
    office: Office, lan: Colleague, law: Rules
) -> None:
    parts, asked = office.parts, []
    case, person = office.file().case, lan.insider(parts.store)
    event.listen(parts.store.reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    casepage.look(parts.store, law, person, case.id, clock.today())
    assert len([each for each in asked if each.startswith("SELECT")]) <= 8


def test_cases_that_were_joined_lead_to_one_another(office: Office, lan: Colleague) -> None:
    one, two, parts = office.file().case, office.file().case, office.parts
    with writing(parts.store) as work:
        desk_of = Tracker(work, parts.rules, parts.promise_key, clock.today())
        tracker.merge(desk_of, one, two, lan.id, "Cùng một việc")
    there, here = office.read(two).text, office.read(one).text
    assert f'href="/ho-so/{one.id}"' in there
    assert f'href="/ho-so/{two.id}"' in here
    assert "Đã nhập vào" in words(here)
    assert "Đã nhập vào" not in words(there)
    assert one.key.hex() not in there


def test_an_identity_that_is_kept_shows_only_as_kept(office: Office) -> None:
    who = Identity(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm", "12 Lê Lợi", "0905 123 456")
    page = words(office.read(office.file(replace(REPORT, identity=who)).case).text)
    assert "đang được niêm phong" in page
    for secret in ("Can Đảm", "12 Lê Lợi", "0905"):
        assert secret not in page
