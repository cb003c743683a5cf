"""Staff add files to a case: sealed on arrival, for colleagues only or for the reporter too."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import intake.app
from ledger.note import Signer
from records.held import HeldBlob
from records.work import Store, reading
from rules.book import Rules
from tests.cleaning.kit import jpeg
from tests.desk import case_kit
from tests.desk.acts_kit import Form, Unit, Worker, staffed
from tests.desk.case_kit import REPORT, page_of, words
from tests.journey.reporter import File, multipart
from tests.web.conftest import GENEROUS
from triage import attaching, mailbox
from triage.casefile import OpenCase
from triage.mailbox import Mailbox
from triage.submission import Facts
from vault.receipt import Receipt
from web import clock
from web.app import Parts

MINUTES = "Biên bản làm việc 12-10.txt"
TEXT = "Nội dung biên bản\n".encode()
Files = list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def unit(instance: Store, law: Rules, promise_key: Signer) -> Unit:
    site = GENEROUS.model_copy(update={"files_most": 3, "file_most_mib": 1})
    return staffed(Parts(instance, law, promise_key, site), "them")


@pytest.fixture
def case(unit: Unit) -> OpenCase:
    return unit.file(replace(REPORT, facts=Facts()))


def at(case: OpenCase) -> str:
    return f"{page_of(case.id)}/them-tep"


def form(worker: Worker, case: OpenCase) -> dict[str, str]:
    """Return what the fields of the form hold before anything is typed, in their order."""
    answer = worker.get(at(case))
    assert answer.status_code == 200
    held = Form(answer.text).values
    return {key: str(held[key]) for key in ("csrf_token", "once")}


def send(worker: Worker, case: OpenCase, fields: dict[str, str], files: Files) -> TestResponse:
    body = multipart(list(fields.items()), [File(*each) for each in files], "ranh-gioi")
    kind = "multipart/form-data; boundary=ranh-gioi"
    return worker.browser.post(at(case), data=body, content_type=kind)


def add(worker: Worker, case: OpenCase, files: Files, **typed: str) -> TestResponse:
    return send(worker, case, {**form(worker, case), **typed}, files)


def box(unit: Unit, case: OpenCase) -> Mailbox:
    return mailbox.look(unit.parts.store, unit.parts.rules, case, clock.today())


def on_hold(unit: Unit) -> int:
    with reading(unit.parts.store) as work:
        return work.session.execute(select(func.count()).select_from(HeldBlob)).scalar_one()


def test_a_file_of_staff_stands_in_the_case_with_who_added_it_and_what_it_is(
    unit: Unit, case: OpenCase
) -> None:
    assert at(case) in unit.inspector.get(page_of(case.id)).text
    answer = add(unit.inspector, case, [(MINUTES, TEXT)], text="Biên bản với bà C.")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{page_of(case.id)}?da_ghi=files.attached#tep"
    assert unit.events(case)[-1] == "files.attached"
    page = unit.colleague.get(page_of(case.id)).text
    file = page.partition('<ul class="files">')[2].partition("</ul>")[0]
    assert MINUTES in file
    assert "Nội bộ Cán bộ them_vien thêm: Biên bản với bà C." in words(file)
    told = words(page.partition('id="dien-bien"')[2])
    assert f"Tệp {MINUTES}" in told
    assert "Biên bản với bà C." in told
    href = next(part for part in file.split('"') if part.endswith("/xem/1")).removesuffix("/xem/1")
    assert unit.colleague.get(href).data == TEXT


def test_the_reporter_knows_nothing_of_a_file_that_is_not_for_them(
    unit: Unit, case: OpenCase
) -> None:
    before = box(unit, case)
    assert add(unit.inspector, case, [(MINUTES, TEXT)], text="Nội bộ").status_code == 303
    assert box(unit, case) == before


def test_the_reporter_finds_and_saves_a_file_that_is_for_them(unit: Unit) -> None:
    parts = unit.parts
    report = replace(REPORT, facts=Facts())
    admitted = case_kit.file(parts.store, parts.rules, parts.promise_key, report)
    case = admitted.case
    files = [("anh.jpg", jpeg()), (MINUTES, TEXT)]
    more = {"text": "Gửi người dân", "shown": "y", "keep_original": "y"}
    assert add(unit.head, case, files, **more).status_code == 303
    assert unit.events(case)[-1] == "files.shown"
    assert "Người gửi xem được" in words(unit.head.get(page_of(case.id)).text)
    assert [step.kind for step in box(unit, case).steps] == ["case.filed", "files.shown"]

    reporter = open_mailbox(parts, admitted.receipt)
    page = reporter.get("/hop-thu").text
    assert "Tệp cán bộ gửi" in page
    assert "them_truong" not in page
    assert "Gửi người dân" not in page
    sent = {each.name: each.id for each in box(unit, case).sent}
    assert set(sent) == {"anh.jpg", MINUTES}
    saved = reporter.get(f"/hop-thu/tep/{sent[MINUTES]}")
    assert saved.data == TEXT
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    head = unit.head.get(page_of(case.id)).text
    ids = {part.split("/tep/")[1][:36] for part in head.split('"') if "/tep/" in part}
    assert len(ids) == 3  # what is only text has no original
    for original in ids - {str(each) for each in sent.values()}:
        assert reporter.get(f"/hop-thu/tep/{original}").status_code == 404


def open_mailbox(parts: Parts, receipt: Receipt) -> FlaskClient:
    """Return the browser of the reporter, in their mailbox."""
    reporter = intake.app.create(parts).test_client()
    token = Form(reporter.get("/hop-thu").text).values["csrf_token"]
    data = {"csrf_token": token, "code": receipt.grouped}
    assert reporter.post("/hop-thu", data=data).status_code == 303
    return reporter


def test_nothing_is_added_without_a_file_or_without_saying_what_it_is(
    unit: Unit, case: OpenCase
) -> None:
    before, held = unit.events(case), on_hold(unit)
    answer = add(unit.inspector, case, [], text="Biên bản")
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert 'href="#files"' in answer.text
    assert Form(answer.text).values["text"] == "Biên bản"
    answer = add(unit.inspector, case, [(MINUTES, TEXT)], text=" ", shown="y")
    assert answer.status_code == 422
    assert 'href="#text"' in answer.text
    assert "Hãy chọn lại các tệp" in answer.text
    assert Form(answer.text).values["shown"] == ["y"]
    assert (unit.events(case), on_hold(unit)) == (before, held)


def test_one_bad_file_does_not_cost_the_others_and_is_named(unit: Unit, case: OpenCase) -> None:
    bad = [("xấu.exe", b"MZ\x90\0" * 99), ("lớn.txt", b"a" * 1_100_000)]
    answer = add(unit.inspector, case, [*bad, (MINUTES, TEXT)], text="Biên bản")
    assert answer.status_code == 422
    page = words(answer.text)
    assert "Đã lưu 1 tệp vào hồ sơ" in page
    assert "xấu.exe" in page
    assert "lớn.txt" in page
    assert unit.events(case).count("files.attached") == 1
    again = {**form(unit.inspector, case), "text": "Biên bản", "once": ""}
    again["once"] = str(Form(answer.text).values["once"])
    assert send(unit.inspector, case, again, [("tốt.txt", TEXT)]).status_code == 303
    assert unit.events(case).count("files.attached") == 2


def test_no_more_files_come_at_once_or_in_all_than_may(
    unit: Unit, case: OpenCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    four = [(f"{number}.txt", TEXT) for number in range(4)]
    answer = add(unit.inspector, case, four, text="Biên bản")
    assert answer.status_code == 422
    assert "Đã lưu 3 tệp vào hồ sơ" in words(answer.text)
    monkeypatch.setattr(attaching, "MOST_FILES", 3)
    held = on_hold(unit)
    answer = add(unit.inspector, case, four[:1], text="Biên bản")
    assert answer.status_code == 422
    assert "Hồ sơ đã có quá nhiều tệp." in words(answer.text)
    assert on_hold(unit) == held


def test_a_double_click_adds_files_once(unit: Unit, case: OpenCase) -> None:
    fields = {**form(unit.inspector, case), "text": "Biên bản"}
    held = on_hold(unit)
    answers = [send(unit.inspector, case, fields, [(MINUTES, TEXT)]) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert unit.events(case).count("files.attached") == 1
    assert on_hold(unit) == held


def test_what_happened_to_the_case_meanwhile_does_not_cost_the_files(
    unit: Unit, case: OpenCase
) -> None:
    fields = {**form(unit.inspector, case), "text": "Biên bản"}
    unit.colleague.take(case.id, "case.registered")
    assert send(unit.inspector, case, fields, [(MINUTES, TEXT)]).status_code == 303


def test_others_find_no_such_page_and_leave_nothing(unit: Unit, case: OpenCase) -> None:
    assert unit.elsewhere.get(at(case)).status_code == 404
    fields, held = form(unit.inspector, case), on_hold(unit)
    token = str(Form(unit.elsewhere.get("/").text).values["csrf_token"])
    stranger = {**fields, "csrf_token": token, "text": "Biên bản"}
    assert send(unit.elsewhere, case, stranger, [(MINUTES, TEXT)]).status_code == 404
    forged = {**fields, "csrf_token": "", "text": "Biên bản"}
    assert send(unit.inspector, case, forged, [(MINUTES, TEXT)]).status_code == 400
    assert on_hold(unit) == held


def test_whoever_loses_the_case_during_the_upload_adds_nothing(
    unit: Unit, case: OpenCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, held = {**form(unit.inspector, case), "text": "Biên bản"}, on_hold(unit)
    take = attaching.place

    def then_recused(*given: object) -> object:
        found = take(*given)  # type: ignore[arg-type]
        entered = {"assignee": unit.inspector.id.hex, "reason": "Người nhà"}
        unit.past(case, clock.today(), "person.recused", **entered)
        return found

    monkeypatch.setattr(attaching, "place", then_recused)
    assert send(unit.inspector, case, fields, [(MINUTES, TEXT)]).status_code == 404
    assert on_hold(unit) == held
    assert "files.attached" not in unit.events(case)
