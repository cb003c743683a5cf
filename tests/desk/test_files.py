"""Files of a case: handed out to be saved, looked at only as pictures and text of our making."""

import io
from dataclasses import replace
from uuid import uuid4

import pikepdf
import pytest
from flask.testing import FlaskClient
from PIL import Image

import desk.app
from ledger.note import Signer
from records.staff import Role
from records.work import Store
from tests.cleaning.kit import encoded, jpeg, picture
from tests.desk.case_kit import REPORT, Office, logged, words
from tests.desk.desk_kit import Colleague, at_work, employ
from triage import admission
from triage.casefile import OpenCase
from triage.submission import StoredFile
from triage.viewing import MOST_TEXT
from web.app import Parts


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_tep", "thanh_tra", Role.INSPECTOR)


@pytest.fixture
def office(parts: Parts, lan: Colleague) -> Office:
    return Office(parts, at_work(desk.app.create(parts), parts.store, lan))


def pdf(pages: int = 1) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 100))
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def with_file(
    office: Office, name: str, content: bytes, *, keep_original: bool = False
) -> tuple[OpenCase, tuple[StoredFile, ...]]:
    case = admission.new_case()
    files = office.stored(case, name, content, keep_original=keep_original)
    office.file(replace(REPORT, files=files), case)
    return case, files


def address(case: OpenCase, file: StoredFile, more: str = "") -> str:
    return f"/ho-so/{case.id}/tep/{file.id}{more}"


def test_a_file_is_saved_byte_for_byte_and_never_shown(office: Office) -> None:
    content = "Biên bản ngày 12/10\n".encode()
    case, (file,) = with_file(office, "biên bản.txt", content)
    answer = office.browser.get(address(case, file))
    assert answer.data == content
    headers = answer.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith('attachment; filename="bien ban.txt"')
    assert "filename*=UTF-8''bi%C3%AAn%20b%E1%BA%A3n.txt" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].endswith("; sandbox")


@pytest.mark.parametrize(
    "name", ['a"; filename=evil.html; x=".txt', "x\r\nSet-Cookie: a=b.txt", "<script>.txt", "đ.txt"]
)
def test_a_name_made_to_do_harm_does_none(office: Office, name: str) -> None:
    case, (file,) = with_file(office, name, b"xin chao\n")
    answer = office.browser.get(address(case, file))
    plain, _, coded = answer.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert plain.count('"') == 2
    assert not set(coded) & set('"\r\n;<> ')
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
    assert "<script>" not in office.browser.get(f"/ho-so/{case.id}").text


def test_the_original_is_marked_and_warned_of(office: Office) -> None:
    case, (copy, original) = with_file(office, "anh.jpg", jpeg(), keep_original=True)
    page = office.browser.get(f"/ho-so/{case.id}").text
    assert "có thể làm lộ người gửi" in words(page)
    assert page.index(str(copy.id)) < page.index(str(original.id))
    assert office.browser.get(address(case, original)).data == jpeg()
    assert office.browser.get(address(case, original, "/hinh/1")).status_code == 303


def test_a_file_of_another_case_is_not_there(office: Office) -> None:
    _, (file,) = with_file(office, "a.txt", b"xin chao\n")
    other, _ = with_file(office, "b.txt", b"xin chao\n")
    for more in ("", "/xem/1", "/hinh/1"):
        assert office.browser.get(address(other, file, more)).status_code == 404
    nothing = replace(file, id=uuid4())
    assert office.browser.get(address(other, nothing)).status_code == 404


def test_a_pdf_is_looked_at_page_by_page(office: Office) -> None:
    case, (file,) = with_file(office, "don.pdf", pdf(3))
    page = office.browser.get(address(case, file, "/xem/2")).text
    assert "Trang 2 / 3" in words(page)
    assert address(case, file, "/hinh/2") in page
    drawn = office.browser.get(address(case, file, "/hinh/2"))
    assert drawn.content_type == "image/png"
    assert Image.open(io.BytesIO(drawn.data)).size == (800, 400)
    assert office.browser.get(address(case, file, "/xem/4")).status_code == 404
    assert office.browser.get(address(case, file, "/hinh/4")).status_code == 303


def test_a_picture_is_looked_at_small_and_drawn_anew(office: Office) -> None:
    case, (file,) = with_file(office, "anh.png", encoded(picture((3000, 1500)), "PNG"))
    drawn = office.browser.get(address(case, file, "/hinh/1"))
    assert drawn.content_type == "image/jpeg"
    assert Image.open(io.BytesIO(drawn.data)).size == (1600, 800)


def test_a_text_is_shown_as_text_and_cut_where_it_is_long(office: Office) -> None:
    case, (file,) = with_file(office, "a.txt", b"neu 1 < 2 thi <b onclick=x>ghi</b>\n")
    page = office.browser.get(address(case, file, "/xem/1")).text
    assert "&lt;b onclick=x&gt;ghi&lt;/b&gt;" in page
    case, (file,) = with_file(office, "b.txt", b"mot hai ba\n" * MOST_TEXT)
    page = office.browser.get(address(case, file, "/xem/1")).text
    assert "chỉ hiện phần đầu" in page
    assert len(page) < MOST_TEXT * 2


def hostile(browser: FlaskClient, case: OpenCase, file: StoredFile) -> None:
    page = browser.get(address(case, file, "/xem/1"))
    assert page.status_code == 200
    assert "Không xem trước được" in page.text or "/hinh/1" in page.text
    assert browser.get(address(case, file, "/hinh/1")).status_code == 303


@pytest.mark.parametrize(
    ("mime", "content"),
    [
        ("application/pdf", b"%PDF-1.7\n" + b"\0garbage" * 1000),
        ("image/png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 1000),
        ("image/jpeg", jpeg()[:200]),
        ("image/png", encoded(Image.new("1", (30_000, 30_000)), "PNG")),
    ],
    ids=["pdf", "png", "cut off", "bomb"],
)
def test_a_hostile_file_is_not_looked_at_and_says_so(
    office: Office, mime: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that a decoder of an earlier release let through."""
    case, (file,) = with_file(office, "a.txt", b"x" * len(content))
    lying = replace(file, mime=mime)
    monkeypatch.setattr("triage.case_files._card", lambda *_: lying)
    monkeypatch.setattr("triage.evidence.read", lambda *_: iter([content]))
    hostile(office.browser, case, file)


def test_what_has_no_preview_is_only_handed_out(office: Office) -> None:
    case, (file,) = with_file(
        office, "a.eml", b"From: a@b.vn\nSubject: x\nTo: c@d.vn\n\nxin chao\n"
    )
    page = office.browser.get(f"/ho-so/{case.id}").text
    assert address(case, file) in page
    assert address(case, file, "/xem/1") not in page
    assert "Không xem trước được" in office.browser.get(address(case, file, "/xem/1")).text


def test_opening_a_file_is_logged_once_a_day(office: Office) -> None:
    case, (file,) = with_file(office, "a.txt", b"xin chao\n")
    before = logged(office.parts.store)
    for more in ("", "/xem/1", ""):
        office.browser.get(address(case, file, more))
    assert logged(office.parts.store) == before + 1
