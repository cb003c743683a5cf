"""The hand-over to the police as a head does it, and what is in the bytes that leave the unit."""

import io
import re
import subprocess
import zipfile
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ledger.note import Signer
from papers import signature
from papers.manifest import Manifest
from papers.package import MANIFEST, SIGNATURE
from records.dossier import Dossier
from records.held import HeldBlob
from records.settings import Settings
from records.staff import Role
from records.work import Store, reading, writing
from rules.book import Rules
from tests.cleaning.kit import everything_in, jpeg
from tests.desk.acts_kit import Fields, Form, Unit, Worker, staffed
from tests.desk.case_kit import REPORT, file, logged, page_of, stored, words
from tests.desk.desk_kit import Colleague, employ
from tests.papers.test_signature import checks
from tests.web.conftest import GENEROUS
from triage import admission, certificate, dossiers, escalation, evidence, handover_papers, mailbox
from triage.casefile import OpenCase
from triage.dossiers import DossierPage
from triage.inputs import Fault
from triage.submission import Disclosure, Facts, Identity, StoredFile, Submission
from web import clock
from web.app import Parts

NAME, PHONE, STREET = "Tôn Nữ Kín Đáo", "0905 111 222", "77 kiệt Không Ai Biết"
PHOTO_NAME, SCAN_NAME = "anh cua Ton Nu Kin Dao.jpg", "don cua Kin Dao.pdf"
HIDDEN = "MáyẢnhCủaKínĐáo"
OTHER_PHONE = "0912 345 678"
NARRATIVE = (
    f"Tôi tên là {NAME}, ở {STREET}, điện thoại {PHONE}. Cán bộ Trần Văn A đòi phong bì 20 triệu "
    f"đồng mới ký hồ sơ đất. Gọi lại cho em tôi số {OTHER_PHONE} sau giờ làm."
)
REPORTED: Submission = replace(
    REPORT,
    narrative=NARRATIVE,
    facts=Facts(
        subject="land_registration_office",
        accused="Trần Văn A",
        when="sáng 12/10/2026",
        money="20 triệu đồng",
        known_note="Chị dâu tôi làm cùng phòng",
        fear_note="Họ biết nhà tôi",
    ),
    identity=Identity(Disclosure.CONFIDENTIAL, NAME, STREET, PHONE),
)
#: Nothing that leaves the unit may hold a word of these, in whatever spelling.
PLANTED = (
    NAME,
    "Kín Đáo",
    "Kin Dao",
    PHONE,
    "0905111222",
    "Không Ai Biết",
    HIDDEN,
    "Chị dâu tôi",
    OTHER_PHONE,
    "0912345678",
    "Họ biết nhà",
    "anh cua",
    "PLANTED",
)
GROUND, CRIME = "before_conclusion", "354"


def scan() -> bytes:
    """Return a PDF file that names its author in both of its places."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = HIDDEN
        with pdf.open_metadata() as meta:
            meta["dc:creator"] = [HIDDEN]
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


@pytest.fixture(scope="module")
def parts(instance: Store, law: Rules, promise_key: Signer, founded: Settings) -> Parts:
    return Parts(instance, law, promise_key, GENEROUS, founded.keys)


@pytest.fixture(scope="module")
def unit(parts: Parts) -> Unit:
    return staffed(parts, "giao")


@pytest.fixture(scope="module")
def police(parts: Parts) -> Colleague:
    employ(parts.store, parts.promise_key, "giao_vks", "thanh_tra", Role.PROCURACY_LIAISON)
    return employ(parts.store, parts.promise_key, "giao_ca", "thanh_tra", Role.POLICE_LIAISON)


@dataclass(frozen=True)
class Filed:
    """A report whose signs were confirmed, with a photo and a scan."""

    case: OpenCase
    files: tuple[StoredFile, ...]


def filed(unit: Unit, *, confirmed: bool = True) -> Filed:
    here = unit.parts
    case = admission.new_case()
    photo = stored(here.store, case, PHOTO_NAME, jpeg(), keep_original=True)
    scanned = stored(here.store, case, SCAN_NAME, scan(), keep_original=True)
    report = replace(REPORTED, files=(*photo, *scanned))
    file(here.store, here.rules, here.promise_key, report, case=case)
    if confirmed:
        unit.head.take(case.id, "signs.confirmed", crimes=[CRIME], ground=[GROUND])
    return Filed(case, tuple(each for each in report.files if each.original_of is None))


@pytest.fixture
def ready(unit: Unit, police: Colleague) -> Filed:  # noqa: ARG001  (somebody must be there)
    return filed(unit)


def at(case: OpenCase, further: str = "") -> str:
    return f"{page_of(case.id)}/chuyen-cong-an{further}"


def filled(worker: Worker, ready: Filed, **more: str | list[str]) -> Fields:
    """Return the form as a careful head fills it in."""
    values = Form(worker.get(at(ready.case)).text).values
    for each in ready.files:
        values[f"file_{each.id.hex}"] = values[f"seen_{each.id.hex}"] = "y"
    return {
        **values,
        "template": "tin_bao",
        "decision_number": "125/TTTP-NV",
        "decided_on": clock.today().isoformat(),
        "summary": "Cán bộ bộ phận một cửa đòi tiền để ký hồ sơ đất.",
        f"reason_{CRIME}": "Đòi 20 triệu đồng để ký hồ sơ.",
        "review": "1",
        **more,
    }


def sent(worker: Worker, ready: Filed, **more: str | list[str]) -> TestResponse:
    return worker.browser.post(at(ready.case), data=filled(worker, ready, **more))


def confirm(worker: Worker, ready: Filed) -> TestResponse:
    review = worker.get(at(ready.case, "/xem-lai"))
    assert review.status_code == 200, words(review.text)
    values = Form(review.text).values
    return worker.browser.post(at(ready.case, "/chuyen"), data=values)


def handed_over(worker: Worker, ready: Filed, **more: str | list[str]) -> str:
    answer = sent(worker, ready, **more)
    assert answer.status_code == 303, words(answer.text)
    answer = confirm(worker, ready)
    assert answer.status_code == 303, words(answer.text)
    return answer.headers["Location"]


def received(unit: Unit, police: Colleague, ready: Filed) -> DossierPage:
    """Return the newest dossier of a case as the police open it."""
    store = unit.parts.store
    with reading(store) as work:
        asked = (
            select(Dossier.id)
            .where(Dossier.case_id == ready.case.id)
            .order_by(Dossier.number.desc())
        )
        dossier_id = work.session.scalars(asked).first()
    assert dossier_id is not None
    person = police.insider(store)
    return dossiers.opened(store, unit.parts.rules, person, dossier_id, clock.today())


def contents(unit: Unit, page: DossierPage) -> dict[str, bytes]:
    return {
        each.name: b"".join(evidence.read(unit.parts.store, page.dossier.sealed, each))
        for each in (*page.documents, *page.evidence)
    }


def readable(name: str, content: bytes) -> str:
    """Return all that somebody can get out of a file: its bytes, unpacked, and its text."""
    text = everything_in(content).decode("utf-8", "replace")
    text += content.decode("utf-16-be", "replace") + content.decode("utf-16-le", "replace")
    if name.endswith(".pdf"):
        with pypdfium2.PdfDocument(content) as pdf:
            text += " ".join(each.get_textpage().get_text_range() for each in pdf)
            text += str(pdf.get_metadata_dict())
    return text


def test_a_case_is_handed_over_and_the_police_read_it_at_once(
    unit: Unit, police: Colleague, ready: Filed, founded: Settings, tmp_path: Path
) -> None:
    page = unit.head.get(page_of(ready.case.id)).text
    assert at(ready.case) in page  # the offer leads to this page
    shown = unit.head.get(at(ready.case)).text
    assert NAME not in shown
    assert "[đã che danh tính]" in shown
    to = handed_over(unit.head, ready)
    done = words(unit.head.get(to).text)
    assert "Đã chuyển hồ sơ" in done
    assert "125/TTTP-NV" in done

    got = received(unit, police, ready)
    files = contents(unit, got)
    assert [each.name for each in got.evidence] == ["tai-lieu-01.jpg", "tai-lieu-02.pdf"] or [
        each.name for each in got.evidence
    ] == ["tai-lieu-01.pdf", "tai-lieu-02.jpg"]
    manifest = Manifest.from_bytes(files[MANIFEST])
    assert {each.name: each.sha256 for each in manifest.files} == {
        name: sha256(content).hexdigest()
        for name, content in files.items()
        if name not in {MANIFEST, SIGNATURE}
    }
    assert manifest.dossier == got.dossier.id.hex[:8]
    own = certificate.own(unit.parts.store, founded.keys, clock.today())
    today = clock.today().isoformat()
    assert checks(tmp_path, files[MANIFEST], files[SIGNATURE], own.certificate, today)

    # The case goes on, and its page tells of the dossier.
    page = words(unit.head.get(page_of(ready.case.id)).text)
    assert "Hồ sơ đã chuyển" in page
    assert unit.events(ready.case)[-1] == "police.handed_over"
    with reading(unit.parts.store) as work:
        assert work.session.execute(select(func.count()).select_from(HeldBlob)).scalar_one() == 0


def test_the_bytes_that_leave_the_unit_tell_nothing_of_who_reported(
    unit: Unit, police: Colleague, ready: Filed
) -> None:
    handed_over(unit.head, ready)
    got = received(unit, police, ready)
    files = contents(unit, got)
    assert len(files) == 5 + 2 + 2
    for name, content in files.items():
        text = readable(name, content)
        assert not [each for each in PLANTED if each in text], name
    said = repr(got)
    assert not [each for each in PLANTED if each in said]
    letter = readable("x.pdf", files["02-don-da-luoc-bo-danh-tinh.pdf"])
    assert "đã gạch bỏ" in " ".join(letter.split())  # the telephone number of somebody else


def test_what_a_head_typed_is_not_lost_and_every_fault_is_told(unit: Unit, ready: Filed) -> None:
    photo = ready.files[0]
    answer = sent(
        unit.head,
        ready,
        template="kien_nghi_khoi_to",
        summary="Tóm tắt đã gõ",
        decision_number="",
        decided_on="31/02/2026",
        phoned_on="hôm qua",
        title="",
        ground=[],
        to="outside",
        body="",
        recipient="AGE-SECRET-KEY-1QQQ",
        **{f"reason_{CRIME}": "", f"seen_{photo.id.hex}": []},
    )
    assert answer.status_code == 422
    text = words(answer.text)
    for told in (
        "Hãy ghi trích yếu",
        "Thiếu: Số",
        "Thiếu: Căn cứ chuyển",
        "Ngày không đúng",
        "Ngày báo qua điện thoại không đúng",
        "Hãy nêu căn cứ cho thấy dấu hiệu theo Điều 354",
        "Hãy mở xem tệp này rồi xác nhận",
        "Hồ sơ theo mẫu này phải có: Quyết định thanh tra",
        "Hãy ghi tên cơ quan nhận",
        "Đây là khóa bí mật",
    ):
        assert told in text, told
    assert "Tóm tắt đã gõ" in text
    again = Form(unit.head.get(at(ready.case)).text).values
    assert again["summary"] == "Tóm tắt đã gõ"
    assert again[f"file_{photo.id.hex}"]
    assert unit.events(ready.case)[-1] == "signs.confirmed"
    assert unit.head.get(at(ready.case, "/xem-lai")).status_code == 422  # nothing to look at yet
    assert unit.head.get(at(ready.case, "/van-ban/1")).status_code == 303
    token = {"csrf_token": str(again["csrf_token"])}
    assert unit.head.browser.post(at(ready.case, "/huy"), data=token).status_code == 303
    assert Form(unit.head.get(at(ready.case)).text).values["summary"] == ""


def test_what_looks_personal_is_struck_out_unless_somebody_keeps_and_confirms_it(
    unit: Unit, police: Colleague, ready: Filed
) -> None:
    form = Form(unit.head.get(at(ready.case)).text)
    assert form.values["strike"] == [f"story:{OTHER_PHONE}"]
    kept = sent(unit.head, ready, strike=[])
    assert kept.status_code == 422
    assert "Hãy xác nhận các chỗ để lại" in words(kept.text)
    assert "strike" not in Form(kept.text).values  # not ticked again
    typed = sent(unit.head, ready, strike=[], summary="Số của nó là 0987 654 321.")
    assert "0987 654 321" in words(typed.text)
    assert "chưa được xem" in words(typed.text)
    handed_over(unit.head, ready, strike=[], kept_confirmed="y")
    got = received(unit, police, ready)
    assert got.text is not None
    assert OTHER_PHONE in got.text.petition
    assert NAME not in got.text.petition


def test_an_identity_given_after_a_hand_over_warns_the_unit_of_what_had_left_by_then(
    unit: Unit, ready: Filed
) -> None:
    here, warning = unit.parts, "nội dung đã chuyển có thể còn chữ trùng với danh tính đó"
    who = Identity(Disclosure.CONFIDENTIAL, "Trần Văn Kể", "", "")
    with writing(here.store) as work:
        mailbox.disclose(work, ready.case, who, here.promise_key, clock.today())
    handed_over(unit.head, ready)
    assert warning not in words(unit.head.get(page_of(ready.case.id)).text)
    with writing(here.store) as work:
        mailbox.disclose(work, ready.case, who, here.promise_key, clock.today())
    seen = words(unit.head.get(page_of(ready.case.id)).text)
    assert seen.count(warning) == 1
    assert "Trần Văn Kể" not in seen


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        ("ghi chep.txt", f"Gọi lại cho tôi: {OTHER_PHONE} nhé", ["số điện thoại"]),
        ("bang.csv", "ten;so\nA,0912345678,a.b@thu.vn\n", ["số điện thoại", "địa chỉ thư điện tử"]),
    ],
)
def test_texts_among_the_evidence_are_looked_through_and_leave_once_that_is_confirmed(
    unit: Unit, police: Colleague, name: str, text: str, kinds: list[str]
) -> None:
    here, case = unit.parts, admission.new_case()
    files = stored(here.store, case, name, text.encode())
    report = replace(REPORTED, files=files)
    file(here.store, here.rules, here.promise_key, report, case=case)
    unit.head.take(case.id, "signs.confirmed", crimes=[CRIME], ground=[GROUND])
    ready, left = Filed(case, files), f"left_{files[0].id.hex}"
    assert left not in unit.head.get(at(case)).text
    for answer in (sent(unit.head, ready), unit.head.get(at(case, "/xem-lai"))):
        assert answer.status_code == 422
        said = words(answer.text)
        assert f"Trong tệp có chỗ cần xem: {'; '.join(kinds)}." in said
        assert "0912" not in said
        assert left in answer.text
    handed_over(unit.head, ready, **{left: "y"})
    assert received(unit, police, ready).evidence


def test_a_text_without_anything_personal_asks_for_nothing_more(
    unit: Unit, police: Colleague, ready: Filed
) -> None:
    assert handover_papers.look("Thu 1,200,000 đồng, ngày 3/4", whole=True) is None
    rest = handover_papers.look("Thu 1,200,000 đồng", whole=False)
    assert rest is not None
    assert [each.en for each in rest.reasons] == ["it is too long: the rest was not looked through"]
    handed_over(unit.head, ready)
    assert received(unit, police, ready).evidence


def test_papers_are_looked_at_before_and_nothing_is_stored_for_that(
    unit: Unit, ready: Filed
) -> None:
    assert sent(unit.head, ready).status_code == 303
    review = unit.head.get(at(ready.case, "/xem-lai"))
    assert "Chưa chuyển" in words(review.text)
    for number in range(1, 6):
        answer = unit.head.get(at(ready.case, f"/van-ban/{number}"))
        assert answer.content_type == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.data.startswith(b"%PDF")
    assert unit.head.get(at(ready.case, "/van-ban/6")).status_code == 404
    with reading(unit.parts.store) as work:
        assert work.session.execute(select(func.count()).select_from(HeldBlob)).scalar_one() == 0
    letter = "".join(readable("x.pdf", unit.head.get(at(ready.case, "/van-ban/1")).data).split())
    own = signature.fingerprint(certificate.public(unit.parts.store)).upper()
    for said in (own, "khoản1Điều27LuậtTốcáosố25/2018/QH14", "ChánhThanhtrathànhphố".upper()):
        assert said in letter, said
    assert unit.head.get(at(ready.case)).status_code == 200  # it is still being written


def test_a_hand_over_that_is_sent_twice_takes_place_once(unit: Unit, ready: Filed) -> None:
    sent(unit.head, ready)
    values = Form(unit.head.get(at(ready.case, "/xem-lai")).text).values
    to = {
        unit.head.browser.post(at(ready.case, "/chuyen"), data=values).headers["Location"]
        for _ in range(2)
    }
    assert len(to) == 1
    assert unit.events(ready.case).count("police.handed_over") == 1
    again = unit.head.get(at(ready.case))
    assert "Chưa chuyển được lúc này" in words(again.text)


def test_a_case_that_has_moved_on_is_not_handed_over_unseen(unit: Unit, ready: Filed) -> None:
    sent(unit.head, ready)
    unit.inspector.take(ready.case.id, "note.added", text="Vừa có tình tiết mới")
    review = unit.head.get(at(ready.case, "/xem-lai"))
    assert review.status_code == 409
    assert "Hồ sơ đã thay đổi trong khi đang soạn" in words(review.text)
    values = {**Form(review.text).values, "review": "1"}
    assert unit.head.browser.post(at(ready.case), data=values).status_code == 303
    assert confirm(unit.head, ready).status_code == 303


def test_a_case_without_confirmed_signs_is_not_handed_over(unit: Unit) -> None:
    case = filed(unit, confirmed=False)
    page = unit.head.get(at(case.case))
    assert "Trước đó phải có bước" in words(page.text)
    values = {**Form(page.text).values, "template": "tin_bao", "review": "1"}
    assert unit.head.browser.post(at(case.case), data=values).status_code == 409


def test_articles_that_nobody_confirmed_are_not_handed_over(unit: Unit, ready: Filed) -> None:
    answer = sent(unit.head, ready, crimes=["353"])
    assert answer.status_code == 422
    assert "Chưa xác định dấu hiệu theo điều: 353" in words(answer.text)


def test_a_circle_without_anybody_is_no_place_to_send_a_dossier(
    unit: Unit, ready: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Fault("circle", "Nhóm nhận chưa có ai giữ khóa.", "Nobody holds the key.")
    monkeypatch.setattr(escalation, "kept_away", lambda *_given: iter([nobody]))
    answer = sent(unit.head, ready)
    assert answer.status_code == 422
    assert "Nhóm nhận chưa có ai giữ khóa" in words(answer.text)


def test_a_server_without_the_key_signs_and_sends_nothing(
    unit: Unit, ready: Filed, founded: Settings
) -> None:
    sent(unit.head, ready)
    key = founded.keys / certificate.KEY
    away = key.rename(key.with_name("away"))
    try:
        review = unit.head.get(at(ready.case, "/xem-lai"))
    finally:
        away.rename(key)
    assert review.status_code == 409
    assert "không có khóa ký số" in words(review.text)


def test_only_the_head_hands_over_and_only_readers_see_what_was(unit: Unit, ready: Filed) -> None:
    for worker in (unit.inspector, unit.elsewhere):
        assert worker.get(at(ready.case)).status_code == 404
        assert worker.browser.post(at(ready.case)).status_code in {400, 404}
    to = handed_over(unit.head, ready)
    assert unit.inspector.get(to).status_code == 200
    assert unit.elsewhere.get(to).status_code == 404
    file_id = re.findall(r"/tep/([0-9a-f-]{36})\"", unit.inspector.get(to).text)[0]
    inside = f"{to.partition('?')[0]}/tep/{file_id}"
    assert unit.inspector.get(inside).data.startswith(b"%PDF")
    assert unit.elsewhere.get(inside).status_code == 404


@pytest.mark.usefixtures("_age")
def test_a_body_outside_gets_a_package_that_the_real_age_opens(
    unit: Unit, ready: Filed, tmp_path: Path, founded: Settings
) -> None:
    key = tmp_path / "key.txt"
    made = subprocess.run(
        ["age-keygen", "-o", str(key)], check=True, capture_output=True, text=True
    )
    recipient = made.stderr.removeprefix("Public key: ").strip()
    body = "Cơ quan An ninh điều tra"
    to = handed_over(unit.head, ready, to="outside", body=body, recipient=recipient)
    done = unit.head.get(to)
    assert body in words(done.text)
    before = logged(unit.parts.store)
    token = {"csrf_token": str(Form(done.text).values["csrf_token"])}
    address = f"{to.partition('?')[0]}/goi"
    for _ in range(2):
        package = unit.head.browser.post(address, data=token)
        assert package.status_code == 200
    assert logged(unit.parts.store) == before + 2
    (tmp_path / "p.age").write_bytes(package.data)
    subprocess.run(
        ["age", "-d", "-i", str(key), "-o", str(tmp_path / "p.zip"), str(tmp_path / "p.age")],
        check=True,
    )
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert len(found) == 5 + 2 + 2
    for entry in Manifest.from_bytes(found[MANIFEST]).files:
        assert b"".join(entry.checked([found[entry.name]])) == found[entry.name]
    own = certificate.own(unit.parts.store, founded.keys, clock.today())
    today = clock.today().isoformat()
    assert checks(tmp_path, found[MANIFEST], found[SIGNATURE], own.certificate, today)
    assert unit.inspector.get(page_of(ready.case.id)).status_code == 200
    assert unit.inspector.browser.post(address, data=token).status_code in {400, 404}
    # What the letters of that body say is recorded by the unit.
    unit.head.take(
        ready.case.id,
        "police.received",
        receipt_number="77/ANĐT",
        decided_on=clock.today().isoformat(),
    )
    assert "77/ANĐT" in words(unit.head.get(to).text)


def test_a_dossier_within_the_system_has_no_package(unit: Unit, ready: Filed) -> None:
    to = handed_over(unit.head, ready)
    page = unit.head.get(to)
    assert "Tải gói" not in page.text
    token = {"csrf_token": str(Form(unit.head.get(at(ready.case)).text).values["csrf_token"])}
    answer = unit.head.browser.post(f"{to.partition('?')[0]}/goi", data=token)
    assert answer.status_code == 404


def test_a_text_that_is_too_long_and_a_forged_form_are_refused(unit: Unit, ready: Filed) -> None:
    answer = sent(unit.head, ready, summary="a " * 30_000)
    assert answer.status_code == 422
    assert "Nội dung quá dài" in words(answer.text)
    assert sent(unit.head, ready, position="x").status_code == 400
    assert sent(unit.head, ready, dossier="x").status_code == 400
    assert sent(unit.head, ready, offered="{").status_code == 400
