"""Two people at one case: nobody undoes or overtakes what they have not seen."""

from dataclasses import replace

import pytest

from ledger.note import Signer
from records.work import Store, writing
from rules.book import Rules
from tests.desk.acts_kit import Form, Unit, address, staffed
from tests.desk.case_kit import REPORT, words
from tests.web.conftest import GENEROUS
from triage import mailbox
from triage.casefile import OpenCase
from triage.submission import Facts
from web import clock
from web.app import Parts


@pytest.fixture(scope="module")
def unit(instance: Store, law: Rules, promise_key: Signer) -> Unit:
    return staffed(Parts(instance, law, promise_key, GENEROUS), "hai")


@pytest.fixture
def case(unit: Unit) -> OpenCase:
    return unit.file(replace(REPORT, facts=Facts()))


def test_whoever_comes_second_sees_what_happened_and_keeps_what_they_typed(
    unit: Unit, case: OpenCase
) -> None:
    typed = {**unit.inspector.form(case.id, "note.added").values, "text": "Ghi chú dài"}
    unit.colleague.take(case.id, "case.registered")
    answer = unit.inspector.send(case.id, "note.added", typed)
    assert answer.status_code == 409
    page = words(answer.text)
    assert "Hồ sơ đã thay đổi trong khi đang soạn" in page
    assert f"{clock.today():%d/%m/%Y}: Vào sổ (Cán bộ hai_ban)" in page
    again = Form(answer.text).values
    assert again["text"] == "Ghi chú dài"
    assert "note.added" not in unit.events(case)
    assert unit.inspector.send(case.id, "note.added", again).status_code == 303
    assert unit.events(case).count("note.added") == 1


def test_a_message_of_the_reporter_is_a_change_too(unit: Unit, case: OpenCase) -> None:
    typed = {**unit.inspector.form(case.id, "message.sent").values, "text": "Xin chờ"}
    preview = unit.inspector.send(case.id, "message.sent", typed)
    sure = {**Form(preview.text).values, "confirmed": "1"}
    with writing(unit.parts.store) as work:
        said = "Tôi bị đe dọa"
        key, today = unit.parts.promise_key, clock.today()
        mailbox.write(work, case, said, key, today)
    answer = unit.inspector.send(case.id, "message.sent", sure)
    assert answer.status_code == 409
    assert "Người gửi nhắn tin (người gửi)" in words(answer.text)
    assert Form(answer.text).values["text"] == "Xin chờ"
    assert "message.sent" not in unit.events(case)


def test_a_step_that_a_colleague_has_taken_is_not_taken_twice(unit: Unit, case: OpenCase) -> None:
    mine = unit.inspector.form(case.id, "case.registered").values
    unit.colleague.take(case.id, "case.registered")
    answer = unit.inspector.send(case.id, "case.registered", mine)
    assert answer.status_code == 409
    page = words(answer.text)
    assert "Vào sổ (Cán bộ hai_ban)" in page
    assert "Không thực hiện được khi hồ sơ ở trạng thái “Đã vào sổ”" in page
    again = unit.inspector.send(case.id, "case.registered", Form(answer.text).values)
    assert again.status_code == 409
    assert unit.events(case).count("case.registered") == 1


def test_a_double_click_is_done_once_and_leads_to_the_same_page(unit: Unit, case: OpenCase) -> None:
    sent = unit.inspector.form(case.id, "case.registered").values
    first, second = (unit.inspector.send(case.id, "case.registered", sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert unit.events(case).count("case.registered") == 1


def test_two_notes_with_the_same_words_are_two_notes(unit: Unit, case: OpenCase) -> None:
    for _ in range(2):
        unit.inspector.take(case.id, "note.added", text="Đã gọi, không nghe máy")
    assert unit.events(case).count("note.added") == 2


@pytest.mark.parametrize("position", ["", "không", "1e9"])
def test_a_form_without_the_event_it_was_made_on_is_no_form(
    unit: Unit, case: OpenCase, position: str
) -> None:
    sent = {**unit.inspector.form(case.id, "case.registered").values, "position": position}
    assert unit.inspector.send(case.id, "case.registered", sent).status_code == 400
    assert unit.inspector.get(address(case.id, "case.registered")).status_code == 200
