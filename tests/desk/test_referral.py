"""The request to protect as a head writes it, and what of it the officers and others get."""

import subprocess
import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ledger.note import Signer
from papers.manifest import Manifest
from papers.package import MANIFEST, SIGNATURE
from records.dossier import Dossier
from records.errors import FolderUnusable
from records.held import HeldBlob
from records.settings import Settings
from records.staff import Role
from records.work import Store, reading, writing
from rules.book import Rules
from tests.cleaning.kit import jpeg
from tests.desk.acts_kit import Fields, Form, Unit, Worker, staffed
from tests.desk.case_kit import REPORT, file, page_of, stored, words
from tests.desk.desk_kit import Colleague, employ
from tests.web.conftest import GENEROUS
from triage import admission, certificate, dossiers, escalation, mailbox, protection
from triage.casefile import OpenCase
from triage.dossiers import DossierPage
from triage.inputs import Fault
from triage.submission import Disclosure, Identity, StoredFile
from web import clock
from web.app import Parts

NAME, PHONE = "Tôn Nữ Kín Đáo", "0912 345 678"
STORY = "Cán bộ địa chính đòi phong bì"
WORDS = f"Họ chặn xe tôi ở đầu ngõ, gọi vào số {PHONE} dọa đánh."
REPORTED = replace(
    REPORT, narrative=STORY, identity=Identity(Disclosure.CONFIDENTIAL, NAME, "77 kiệt Kín", "")
)
AGE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
RISK = {"likelihood": "likely", "severity": "grave", "protected": ["denouncer", "spouse"]}


@pytest.fixture(scope="module")
def parts(instance: Store, law: Rules, promise_key: Signer, founded: Settings) -> Parts:
    return Parts(instance, law, promise_key, GENEROUS, founded.keys)


@pytest.fixture(scope="module")
def unit(parts: Parts) -> Unit:
    return staffed(parts, "de_nghi")


@pytest.fixture(scope="module")
def officer(parts: Parts) -> Colleague:
    login, role = "de_nghi_bao_ve", Role.PROTECTION_OFFICER
    return employ(parts.store, parts.promise_key, login, "thanh_tra", role)


@dataclass(frozen=True)
class Alarmed:
    """A case whose reporter called for help, with a picture."""

    case: OpenCase
    file: StoredFile


@pytest.fixture
def alarmed(unit: Unit, officer: Colleague) -> Alarmed:  # noqa: ARG001  (somebody must be there)
    here, case = unit.parts, admission.new_case()
    files = stored(here.store, case, "anh cua Kin Dao.jpg", jpeg(), keep_original=True)
    report = replace(REPORTED, files=files)
    file(here.store, here.rules, here.promise_key, report, case=case)
    with writing(here.store) as work:
        mailbox.raise_alarm(
            work, here.rules, case, ("threat",), WORDS, here.promise_key, clock.today()
        )
    return Alarmed(case, next(each for each in files if each.original_of is None))


def at(alarmed: Alarmed) -> str:
    return f"{page_of(alarmed.case.id)}/de-nghi-bao-ve"


def filled(worker: Worker, alarmed: Alarmed, **more: str | list[str]) -> Fields:
    values = Form(worker.get(at(alarmed)).text).values
    asked = {"goods": ["life"], "text": "Bảo vệ tại nơi ở, đến khi có kết luận"}
    return {**values, **asked, **more}


def send(worker: Worker, alarmed: Alarmed, values: Fields) -> TestResponse:
    return worker.browser.post(at(alarmed), data=values)


def confirmed(review: TestResponse) -> Fields:
    assert review.status_code == 200
    assert "Chưa gửi" in words(review.text)
    return {**Form(review.text).values, "confirmed": "1"}


def refer(worker: Worker, alarmed: Alarmed, **more: str | list[str]) -> str:
    review = send(worker, alarmed, filled(worker, alarmed, **more))
    answer = send(worker, alarmed, confirmed(review))
    assert answer.status_code == 303, words(answer.text)
    return answer.headers["Location"]


def with_file(alarmed: Alarmed) -> Fields:
    return {f"{each}_{alarmed.file.id.hex}": "y" for each in ("file", "seen")}


def received(unit: Unit, officer: Colleague, alarmed: Alarmed) -> DossierPage:
    store = unit.parts.store
    with reading(store) as work:
        asked = select(Dossier.id).where(Dossier.case_id == alarmed.case.id)
        dossier_id = work.session.execute(asked).scalar_one()
    person = officer.insider(store)
    return dossiers.opened(store, unit.parts.rules, person, dossier_id, clock.today())


def count(unit: Unit, table: type[Dossier | HeldBlob]) -> int:
    with reading(unit.parts.store) as work:
        return work.session.execute(select(func.count()).select_from(table)).scalar_one()


def test_officers_get_what_protection_needs_and_no_more(
    unit: Unit, officer: Colleague, alarmed: Alarmed
) -> None:
    review_on = (clock.today() + timedelta(days=3)).isoformat()
    unit.inspector.take(alarmed.case.id, protection.ASSESSED, **RISK, review_on=review_on)
    assert at(alarmed) in unit.head.get(f"{page_of(alarmed.case.id)}/bao-ve").text
    form = Form(unit.head.get(at(alarmed)).text).values
    assert form["forms"] == ["threat"]
    assert form["strike"] == [f"summary:{PHONE}"]

    to = refer(unit.head, alarmed, **with_file(alarmed))
    assert unit.events(alarmed.case)[-1] == "protection.referred"
    got = received(unit, officer, alarmed)
    assert got.text is not None
    assert got.text.asked == "Bảo vệ tại nơi ở, đến khi có kết luận"
    assert got.text.summary == WORDS.replace(PHONE, "[đã gạch bỏ]")
    assert (got.text.forms, got.text.goods) == (("threat",), ("life",))
    assert got.text.risk is not None
    assert (got.text.risk.level, got.text.risk.protected) == ("high", ("denouncer", "spouse"))
    assert [each.name for each in got.evidence] == ["tai-lieu-01.jpg"]
    assert got.documents == ()
    everything = repr(got)
    for planted in (NAME, "Kin Dao", PHONE, "77 kiệt", STORY):
        assert planted not in everything
    assert count(unit, HeldBlob) == 0

    done = words(unit.head.get(to).text)
    assert "Đã chuyển hồ sơ" in done
    assert "Viện kiểm sát" not in done
    assert "Nguy cơ cao" in done
    shown = unit.inspector.get(f"{page_of(alarmed.case.id)}/bao-ve").text
    assert to.partition("?")[0] in shown
    assert at(alarmed) not in shown


def test_the_plain_form_of_the_step_leads_nowhere(unit: Unit, alarmed: Alarmed) -> None:
    for worker in (unit.head, unit.inspector):
        page = worker.get(f"{page_of(alarmed.case.id)}/buoc/protection.referred")
        assert page.status_code == 404
    for worker in (unit.inspector, unit.elsewhere):
        assert worker.get(at(alarmed)).status_code == 404
    assert at(alarmed) not in unit.inspector.get(page_of(alarmed.case.id)).text


def test_nothing_typed_is_lost_and_every_fault_is_told(unit: Unit, alarmed: Alarmed) -> None:
    before = unit.events(alarmed.case)
    wrong: Fields = {
        "title": " ",
        "summary": "",
        "text": "",
        "goods": [],
        "to": "outside",
        "body": "",
        "recipient": "AGE-SECRET-KEY-1QQQ",
        f"file_{alarmed.file.id.hex}": "y",
    }
    for more in ({}, {"confirmed": "1"}):
        answer = send(unit.head, alarmed, {**filled(unit.head, alarmed), **wrong, **more})
        assert answer.status_code == 422
        text = words(answer.text)
        for told in (
            "Hãy ghi trích yếu",
            "Hãy nêu tình hình, nguy cơ",
            "Hãy chọn điều cần bảo vệ",
            "Thiếu: Nội dung",
            "Hãy mở xem tệp này rồi xác nhận",
            "Hãy ghi tên cơ quan nhận",
            "Đây là khóa bí mật",
        ):
            assert told in text, told
        assert Form(answer.text).values[f"file_{alarmed.file.id.hex}"]
    kept = send(unit.head, alarmed, filled(unit.head, alarmed, text="Lời đã gõ", goods=[]))
    assert kept.status_code == 422
    assert Form(kept.text).values["text"] == "Lời đã gõ"
    assert unit.events(alarmed.case) == before


def test_what_looks_personal_is_struck_out_or_kept_and_confirmed(
    unit: Unit, officer: Colleague, alarmed: Alarmed
) -> None:
    struck = send(unit.head, alarmed, filled(unit.head, alarmed, strike_now="1"))
    assert struck.status_code == 200
    assert PHONE not in struck.text
    left = send(unit.head, alarmed, filled(unit.head, alarmed, strike=[]))
    assert left.status_code == 422
    assert "Hãy xác nhận các chỗ để lại" in words(left.text)
    values = {**Form(left.text).values, "kept_confirmed": "y", "text": "Gọi 0987 654 321"}
    again = send(unit.head, alarmed, values)
    assert "chưa được xem" in words(again.text)
    values = {**Form(again.text).values, "kept_confirmed": "y"}
    review = send(unit.head, alarmed, values)
    edited = send(unit.head, alarmed, {**Form(review.text).values, "edit": "1"})
    assert "0987 654 321" not in Form(edited.text).values["text"]
    assert send(unit.head, alarmed, confirmed(review)).status_code == 303
    got = received(unit, officer, alarmed)
    assert got.text is not None
    assert PHONE in got.text.summary
    assert got.text.asked == "Gọi [đã gạch bỏ]"


def test_a_text_that_goes_along_is_looked_through(
    unit: Unit,
    officer: Colleague,  # noqa: ARG001  (somebody must be there)
) -> None:
    here, case = unit.parts, admission.new_case()
    files = stored(here.store, case, "tin nhan.txt", b"Goi 0912 345 678 ngay")
    report = replace(REPORTED, files=files)
    file(here.store, here.rules, here.promise_key, report, case=case)
    with writing(here.store) as work:
        mailbox.raise_alarm(
            work, here.rules, case, ("threat",), "Họ dọa", here.promise_key, clock.today()
        )
    alarmed = Alarmed(case, files[0])
    values = filled(unit.head, alarmed, **with_file(alarmed))
    refused = send(unit.head, alarmed, values)
    assert refused.status_code == 422
    assert "Trong tệp có chỗ cần xem: số điện thoại." in words(refused.text)
    left = {f"left_{files[0].id.hex}": "y"}
    review = send(unit.head, alarmed, {**Form(refused.text).values, **left})
    assert send(unit.head, alarmed, confirmed(review)).status_code == 303


def test_a_report_that_asks_for_protection_says_itself_what_is_feared(unit: Unit) -> None:
    asked = unit.file(replace(REPORTED, intent="tra_thu", narrative=WORDS))
    page = unit.head.get(f"{page_of(asked.id)}/de-nghi-bao-ve")
    assert Form(page.text).values["summary"] == WORDS


def test_a_later_request_says_whose_place_it_takes(
    unit: Unit, officer: Colleague, alarmed: Alarmed
) -> None:
    assert "Đã đề nghị ngày" not in words(unit.head.get(at(alarmed)).text)
    refer(unit.head, alarmed)
    first = received(unit, officer, alarmed)
    assert first.is_current
    assert "Đã đề nghị ngày" in words(unit.head.get(at(alarmed)).text)
    refer(unit.head, alarmed, text="Xin bảo vệ cả nơi làm việc")
    store, person = unit.parts.store, officer.insider(unit.parts.store)
    again = dossiers.opened(store, unit.parts.rules, person, first.dossier.id, clock.today())
    assert not again.is_current
    assert again.steps == ()


def test_a_request_sent_twice_is_made_once(unit: Unit, alarmed: Alarmed) -> None:
    values = confirmed(send(unit.head, alarmed, filled(unit.head, alarmed)))
    to = {send(unit.head, alarmed, values).headers["Location"] for _ in range(2)}
    assert len(to) == 1
    assert unit.events(alarmed.case).count("protection.referred") == 1


def test_a_case_that_has_moved_on_is_shown_before_anything_is_sent(
    unit: Unit, officer: Colleague, alarmed: Alarmed
) -> None:
    values = confirmed(send(unit.head, alarmed, filled(unit.head, alarmed)))
    unit.inspector.take(alarmed.case.id, "note.added", text="Vừa có tình tiết mới")
    moved = send(unit.head, alarmed, values)
    assert moved.status_code == 409
    assert "Hồ sơ đã thay đổi trong khi đang soạn" in words(moved.text)
    again = Form(moved.text).values
    assert again["text"] == values["text"]
    assert send(unit.head, alarmed, confirmed(send(unit.head, alarmed, again))).status_code == 303
    assert received(unit, officer, alarmed).text is not None


def test_without_a_request_there_is_nothing_to_refer(unit: Unit) -> None:
    case = unit.file()
    alarmless = f"{page_of(case.id)}/de-nghi-bao-ve"
    page = unit.head.get(alarmless)
    assert "Chưa đề nghị được lúc này" in words(page.text)
    values = {**Form(page.text).values, "goods": ["life"], "text": "x", "summary": "x"}
    answer = unit.head.browser.post(alarmless, data={**values, "confirmed": "1"})
    assert answer.status_code == 409
    assert unit.events(case)[-1] != "protection.referred"


@pytest.mark.usefixtures("_age")
def test_a_body_outside_gets_a_letter_in_a_signed_and_encrypted_package(
    unit: Unit, alarmed: Alarmed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nobody = Fault("circle", "Chưa có ai", "Nobody")
    monkeypatch.setattr(escalation, "kept_away", lambda *_args: iter([nobody]))
    form = Form(unit.head.get(at(alarmed)).text).values
    assert form["to"] == "outside"
    inside = send(unit.head, alarmed, filled(unit.head, alarmed, to="circle"))
    assert inside.status_code == 422
    assert "Chưa có ai" in words(inside.text)
    monkeypatch.undo()

    key = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
    identity = tmp_path / "key"
    identity.write_text(key.stdout)
    recipient = next(line.split()[-1] for line in key.stdout.splitlines() if "public key" in line)
    outside: Fields = {
        "to": "outside",
        "body": "Công an tỉnh Quảng Trị",
        "recipient": recipient,
        **with_file(alarmed),
    }
    to = refer(unit.head, alarmed, **outside)
    page = unit.head.get(to).text
    token = {"csrf_token": str(Form(page).values["csrf_token"])}
    sent = unit.head.browser.post(f"{to.partition('?')[0]}/goi", data=token)
    assert sent.status_code == 200
    opened = subprocess.run(
        ["age", "-d", "-i", str(identity)], input=sent.data, capture_output=True, check=True
    )
    with zipfile.ZipFile(BytesIO(opened.stdout)) as package:
        names = set(package.namelist())
        letter = package.read("01-de-nghi-bao-ve.pdf")
        manifest = Manifest.from_bytes(package.read(MANIFEST))
    assert names == {MANIFEST, SIGNATURE, "01-de-nghi-bao-ve.pdf", "tai-lieu-01.jpg"}
    assert {each.name for each in manifest.files} == names - {MANIFEST, SIGNATURE}
    with pypdfium2.PdfDocument(letter) as pdf:
        said = "".join(each.get_textpage().get_text_range() for each in pdf)
    said = " ".join(said.split())
    assert "Công an tỉnh Quảng Trị" in said
    assert "Họ chặn xe tôi" in said
    assert "khoản 3 Điều 50" in said
    for planted in (NAME, PHONE, STORY):
        assert planted not in said


def test_an_instance_that_cannot_sign_says_so_and_still_asks_the_officers(
    unit: Unit, officer: Colleague, alarmed: Alarmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unusable(*_args: object) -> None:
        raise FolderUnusable("no keys here")

    monkeypatch.setattr(certificate, "own", unusable)
    outside: Fields = {"to": "outside", "body": "Công an tỉnh", "recipient": AGE}
    review = send(unit.head, alarmed, filled(unit.head, alarmed, **outside))
    refused = send(unit.head, alarmed, confirmed(review))
    assert refused.status_code == 409
    assert "không có khóa ký số" in words(refused.text)
    assert count(unit, HeldBlob) == 0
    refer(unit.head, alarmed)
    assert received(unit, officer, alarmed).text is not None
