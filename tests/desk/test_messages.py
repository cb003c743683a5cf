"""Letters and notes: one reaches the reporter, the other never does, and neither looks alike."""

from dataclasses import replace

import pytest

from ledger.note import Signer
from records.office import ReplyTemplate
from records.work import Store, writing
from rules.book import Rules
from tests.desk.acts_kit import Form, Unit, address, staffed
from tests.desk.case_kit import REPORT, page_of, words
from tests.web.conftest import GENEROUS
from triage import mailbox, replies
from triage.casefile import OpenCase
from triage.mailbox import Author
from triage.submission import Facts
from web import clock
from web.app import Parts

LETTER, NOTE = "message.sent", "note.added"


@pytest.fixture(scope="module")
def unit(instance: Store, law: Rules, promise_key: Signer) -> Unit:
    return staffed(Parts(instance, law, promise_key, GENEROUS), "thu")


@pytest.fixture
def case(unit: Unit) -> OpenCase:
    return unit.file(replace(REPORT, facts=Facts()))


def told(unit: Unit, case: OpenCase) -> list[str]:
    """Return what the reporter reads of the unit."""
    box = mailbox.look(unit.parts.store, unit.parts.rules, case, clock.today())
    return [each.text for each in box.messages if each.author is Author.STAFF]


def test_a_letter_is_shown_before_it_goes_and_then_reaches_the_reporter(
    unit: Unit, case: OpenCase
) -> None:
    text = "Xin ông, bà cho biết thêm\nngày xảy ra sự việc."
    sent = {**unit.inspector.form(case.id, LETTER).values, "text": text}
    preview = unit.inspector.send(case.id, LETTER, sent)
    assert preview.status_code == 200
    assert "Chưa gửi" in words(preview.text)
    assert text.splitlines()[1] in preview.text
    assert told(unit, case) == []
    sure = {**Form(preview.text).values, "confirmed": "1"}
    assert unit.inspector.send(case.id, LETTER, sure).status_code == 303
    assert told(unit, case) == [text]
    assert unit.events(case)[-1] == LETTER


def test_a_double_click_sends_one_letter(unit: Unit, case: OpenCase) -> None:
    sent = {**unit.inspector.form(case.id, LETTER).values, "text": "Một lần", "confirmed": "1"}
    answers = [unit.inspector.send(case.id, LETTER, sent) for _ in range(3)]
    assert {each.headers["Location"] for each in answers} == {answers[0].headers["Location"]}
    assert told(unit, case) == ["Một lần"]


def test_an_empty_letter_is_refused(unit: Unit, case: OpenCase) -> None:
    answer = unit.inspector.fill(case.id, LETTER, text="  ")
    assert answer.status_code == 422
    assert '<a href="#text">Thiếu: Nội dung.</a>' in answer.text


def test_a_note_says_that_the_reporter_cannot_read_it_and_they_cannot(
    unit: Unit, case: OpenCase
) -> None:
    page = unit.inspector.get(address(case.id, NOTE)).text
    assert "Ghi chú nội bộ: người gửi không đọc được." in page
    assert 'class="journey act inside"' in page
    assert 'class="journey act letter"' in unit.inspector.get(address(case.id, LETTER)).text
    unit.inspector.take(case.id, NOTE, text="Đã gọi cho chị H.")
    assert told(unit, case) == []
    box = mailbox.look(unit.parts.store, unit.parts.rules, case, clock.today())
    assert NOTE not in {each.kind for each in box.steps}
    read = words(unit.colleague.get(page_of(case.id)).text)
    assert "Nội bộ Cán bộ thu_vien" in read
    assert "Đã gọi cho chị H." in read


def test_a_reply_is_put_into_the_text_and_can_be_edited(unit: Unit, case: OpenCase) -> None:
    form = unit.inspector.form(case.id, LETTER)
    assert {"acknowledged.vi", "acknowledged.en"} <= set(form.options["reply"])
    picked = {**form.values, "text": "Chào ông, bà.", "reply": "acknowledged.vi", "insert": "1"}
    answer = unit.inspector.send(case.id, LETTER, picked)
    assert answer.status_code == 200
    text = Form(answer.text).values["text"]
    assert isinstance(text, str)
    assert text.startswith("Chào ông, bà.\n\nKính gửi ông/bà,")
    assert f"gửi ngày {clock.today():%d/%m/%Y}" in text.replace("\r\n", "\n")
    assert told(unit, case) == []


def test_what_is_still_to_be_filled_in_stops_a_letter(unit: Unit, case: OpenCase) -> None:
    form = unit.inspector.form(case.id, LETTER).values
    picked = {**form, "reply": "more_information.vi", "insert": "1"}
    text = Form(unit.inspector.send(case.id, LETTER, picked).text).values["text"]
    assert "{Nội dung cần bổ sung}" in text
    answer = unit.inspector.send(case.id, LETTER, {**form, "text": text})
    assert answer.status_code == 422
    assert "Còn chỗ chưa điền: {Nội dung cần bổ sung}." in words(answer.text)
    assert Form(answer.text).values["text"] == text


def test_the_office_has_texts_of_its_own_for_its_unit(unit: Unit, case: OpenCase) -> None:
    today = clock.today()
    rows = {"title": "Hẹn", "language": "vi", "changed_on": today}
    with writing(unit.parts.store) as work:
        ours = ReplyTemplate(unit_code="thanh_tra", text="Hẹn trước {ngày đến hạn}.", **rows)
        others = ReplyTemplate(unit_code="so_xay_dung", text="Khác", **rows)
        work.session.add_all([ours, others])
        work.session.flush()
        mine, theirs = ours.id.hex, others.id.hex
    form = unit.inspector.form(case.id, LETTER)
    assert mine in form.options["reply"]
    assert theirs not in form.options["reply"]
    answer = unit.inspector.send(case.id, LETTER, {**form.values, "reply": mine, "insert": "1"})
    assert "{" not in Form(answer.text).values["text"]


def test_a_placeholder_is_known_by_its_id_and_by_its_names(law: Rules) -> None:
    today = clock.today()
    values = {"due_on": {"vi": "01/12/2026", "en": "1 December 2026"}}
    text = "{due_on} {Ngày đến hạn} {due  DATE} {reason} {khác}"
    filled = replies.fill(law, text, values, "vi", today)
    assert filled == "01/12/2026 01/12/2026 01/12/2026 {Lý do} {khác}"
    assert replies.unfilled(law, filled, today) == ("{Lý do}",)


def test_a_notice_of_the_law_offers_the_same_texts(unit: Unit, case: OpenCase) -> None:
    unit.inspector.take(case.id, "case.registered")
    unit.inspector.take(
        case.id, "case.classified", kind="phan_anh_tham_nhung", category="bribery", risk="low"
    )
    assert "guidance.vi" not in unit.inspector.form(case.id, "case.guided").options["reply"]
    assert "answered.vi" in unit.inspector.form(case.id, "case.guided").options["reply"]
    unit.inspector.take(case.id, "case.guided", text="Xin đến Sở Xây dựng.", basis="TCD 26")
    assert told(unit, case) == ["Xin đến Sở Xây dựng."]


def test_a_forged_letter_is_not_sent(unit: Unit, case: OpenCase) -> None:
    sent = {**unit.inspector.form(case.id, LETTER).values, "text": "Giả", "confirmed": "1"}
    sent["csrf_token"] = "không phải"
    assert unit.inspector.send(case.id, LETTER, sent).status_code == 400
    assert told(unit, case) == []
