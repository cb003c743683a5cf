"""What somebody wrote, ticked or sent is neither lost nor filed twice nor filed with another's."""

import pytest
from flask import Flask
from sqlalchemy import select

from records.case import Case, CaseEvent, CaseFile
from records.work import Store, reading
from tests.journey.reporter import File, Page, Reporter

REPORT = {
    "intent": "phan_anh_tham_nhung",
    "category": "bribery",
    "story": "Cán bộ đòi hai triệu đồng mới nhận hồ sơ.",
}
TEXT = File("don.txt", "Đơn của tôi, không của ai khác".encode())


@pytest.fixture
def reporter(citizens: Flask) -> Reporter:
    return Reporter.of(citizens.test_client())


def cases(store: Store) -> dict[str, Case]:
    with reading(store) as work:
        return {str(row.id): row for row in work.session.execute(select(Case)).scalars()}


def short(reporter: Reporter, story: str, **more: str) -> Page:
    form = reporter.visit("/gui-nhanh").form_with("story")
    return reporter.send(form, {"story": story, **more})


def test_a_second_report_waits_until_the_first_code_is_kept_and_then_comes_back(
    reporter: Reporter, instance: Store
) -> None:
    before = len(cases(instance))
    reporter.walk(REPORT)
    code = reporter.press()
    reporter.walk(REPORT | {"story": "Việc thứ hai, khác hẳn việc trước."})
    page = reporter.send(reporter.page.form_to("/gui/kiem-tra"))
    assert "Phản ánh mới chưa được gửi" in page.text
    assert page.code == code
    assert len(cases(instance)) == before + 1
    page = reporter.send(page.form_with("group"), {"group": code.split("-")[2]})
    assert "Việc thứ hai" in page.text
    assert reporter.press() != code
    assert len(cases(instance)) == before + 2


def test_a_short_report_keeps_its_text_while_an_earlier_code_is_not_kept(
    reporter: Reporter, instance: Store
) -> None:
    reporter.walk(REPORT)
    reporter.press()
    before = len(cases(instance))
    page = short(reporter, "Lời kể không được mất")
    assert page.answer.status == 422
    assert dict(page.form_with("story").filled)["story"] == "Lời kể không được mất"
    assert len(cases(instance)) == before


def test_a_short_report_takes_nothing_of_a_longer_one_that_is_being_written(
    reporter: Reporter, instance: Store
) -> None:
    reporter.walk(REPORT, [TEXT])
    old = set(cases(instance))
    page = short(reporter, "Việc khác, không kèm tệp")
    (new,) = set(cases(instance)) - old
    with reading(instance) as work:
        files = list(work.session.execute(select(CaseFile)).scalars())
    assert new not in {str(file.case_id) for file in files}
    reporter.keep(page.code)
    assert "hai triệu đồng" in reporter.visit("/gui/kiem-tra").text
    assert "don.txt" in reporter.page.text


def test_the_same_short_form_sent_three_times_is_filed_once(
    reporter: Reporter, instance: Store
) -> None:
    before = len(cases(instance))
    form = reporter.visit("/gui-nhanh").form_with("story")
    codes = {reporter.send(form, {"story": "Bấm nhiều lần"}).code for _ in range(3)}
    assert len(codes) == 1
    assert len(cases(instance)) == before + 1


def test_a_stated_danger_stays_when_the_category_changes_to_an_everyday_one(
    reporter: Reporter, instance: Store
) -> None:
    reporter.walk(REPORT | {"intent": "phan_anh", "fear": "danger", "accused": "Ông A"})
    form = reporter.visit("/gui/linh-vuc?sua=1").form_with("category")
    page = reporter.send(form, {"category": "infrastructure"})
    assert "đang bị đe dọa" in page.text
    assert "Ông A" in page.text
    old = set(cases(instance))
    reporter.press()
    (new,) = set(cases(instance)) - old
    assert cases(instance)[new].urgent


@pytest.mark.parametrize(
    "typed", ["Thanh tra thành phố Huế", "THANH TRA THANH PHO", "phòng 2, Thanh tra Thành phố"]
)
def test_a_report_on_the_inspectorate_never_goes_there_even_if_the_name_is_typed(
    reporter: Reporter, instance: Store, typed: str
) -> None:
    old = set(cases(instance))
    short(reporter, "Cán bộ nhận phong bì", organisation=typed)
    (new,) = set(cases(instance)) - old
    assert cases(instance)[new].unit_code == "chu_tich_ubnd"


def test_one_bad_file_does_not_cost_those_after_it(reporter: Reporter) -> None:
    reporter.send(reporter.begin().form_with("intent"), {"intent": "khac"})
    form = next(form for form in reporter.visit("/gui/tep").forms if form.takes_files)
    files = [TEXT, File("x.exe", b"MZ\x90\0" + bytes(300)), File("ba.txt", b"Xin chao ba\n")]
    page = reporter.send(form, files=files)
    assert page.answer.status == 422
    assert "x.exe" in " ".join(page.errors)
    assert "don.txt" in page.text
    assert "ba.txt" in page.text


@pytest.fixture
def at_the_files(reporter: Reporter) -> Reporter:
    reporter.send(reporter.begin().form_with("intent"), {"intent": "khac"})
    reporter.visit("/gui/tep")
    return reporter


def test_files_chosen_but_not_sent_go_along_with_the_way_on(at_the_files: Reporter) -> None:
    page = at_the_files.send(at_the_files.page.form_to("/gui/tep/tiep"), files=[TEXT])
    assert page.answer.status == 200
    assert page.path != "/gui/tep"
    assert "don.txt" in at_the_files.visit("/gui/tep").text


def test_the_way_on_stops_at_a_file_that_is_refused(at_the_files: Reporter) -> None:
    bad = File("x.exe", b"MZ\x90\0" + bytes(300))
    page = at_the_files.send(at_the_files.page.form_to("/gui/tep/tiep"), files=[bad])
    assert page.answer.status == 422
    assert "x.exe" in " ".join(page.errors)
    page = at_the_files.send(page.form_to("/gui/tep/tiep"))
    assert page.answer.status == 200
    assert page.path != "/gui/tep"


@pytest.mark.parametrize(
    ("act", "steps"),
    [("loi-nhan", 1), ("bao-dong", 2)],  # an alarm asks for protection, too
)
def test_an_act_pressed_twice_in_the_mailbox_is_done_once(
    reporter: Reporter, instance: Store, act: str, steps: int
) -> None:
    reporter.open(reporter.file(REPORT))
    page = reporter.visit("/hop-thu/bao-dong") if act == "bao-dong" else reporter.page
    form = page.form_to(f"/hop-thu/{act}")
    with reading(instance) as work:
        before = len(list(work.session.execute(select(CaseEvent.id)).scalars()))
    for _ in range(3):
        reporter.send(form, {"text": "Bấm gửi ba lần"})
    with reading(instance) as work:
        assert len(list(work.session.execute(select(CaseEvent.id)).scalars())) == before + steps


def test_closing_the_mailbox_leaves_a_code_that_was_not_kept(reporter: Reporter) -> None:
    reporter.walk(REPORT)
    code = reporter.press()
    reporter.open(code)
    reporter.leave()
    assert reporter.visit("/bien-nhan").code == code


def test_the_last_check_strikes_through_what_staff_will_not_read(reporter: Reporter) -> None:
    named = {"disclosure": "confidential", "name": "Lê Thị Can Đảm", "contact": "0905 123 456"}
    story = "Tôi là LE THI CAN DAM, số 0905.123.456, kể lại việc cán bộ đòi hai triệu đồng."
    page = reporter.walk(REPORT | named | {"story": story})
    checked = page.answer.text
    assert "Tôi là <del>LE THI CAN DAM</del>, số <del>0905.123.456</del>, kể lại" in checked
    assert "Những chữ trùng với tên, số điện thoại, địa chỉ" in checked
    assert "<del>Lê Thị Can Đảm</del>" not in checked  # the identity itself is not covered
    assert len(reporter.press()) == len("xxxx-xxxx-xxxx-xxxx-xxxx-xxxx")


def test_the_last_check_strikes_nothing_through_for_who_gives_no_name(reporter: Reporter) -> None:
    page = reporter.walk(REPORT | {"story": "Tôi là LE THI CAN DAM, số 0905.123.456."})
    assert "<del>" not in page.answer.text
    assert "Những chữ trùng" not in page.answer.text
