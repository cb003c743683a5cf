"""Whatever is sent: the answer is a sentence, what was typed stays, nothing is half-filed."""

import errno
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import intake.app
import triage.text
from intake import forms
from records import blobs, database
from records.case import CaseEvent, CaseFile, CaseItem
from records.settings import Settings
from records.work import Store, opened, reading
from rules.book import Rules
from tests.journey.conftest import GENEROUS, Counts
from tests.journey.reporter import Answer, File, Flasked, Form, Page, Reporter, multipart
from triage import keyring
from web import clock
from web.app import Parts
from web.site import Site

_SEALED, _DETAILS = select(CaseItem.sealed), select(CaseEvent.detail)
Count = Callable[[], Counts]
STORY = "Ông phó phòng đòi hai mươi triệu mới ký giấy phép cho quán của tôi"
REPORT = {"intent": "to_cao", "category": "bribery", "story": STORY, "body": "subject:school"}
MARKED = '"><script>alert(1)</script>'
URLENCODED = "application/x-www-form-urlencoded"
#: Letters that Vietnamese has and English has not.
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯà-ãè-éì-íò-õù-úýạ-ỹ]")

#: Page, and end of the address of its form, to the fields that a person types into.
TYPED = {
    ("/gui/noi-dung", "/gui/noi-dung"): ("story",),
    ("/gui/co-quan", "/gui/co-quan"): ("find", "organisation"),
    ("/gui/nguoi-lien-quan", "/gui/nguoi-lien-quan"): ("accused",),
    ("/gui/thoi-gian", "/gui/thoi-gian"): ("when",),
    ("/gui/thiet-hai", "/gui/thiet-hai"): ("money", "land"),
    ("/gui/vi-sao-biet", "/gui/vi-sao-biet"): ("known_note",),
    ("/gui/lo-ngai", "/gui/lo-ngai"): ("fear_note",),
    ("/gui/lien-he", "/gui/lien-he"): ("name", "address", "contact"),
    ("/gui-nhanh", "/gui-nhanh"): ("story", "organisation"),
    ("/bien-nhan", "/bien-nhan"): ("group",),
    ("/hop-thu", "/hop-thu/loi-nhan"): ("text",),
    ("/hop-thu/danh-tinh", "/hop-thu/danh-tinh"): ("name", "address", "contact"),
    ("/hop-thu/rut", "/hop-thu/rut"): ("reason",),
    ("/hop-thu/bao-dong", "/hop-thu/bao-dong"): ("text",),
}
#: The same for what is picked from a list.
PICKED = {
    ("/gui/loai", "/gui/loai"): ("intent",),
    ("/gui/linh-vuc", "/gui/linh-vuc"): ("category",),
    ("/gui/dia-ban", "/gui/dia-ban"): ("ward",),
    ("/gui/co-quan", "/gui/co-quan"): ("body",),
    ("/gui/nguoi-lien-quan", "/gui/nguoi-lien-quan"): ("position",),
    ("/gui/thoi-gian", "/gui/thoi-gian"): ("ongoing",),
    ("/gui/vi-sao-biet", "/gui/vi-sao-biet"): ("known_by",),
    ("/gui/lo-ngai", "/gui/lo-ngai"): ("fear",),
    ("/gui/danh-tinh", "/gui/danh-tinh"): ("disclosure",),
    ("/gui-nhanh", "/gui-nhanh"): ("ward",),
    ("/hop-thu/bao-dong", "/hop-thu/bao-dong"): ("forms",),
}
PLACES = sorted({*TYPED, *PICKED})


def each(fields: Mapping[tuple[str, str], tuple[str, ...]]) -> pytest.MarkDecorator:
    """Run a test for every field."""
    rows = [(place, name) for place, names in fields.items() for name in names]
    ids = [f"{place[1]}:{name}" for place, name in rows]
    return pytest.mark.parametrize(("place", "name"), rows, ids=ids)


@dataclass
class Visit:
    """Somebody who has filed and not yet kept the code, opened the mailbox and begun anew."""

    reporter: Reporter
    code: str

    def form(self, place: tuple[str, str]) -> Form:
        return self.reporter.visit(place[0]).form_to(place[1])


def visit(citizens: Flask, prefix: str) -> Visit:
    reporter = Reporter.of(citizens.test_client(), prefix)
    reporter.walk(REPORT)
    code = reporter.press()
    reporter.open(code)
    reporter.send(reporter.begin().form_with("intent"), {"intent": "to_cao"})
    return Visit(reporter, code)


@pytest.fixture(scope="module")
def visits(citizens: Flask) -> dict[str, Visit]:
    return {prefix: visit(citizens, prefix) for prefix in ("", "/en")}


@pytest.fixture
def visitor(visits: dict[str, Visit], prefix: str) -> Visit:
    return visits[prefix]


@pytest.fixture
def may_file() -> None:
    """Say of a test that something is filed in it: it counts for itself."""


@pytest.fixture(autouse=True)
def nothing_filed(counts: Count, request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test here leaves all tables but the visits', and all sealed files, as they were."""
    if "may_file" in request.fixturenames:
        yield
        return
    if "visitor" in request.fixturenames:
        request.getfixturevalue("visitor")
    before = counts()
    yield
    assert counts() == before


def spoken(text: str, prefix: str) -> None:
    """Check that a sentence is in the language of the page."""
    assert text.strip()
    assert bool(_VIETNAMESE.search(text)) == (not prefix), text


def answered(answer: Answer, prefix: str) -> Page:
    """Check that an answer is a page of ours in the language, and no failure."""
    assert answer.status < 500, answer.status
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    page = Page(answer)
    if answer.status not in {301, 302, 303, 308}:
        assert page.language == ("en" if prefix else "vi")
        assert page.heading
        for error in page.errors:
            spoken(error, prefix)
    assert MARKED not in answer.text
    return page


def post(visitor: Visit, form: Form, changed: dict[str, str]) -> Page:
    """Send a form with some values that it would not let a browser send."""
    kept = [pair for pair in form.filled if pair[0] not in changed]
    answer = visitor.reporter.http.post(form.action, [*kept, *changed.items()])
    return answered(answer, visitor.reporter.prefix)


def raw(client: FlaskClient, path: str, body: bytes, kind: str = URLENCODED) -> Answer:
    sent = client.post(path, data=body, content_type=kind)
    return Answer(sent.status_code, path, sent.headers, sent.data)


def client_of(visitor: Visit) -> FlaskClient:
    assert isinstance(visitor.reporter.http, Flasked)
    return visitor.reporter.http.client


def token(form: Form) -> str:
    return dict(form.filled)["csrf_token"]


@each(TYPED)
def test_a_megabyte_of_one_letter_is_refused_in_words_and_kept_on_the_page(
    visitor: Visit, place: tuple[str, str], name: str
) -> None:
    form = visitor.form(place)
    page = post(visitor, form, {name: "x" * 1_000_000})
    assert page.answer.status == 422
    assert page.errors
    assert dict(page.form_to(place[1]).filled)[name] == "x" * 1_000_000


@each(PICKED)
def test_what_no_list_offers_is_refused_in_the_language_of_the_page(
    visitor: Visit, place: tuple[str, str], name: str
) -> None:
    form = visitor.form(place)
    for value in ("x" * 1_000_000, "not in the list", MARKED, "subject:none", "\0"):
        page = post(visitor, form, {name: value})
        assert page.answer.status == 422
        assert page.errors


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
def test_nine_megabytes_are_refused_in_words(visitor: Visit, place: tuple[str, str]) -> None:
    form = visitor.form(place)
    body = urlencode({"csrf_token": token(form), "story": "x" * 9_000_000}).encode()
    page = answered(raw(client_of(visitor), form.action, body), visitor.reporter.prefix)
    assert page.answer.status == 413
    spoken(page.heading, visitor.reporter.prefix)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
def test_a_form_that_comes_empty_is_answered(visitor: Visit, place: tuple[str, str]) -> None:
    form = visitor.form(place)
    body = urlencode({"csrf_token": token(form)}).encode()
    page = answered(raw(client_of(visitor), form.action, body), visitor.reporter.prefix)
    assert page.answer.status in {303, 422}
    assert bool(page.errors) == (page.answer.status == 422)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
def test_a_body_of_another_type_is_answered_as_a_form_without_its_token(
    visitor: Visit, place: tuple[str, str]
) -> None:
    form = visitor.form(place)
    for kind in ("application/json", "text/plain", "", "multipart/form-data", "x"):
        answer = raw(client_of(visitor), form.action, b'{"story": "x"}', kind)
        page = answered(answer, visitor.reporter.prefix)
        assert page.answer.status == 400
        spoken(page.heading, visitor.reporter.prefix)


EVERY_PLANE = "".join(chr((plane << 16) + 0x2345) for plane in range(17))
STRANGE = {
    "every plane": EVERY_PLANE,
    "last of every plane": "".join(chr((plane << 16) + 0xFFFF) for plane in range(17)),
    "right to left": "tiền \u202e000.03\u202c \u2067abc\u2069 \u200fmột\u061c",
    "zero bytes": "a\0b\0\0c",
    "controls": "".join(map(chr, range(32))) + "\x7f\x85\u2028\u2029",
    "marks on marks": "e" + "\u0301" * 400,
    "markup": f"{MARKED}<b>đậm</b>&lt;&amp;{{{{ 7*7 }}}}%(x)s",
}


@each(TYPED)
def test_strange_characters_break_no_page(
    visitor: Visit, place: tuple[str, str], name: str
) -> None:
    form = visitor.form(place)
    for text in STRANGE.values():
        page = post(visitor, form, {name: text + _too_long(place)})
        assert page.answer.status in {200, 303, 422}  # 200: a search shows what it found
        checked = visitor.reporter.visit("/gui/kiem-tra")
        assert checked.answer.status == 200
        assert MARKED not in checked.answer.text


def _too_long(place: tuple[str, str]) -> str:
    """Return what makes a text too long, so that it is not added to the case that is filed."""
    return "x" * 60_000 if place[0].startswith(("/hop-thu", "/gui-nhanh")) else ""


@pytest.mark.usefixtures("may_file")
@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_characters_come_through_to_the_mailbox_and_mislead_nobody(
    reporter: Reporter, text: str
) -> None:
    code = reporter.file({**REPORT, "story": f"Kể: {text}", "accused": text, "when": text[:400]})
    reporter.open(code)
    page = reporter.write(f"Nhắn: {text}")
    assert "Nhắn:" in page.text
    assert MARKED not in page.answer.text
    assert not set(page.answer.text) & set("\u202e\u2067\u200f\u061c\0")
    if text is EVERY_PLANE:
        assert "\U00012345" in page.answer.text


BROKEN = [
    b"%ED%A0%80",
    b"%ED%A0%BD%ED%B8%80",
    b"%FF%FE",
    b"%C0%AF",
    b"%F4%90%80%80",
    b"%00",
    b"%",
    b"%u1234",
    b"&&&==;;",
]


@each(TYPED)
def test_bytes_that_are_no_text_break_no_page(
    visitor: Visit, place: tuple[str, str], name: str
) -> None:
    form = visitor.form(place)
    for broken in BROKEN:
        body = urlencode({"csrf_token": token(form)}).encode()
        body += b"&" + name.encode() + b"=" + broken + _too_long(place).encode()
        page = answered(raw(client_of(visitor), form.action, body), visitor.reporter.prefix)
        assert page.answer.status in {200, 303, 422}
    body += b"\xff\xfe"  # which no browser sends
    page = answered(raw(client_of(visitor), form.action, body), visitor.reporter.prefix)
    assert page.answer.status == 400


def test_the_same_box_ticked_a_hundred_thousand_times_counts_once_or_is_refused(
    visitor: Visit,
) -> None:
    form = visitor.form(("/gui/vi-sao-biet", "/gui/vi-sao-biet"))
    sent = [("csrf_token", token(form)), *[("known_by", form.offered["known_by"][0])] * 150_000]
    page = answered(visitor.reporter.http.post(form.action, sent), visitor.reporter.prefix)
    assert page.answer.status in {303, 413, 422}


@pytest.mark.usefixtures("may_file")
def test_the_same_box_ticked_often_does_not_make_an_alarm_of_megabytes(
    citizens: Flask, instance: Store, prefix: str
) -> None:
    reporter = Reporter.of(citizens.test_client(), prefix)
    reporter.open(reporter.file(REPORT))
    form = reporter.visit("/hop-thu/bao-dong").form_with("forms")
    sent = [("csrf_token", token(form)), *[("forms", form.offered["forms"][0])] * 150_000]
    answered(reporter.http.post(form.action, sent), prefix)
    with reading(instance) as work:
        largest = max(len(sealed) for sealed in work.session.execute(_SEALED).scalars())
        details = [len(sealed or b"") for sealed in work.session.execute(_DETAILS).scalars()]
    assert max(largest, *details) < 500_000


def test_a_search_of_many_words_costs_no_more_than_a_short_one(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too long is refused before it is searched for: one request must not keep a core."""
    compared = 0
    folded = triage.text.folded

    def counting(words: str) -> str:
        nonlocal compared
        compared += 1
        return folded(words)

    monkeypatch.setattr(forms, "folded", counting)
    form = visitor.form(("/gui/co-quan", "/gui/co-quan"))
    post(visitor, form, {"find": "a " * 2_000, "search": "1"})
    assert compared < 10_000


@pytest.mark.parametrize("slug", ["khong-co", "TEP", "loai%00", "..%2f..", "đường", "x" * 3000])
def test_a_question_that_does_not_exist_is_not_found(visitor: Visit, slug: str) -> None:
    prefix = visitor.reporter.prefix
    form = visitor.form(("/gui/noi-dung", "/gui/noi-dung"))
    for answer in (
        visitor.reporter.http.get(f"{prefix}/gui/{slug}"),
        visitor.reporter.http.post(f"{prefix}/gui/{slug}", [("csrf_token", token(form))]),
    ):
        assert answered(answer, prefix).answer.status == 404


@pytest.mark.usefixtures("may_file")
def test_nobody_removes_a_file_of_somebody_else_or_of_a_case_that_is_filed(
    citizens: Flask, instance: Store, counts: Count, prefix: str
) -> None:
    owner = Reporter.of(citizens.test_client(), prefix)
    owner.file(REPORT, [File("cua-toi.txt", b"chung cu cua toi")])
    with reading(instance) as work:
        ids = list(work.session.execute(select(CaseFile.id)).scalars())
    writer = Reporter.of(citizens.test_client(), prefix)
    writer.begin()
    writer.send(writer.page.form_with("intent"), {"intent": "to_cao"})
    upload = next(form for form in writer.visit("/gui/tep").forms if form.takes_files)
    page = writer.send(upload, files=[File("dang-viet.txt", b"chua gui")])
    (removal,) = [form for form in page.forms if "/gui/tep/bo/" in form.action]

    before = counts()
    stranger = visit(citizens, prefix)
    given = token(stranger.form(("/gui/noi-dung", "/gui/noi-dung")))
    after_visit = counts()
    mine = removal.action.rpartition("/")[2]
    for file in (*ids, mine, uuid4()):
        answer = stranger.reporter.http.post(
            f"{prefix}/gui/tep/bo/{file}", [("csrf_token", given), ("file", str(file))]
        )
        assert answered(answer, prefix).answer.status == 303
    for file in ("1", "x" * 3000, "..", "%00"):
        answer = stranger.reporter.http.post(f"{prefix}/gui/tep/bo/{file}", [("csrf_token", given)])
        assert answered(answer, prefix).answer.status == 404
    assert counts() == after_visit
    assert "dang-viet" in writer.visit("/gui/tep").text
    assert before["held_blob"] == after_visit["held_blob"]
    writer.send(removal)
    assert counts()["held_blob"] == before["held_blob"] - 1


def encrypted_pdf() -> bytes:
    target, pdf = BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.save(target, encryption=pikepdf.Encryption(owner="mat khau", user="mat khau"))
    return target.getvalue()


def bomb() -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bytes(300 * 1024 * 1024))
    return target.getvalue()


REFUSED = {
    "hong.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog\n%%EOF garbage" + b"\x9f" * 500,
    "cut.pdf": encrypted_pdf()[:200],
    "khoa.pdf": encrypted_pdf(),
    "bom.docx": bomb(),
    "anh-that.jpg": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + b"This program cannot be run" * 90,
    "rong.txt": b"",
    "trang.html": b"<html><script>alert(1)</script></html>",
    "anh.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "nhi-phan.txt": b"chu" + bytes(900),
}
UPLOADS = {"draft": "/gui/tep", "mailbox": "/hop-thu/them-tep"}


def upload_form(visitor: Visit, path: str) -> Form:
    return next(form for form in visitor.reporter.visit(path).forms if form.takes_files)


@pytest.mark.parametrize("path", UPLOADS.values(), ids=UPLOADS)
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_taken_is_named_with_the_reason_and_not_kept(
    visitor: Visit, path: str, name: str
) -> None:
    form = upload_form(visitor, path)
    page = visitor.reporter.send(form, files=[File(name, REFUSED[name])])
    answered(page.answer, visitor.reporter.prefix)
    assert page.answer.status == 422
    assert any(name in error for error in page.errors)


@pytest.mark.parametrize("path", UPLOADS.values(), ids=UPLOADS)
def test_names_of_files_mislead_nobody_and_lead_nowhere(visitor: Visit, path: str) -> None:
    form = upload_form(visitor, path)
    for name in ("\u202egpj.exe", "../../../etc/passwd", "C:\\x\\y.exe", MARKED, "ö" * 2000):
        file = File(name, b"MZ\x90\0" + bytes(99))
        answer = visitor.reporter.http.post(form.action, form.filled, [file])
        page = answered(answer, visitor.reporter.prefix)
        assert page.answer.status == 422
        (error,) = page.errors
        assert not any(bad in error for bad in ("\u202e", "..", "\\", "etc", "\0"))
        assert len(error) < 400


@pytest.mark.usefixtures("may_file")
def test_one_file_too_many_is_said_and_the_others_stay(
    founded: Settings, instance: Store, law: Rules, counts: Count, prefix: str
) -> None:
    key = keyring.read_key(founded, keyring.PROMISE_KEY)
    site = Site(**(GENEROUS | {"files_most": 2}))  # type: ignore[arg-type]
    few = intake.app.create(Parts(instance, law, key, site))
    reporter = Reporter.of(few.test_client(), prefix)
    reporter.send(reporter.begin().form_with("intent"), {"intent": "to_cao"})
    form = next(form for form in reporter.visit("/gui/tep").forms if form.takes_files)
    before = counts()
    files = [File(f"so-{number}.txt", b"mot hai ba") for number in range(4)]
    page = reporter.send(form, files=files)
    answered(page.answer, prefix)
    assert page.answer.status == 422
    assert "so-0" in page.text
    assert "so-1" in page.text
    assert counts()["held_blob"] == before["held_blob"] + 2
    again = reporter.send(form, files=files[3:])
    assert answered(again.answer, prefix).errors
    assert (
        counts()["held_blob"]
        == counts()["sealed files"] - before["sealed files"] + before["held_blob"]
    )
    for removal in [form for form in again.forms if "/bo/" in form.action]:
        reporter.send(removal)
    assert counts() == before


def later(monkeypatch: pytest.MonkeyPatch, **time: int) -> None:
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(**time))


def test_a_draft_that_expired_says_so_and_keeps_what_was_just_typed(
    reporter: Reporter, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter.walk(REPORT)
    form = reporter.visit("/gui/noi-dung").form_with("story")
    later(monkeypatch, hours=25)
    page = reporter.send(form, {"story": STORY + " (viết tiếp)"})
    answered(page.answer, prefix)
    assert page.answer.path.endswith("/gui?het_han=1")
    kept = reporter.visit("/gui/noi-dung").form_with("story").filled
    assert dict(kept)["story"] == STORY + " (viết tiếp)"


def test_a_draft_that_expired_is_not_sent(
    reporter: Reporter, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter.walk(REPORT)
    form = reporter.page.form_to("/gui/kiem-tra")
    later(monkeypatch, hours=25)
    page = reporter.send(form)
    assert answered(page.answer, prefix).path.endswith("/gui")
    assert page.answer.path.endswith("het_han=1")


def test_typed_text_survives_the_loss_of_the_cookie_and_can_be_sent_again(
    citizens: Flask, reporter: Reporter, prefix: str
) -> None:
    reporter.walk(REPORT)
    form = reporter.visit("/gui/noi-dung").form_with("story")
    typed = f"{STORY}\r\n{MARKED}\r\n“ngoặc” & 'nháy'"
    bare = Reporter.of(citizens.test_client(), prefix)
    page = bare.send(form, {"story": typed})
    answered(page.answer, prefix)
    assert page.answer.status == 400
    assert MARKED not in page.answer.text
    spoken(page.heading, prefix)
    again = page.form_with("story")
    assert again.hidden == {"story", "csrf_token"}
    assert dict(again.filled)["story"] == typed
    after = bare.send(again)
    assert answered(after.answer, prefix).path.endswith("/gui")
    assert dict(bare.visit("/gui/noi-dung").form_with("story").filled)["story"] == typed


@pytest.mark.usefixtures("may_file")
def test_a_short_report_survives_the_loss_of_the_cookie_and_is_filed_when_sent_again(
    citizens: Flask, counts: Count, reporter: Reporter, prefix: str
) -> None:
    form = reporter.visit("/gui-nhanh").form_with("story")
    before = counts()
    bare = Reporter.of(citizens.test_client(), prefix)
    page = bare.send(form, {"story": STORY})
    assert page.answer.status == 400
    assert counts() == before
    assert bare.send(page.form_with("story")).code
    assert counts()["cases"] == before["cases"] + 1


@pytest.mark.usefixtures("may_file")
@pytest.mark.parametrize(
    ("path", "end", "name"),
    [
        ("/hop-thu", "/hop-thu/loi-nhan", "text"),
        ("/hop-thu/bao-dong", "/hop-thu/bao-dong", "text"),
        ("/hop-thu/rut", "/hop-thu/rut", "reason"),
        ("/hop-thu/danh-tinh", "/hop-thu/danh-tinh", "name"),
    ],
)
def test_a_mailbox_that_closed_while_somebody_wrote_keeps_what_they_wrote(  # noqa: PLR0913, PLR0917
    reporter: Reporter,
    prefix: str,
    counts: Count,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    end: str,
    name: str,
) -> None:
    code = reporter.file(REPORT)
    reporter.open(code)
    form = reporter.visit(path).form_to(end)
    before = counts()
    later(monkeypatch, minutes=31)
    page = reporter.send(form, {name: STORY})
    answered(page.answer, prefix)
    assert page.answer.status == 422
    assert counts() == before
    opened = reporter.send(page.form_with("code"), {"code": code})
    assert dict(opened.form_to(end).filled)[name] == STORY
    assert counts() == before


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
def test_a_form_without_its_token_is_refused_and_carried(
    visitor: Visit, place: tuple[str, str]
) -> None:
    form = visitor.form(place)
    for given in (None, "", "x", "a.b.c", "é\0", "x" * 100_000):
        sent = [("mot_o", STORY)] + ([] if given is None else [("csrf_token", given)])
        page = answered(visitor.reporter.http.post(form.action, sent), visitor.reporter.prefix)
        assert page.answer.status == 400
        assert dict(page.form_with("mot_o").filled)["mot_o"] == STORY


def test_the_token_of_somebody_else_is_no_token(
    citizens: Flask, visitor: Visit, prefix: str
) -> None:
    other = Reporter.of(citizens.test_client(), prefix).begin().form_with("intent")
    form = visitor.form(("/gui/noi-dung", "/gui/noi-dung"))
    sent = [("story", STORY), ("csrf_token", token(other))]
    answer = visitor.reporter.http.post(form.action, sent)
    assert answered(answer, prefix).answer.status == 400


@pytest.mark.parametrize("path", UPLOADS.values(), ids=UPLOADS)
@pytest.mark.parametrize("trick", ["missing", "forged", "late", "as a file", "of another", "twice"])
def test_files_without_the_token_before_them_are_not_even_looked_at(
    citizens: Flask, visitor: Visit, prefix: str, path: str, trick: str
) -> None:
    right = token(upload_form(visitor, path))
    other = token(Reporter.of(citizens.test_client(), prefix).begin().form_with("intent"))
    file = File("chung-cu.txt", b"noi dung")
    named = multipart([("csrf_token", right)], [file])
    body = {
        "missing": multipart([("khac", "x")], [file]),
        "forged": multipart([("csrf_token", right[:-3] + "abc")], [file]),
        "late": multipart([("khac", "x"), ("csrf_token", right)], [file]),
        "as a file": multipart([], [File("csrf_token", right.encode(), "csrf_token"), file]),
        "of another": multipart([("csrf_token", other)], [file]),
        "twice": named.replace(right.encode(), b"x", 1) + named,
    }[trick]
    kind = "multipart/form-data; boundary=ranh-gioi-cua-nguoi-gui"
    page = answered(raw(client_of(visitor), prefix + path, body, kind), prefix)
    assert page.answer.status == 400
    spoken(page.heading, prefix)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
def test_a_form_of_another_site_gets_neither_a_cookie_nor_its_text_back(
    citizens: Flask, prefix: str, place: tuple[str, str]
) -> None:
    for origin in ("cross-site", "same-site", "none"):
        stranger = Flasked(citizens.test_client(), {"Sec-Fetch-Site": origin})
        answer = stranger.post(prefix + place[1], [("story", STORY), ("csrf_token", "x")])
        page = answered(answer, prefix)
        assert page.answer.status == 400
        assert STORY not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert not page.forms


def full(*_given: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("path", UPLOADS.values(), ids=UPLOADS)
@pytest.mark.parametrize(
    ("owner", "name"),
    [(blobs, "_write"), (os, "fsync"), (os, "link")],
    ids=["writing", "making durable", "placing"],
)
def test_a_full_disk_is_said_in_words_and_leaves_nothing_on_hold(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch, path: str, owner: object, name: str
) -> None:
    form = upload_form(visitor, path)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, full)
        page = visitor.reporter.send(form, files=[File("day.txt", b"mot hai ba")])
    unavailable(page, visitor.reporter.prefix)
    assert "No space" not in page.answer.text


@pytest.mark.parametrize("path", UPLOADS.values(), ids=UPLOADS)
@pytest.mark.parametrize("trouble", ["a full disk", "a broken connection", "too long a field"])
def test_what_stops_the_second_file_leaves_none_of_the_first_on_hold(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch, path: str, trouble: str
) -> None:
    placed, link = 0, os.link

    def second_fails(*given: Any) -> None:
        nonlocal placed
        placed += 1
        if placed > 1 and trouble == "a full disk":
            full()
        link(*given)

    form = upload_form(visitor, path)
    files = [File(f"day-{number}.txt", b"mot hai ba") for number in range(2)]
    body = multipart(form.filled, files)
    if trouble == "a broken connection":
        body = body[:-60]
    if trouble == "too long a field":
        field = multipart([("khac", "x" * 20_000)], [])
        body = body[: body.rindex(b"--ranh-gioi")] + field
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", second_fails)
        kind = "multipart/form-data; boundary=ranh-gioi-cua-nguoi-gui"
        answer = raw(client_of(visitor), form.action, body, kind)
    assert answer.status in {400, 413, 503}
    assert placed


@pytest.fixture
def hurried(founded: Settings, law: Rules, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The same application, which waits for the database only a moment."""
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.1)
    key = keyring.read_key(founded, keyring.PROMISE_KEY)
    with opened(founded) as store:
        yield intake.app.create(Parts(store, law, key, Site(**GENEROUS)))  # type: ignore[arg-type]


@pytest.fixture
def lock(founded: Settings) -> Iterator[sqlite3.Connection]:
    """Another program that can hold the database."""
    with closing(sqlite3.connect(str(founded.database.database), isolation_level=None)) as other:
        yield other


def unavailable(page: Page, prefix: str) -> None:
    assert page.answer.status == 503
    assert page.language == ("en" if prefix else "vi")
    spoken(page.heading, prefix)


@pytest.mark.usefixtures("may_file")
def test_a_locked_database_keeps_every_act_whole_and_what_was_typed(
    hurried: Flask, lock: sqlite3.Connection, counts: Count, prefix: str
) -> None:
    reporter = Reporter.of(hurried.test_client(), prefix)
    reporter.walk(REPORT)
    story = reporter.visit("/gui/noi-dung").form_with("story")
    sending = reporter.visit("/gui/kiem-tra").form_to("/gui/kiem-tra")
    short = Reporter.of(hurried.test_client(), prefix)
    quick = short.visit("/gui-nhanh").form_with("story")
    before = counts()

    lock.execute("BEGIN IMMEDIATE")
    typed = reporter.send(story, {"story": STORY + " nữa"})
    unavailable(typed, prefix)
    unavailable(reporter.send(sending), prefix)
    at_once = short.send(quick, {"story": STORY})
    unavailable(at_once, prefix)
    lock.execute("ROLLBACK")

    assert counts() == before
    assert dict(typed.form_with("story").filled)["story"] == STORY + " nữa"
    after = reporter.send(typed.form_with("story"))
    assert after.answer.status == 200
    code = short.send(at_once.form_with("story")).code
    assert code
    reporter.visit("/gui/kiem-tra")
    assert reporter.press()
    assert counts()["cases"] == before["cases"] + 2

    short.open(code)
    message = short.page.form_to("/hop-thu/loi-nhan")
    before = counts()
    lock.execute("BEGIN IMMEDIATE")
    written = short.send(message, {"text": STORY})
    unavailable(written, prefix)
    lock.execute("ROLLBACK")
    assert counts() == before
    assert STORY in short.send(written.form_with("text")).text
    assert counts()["case_item"] == before["case_item"] + 1


def test_a_form_that_never_comes_to_its_parts_is_not_held_in_memory(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the token nobody is known: what is kept of a body must have an end."""
    from werkzeug.sansio import multipart as parser  # noqa: PLC0415

    largest = 0
    receive = parser.MultipartDecoder.receive_data

    def watching(self: parser.MultipartDecoder, data: bytes | None) -> None:
        nonlocal largest
        receive(self, data)
        largest = max(largest, len(self.buffer))

    monkeypatch.setattr(parser.MultipartDecoder, "receive_data", watching)
    kind = "multipart/form-data; boundary=b"
    heads = [b"", b"--b\r\nContent-Disposition: form-data; name=x", b"--b\r\nX: "]
    for path in UPLOADS.values():
        for head in heads:
            body = head + b"y" * 9_000_000
            answer = raw(client_of(visitor), visitor.reporter.prefix + path, body, kind)
            assert answered(answer, visitor.reporter.prefix).answer.status in {400, 413}
    assert largest < 4_000_000


def status_of(answer: TestResponse) -> int:
    with answer:
        return answer.status_code


@pytest.mark.parametrize("path", ["/", "/gui/loai", "/hop-thu", "/gui/kiem-tra", "/bien-nhan"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "VIẾT"])
def test_other_methods_are_answered(
    client: FlaskClient, prefix: str, path: str, method: str
) -> None:
    address = f"{prefix}{path}"
    assert status_of(client.open(address, method=method)) in {200, 303, 400, 405}
