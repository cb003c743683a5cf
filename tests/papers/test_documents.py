"""The papers of a dossier say what they are given, in type, and nothing else."""

import io
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

import pikepdf
import pypdfium2
import pytest

from papers.documents import documents, manifest
from papers.dossier import Body, DossierPapers, Evidence, Petition, Section, Sign
from papers.printable import SHOWN, printable
from tests.papers.kit import RECOMMENDATION, SENTENCE, SHORT, long

HOSTILE = (
    '#import "@preview/x:1.0.0": *\n#read("/etc/passwd") $sum_x$ ] [ } { \\ \\u{41} '
    "*đậm* _nghiêng_ `mã` <nhãn> @nguồn // chú thích /* */ = Đề mục -- --- ... ~ "
    "https://vi.du/?a=1&b=2 "
    "\"nháy\" 'đơn' #panic() #{1+1}"
)


def text_of(content: bytes) -> str:
    """Return the text as a reader copies it, without the ends of lines."""
    with pypdfium2.PdfDocument(content) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    return unicodedata.normalize("NFC", " ".join(" ".join(pages).split()))


def squeezed(text: str) -> str:
    """Return a text as it must be found again: no spaces, no places to break."""
    return "".join(unicodedata.normalize("NFC", text).replace("\u200b", "").split())


def petition(text: str) -> bytes:
    parts = (Section("Nội dung", text),)
    return documents(replace(SHORT, petition=replace(SHORT.petition, sections=parts)))[1].content


@pytest.mark.parametrize("papers", [SHORT, RECOMMENDATION, long(SHORT)], ids=["tip", "rec", "long"])
def test_text_extracts_with_all_its_diacritics(papers: DossierPapers) -> None:
    letter, petition, index, minutes, notice = (
        squeezed(text_of(document.content)) for document in documents(papers)
    )
    for nation in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"):
        assert all(squeezed(nation) in text for text in (letter, petition, index, minutes, notice))
    for text in (letter, notice):
        assert squeezed("Huế, ngày 05 tháng 02 năm 2026") in text
        assert squeezed(papers.signs[0].article + papers.signs[0].grounds) in text
        assert squeezed(papers.signer.position.upper() + papers.signer.name) in text
    for section in papers.petition.sections:
        for line in section.text.splitlines():
            # Pages are numbered between two lines of a paragraph: look for what fits on a page.
            assert squeezed(line[:60]) in petition
    for evidence in papers.evidence:
        assert squeezed(evidence.name) in index
        assert squeezed(evidence.name) in minutes
        assert evidence.sha256 in index


def test_the_letter_names_the_items_of_the_law_by_their_letters() -> None:
    letter = squeezed(text_of(documents(RECOMMENDATION)[0].content))
    assert squeezed("đ) Tài liệu khác có liên quan; e) Bảng kê danh mục tài liệu;") in letter
    assert "Số:45/KN-TTTP" in letter


def test_the_index_has_the_hash_of_the_letter_and_of_the_petition_beside_it() -> None:
    letter, petition, index, *_ = documents(SHORT)
    text = squeezed(text_of(index.content))
    assert sha256(letter.content).hexdigest() in text
    assert sha256(petition.content).hexdigest() in text
    assert "tai-lieu-01.jpg" in text
    assert "tai-lieu-02.mp3" in text


def test_the_manifest_names_the_papers_and_the_evidence_in_the_order_of_the_index() -> None:
    made = documents(SHORT)
    files = manifest(SHORT, made).files
    assert [file.name for file in files] == [
        "01-cong-van-chuyen.pdf",
        "02-don-da-luoc-bo-danh-tinh.pdf",
        "03-bang-ke.pdf",
        "04-bien-ban-giao-nhan.pdf",
        "05-thong-bao-vien-kiem-sat.pdf",
        "tai-lieu-01.jpg",
        "tai-lieu-02.mp3",
    ]
    assert [file.sha256 for file in files[5:]] == [each.sha256 for each in SHORT.evidence]
    assert b"".join(files[0].checked([made[0].content])) == made[0].content


def test_many_at_once_are_set_as_each_alone() -> None:
    many = [replace(SHORT, number=f"HS-{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(documents, many)) == [documents(each) for each in many]


def test_the_same_papers_give_the_same_bytes_in_another_process_too() -> None:
    code = (
        "from hashlib import sha256; from papers.documents import documents;"
        "from tests.papers.kit import SHORT;"
        "print(*(sha256(each.content).hexdigest() for each in documents(SHORT)))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    here = [sha256(each.content).hexdigest() for each in documents(SHORT)]
    assert run.stdout.split() == here


def test_a_paper_tells_its_day_and_no_hour_user_or_machine() -> None:
    for document in documents(SHORT):
        with pikepdf.open(io.BytesIO(document.content)) as pdf:
            facts = {str(key): str(value) for key, value in pdf.docinfo.items()}
            about = str(pdf.open_metadata())
            assert len(pdf.pages) == document.pages
        assert facts.keys() == {"/Title", "/Creator", "/CreationDate", "/ModDate"}
        assert facts["/Title"] == document.title
        assert facts["/Creator"].startswith("Typst ")
        assert facts["/CreationDate"] == facts["/ModDate"] == "D:20260205000000Z"
        assert "<pdfaid:part>2</pdfaid:part>" in about
        assert "<pdfuaid:part>1</pdfuaid:part>" in about


def test_values_are_never_read_as_markup() -> None:
    assert squeezed(HOSTILE) in squeezed(text_of(petition(HOSTILE)))


def everywhere(value: Any, text: str) -> Any:
    """Return the same papers with this text in every place that holds free text."""
    if isinstance(value, tuple):
        return tuple(everywhere(each, text) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"suffix", "media_type", "sha256", "template"}
        changed = {
            field.name: everywhere(getattr(value, field.name), text)
            for field in fields(value)
            if field.name not in kept
        }
        return replace(value, **changed)
    return text if isinstance(value, str) else value


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "x" * 800, "ộ" * 300, "\U0001f600" * 40, "", " \n\n ", "\x00\x1b[31m\u202e\u2028"],
    ids=["markup", "long word", "long word of letters with marks", "emoji", "none", "blank", "odd"],
)
def test_any_text_can_stand_anywhere(text: str) -> None:
    assert [each.pages > 0 for each in documents(everywhere(SHORT, text))] == [True] * 5
    assert [each.pages > 0 for each in documents(everywhere(RECOMMENDATION, text))] == [True] * 5


def test_composed_and_combining_letters_print_alike() -> None:
    decomposed = unicodedata.normalize("NFD", SENTENCE)
    assert decomposed != SENTENCE
    assert petition(decomposed) == petition(SENTENCE)


def test_what_cannot_be_shown_stands_as_its_code() -> None:
    shown = text_of(petition("Cười \U0001f600 và 漢; ẩn\u200b\u202e\ufeff hết; ❤\ufe0f"))
    assert "Cười [U+1F600] và [U+6F22]; ẩn hết; [U+2764]" in shown


def test_every_character_said_to_be_shown_is_shown_in_every_style() -> None:
    # PDF/A refuses a text with a glyph that the typeface lacks.
    every = [chr(code) for code in range(0x3000) if chr(code) in _expanded(SHOWN)]
    assert len(every) > 1000
    marks = ("a" + each for each in every if unicodedata.combining(each))
    text = " ".join((*every, *marks))
    assert printable(text).replace("\u200b", "") == unicodedata.normalize("NFC", text)
    # In capitals, upright, italic and bold.
    papers = replace(
        SHORT,
        sender=Body("Thanh tra", text),
        summary=text,
        basis=(text,),
        signs=(Sign(text, "Căn cứ"),),
    )
    assert documents(papers)[0].content.startswith(b"%PDF-")


def _expanded(ranges: str) -> set[str]:
    found, position = set[str](), 0
    while position < len(ranges):
        if ranges[position + 1 : position + 2] == "-":
            found |= {chr(code) for code in range(ord(ranges[position]), ord(ranges[position + 2]))}
            found.add(ranges[position + 2])
            position += 3
        else:
            found.add(ranges[position])
            position += 1
    return found


def test_a_file_name_cannot_hide_in_a_suffix() -> None:
    for suffix in ("", "pdf", ".PDF", "./../x", ".a b", ".pdf\n"):
        with pytest.raises(ValueError, match="not the end of a file's name"):
            Evidence("Tệp", suffix, "application/pdf", 1, "0" * 64)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 1, 9), "ngày 09 tháng 01 năm 2026"),
        (date(2026, 3, 10), "ngày 10 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_are_written_as_the_decree_wants(day: date, written: str) -> None:
    letter = documents(replace(SHORT, day=day, petition=Petition(day, ())))[0]
    assert f"Huế, {written}" in text_of(letter.content)


def test_the_letter_tells_the_certificate_that_the_dossier_is_checked_with() -> None:
    for papers in (SHORT, RECOMMENDATION):
        signed = documents(replace(papers, fingerprint="0123456789abcdef" * 4))[0]
        assert squeezed("0123 4567 89AB CDEF") in squeezed(text_of(signed.content))
        assert "SHA-256" not in text_of(documents(papers)[0].content)
