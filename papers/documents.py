"""The papers of a dossier as PDF files: letter, petition, index, minutes, notice to the procuracy.

Their layout is that of Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from itertools import starmap

import pikepdf

from papers.dossier import DossierPapers, Evidence, ProtectionPapers, Template, evidence_file
from papers.manifest import Entry, Manifest
from papers.press import press

PDF = "application/pdf"
# Template, file name in the package, title.
_LETTERS = {
    Template.TIP: ("tip", "01-cong-van-chuyen.pdf", "Công văn chuyển tin báo về tội phạm"),
    Template.RECOMMENDATION: (
        "recommendation",
        "01-kien-nghi-khoi-to.pdf",
        "Văn bản kiến nghị khởi tố",
    ),
}
_PETITION = ("petition", "02-don-da-luoc-bo-danh-tinh.pdf", "Đơn, tin đã lược bỏ danh tính")
_INDEX = ("index", "03-bang-ke.pdf", "Bảng kê danh mục tài liệu")
_MINUTES = ("minutes", "04-bien-ban-giao-nhan.pdf", "Biên bản giao nhận hồ sơ")
_NOTICE = ("notice", "05-thong-bao-vien-kiem-sat.pdf", "Thông báo gửi Viện kiểm sát")
_LAST_MONTH_WITH_ZERO = 2
_KIB = 1024


@dataclass(frozen=True)
class Document:
    """One finished paper: its file name in the package, its title, its bytes, its pages."""

    name: str
    title: str
    content: bytes
    pages: int

    media_type = PDF


def documents(papers: DossierPapers) -> tuple[Document, ...]:
    """Return all papers of the dossier, in their order. The same papers give the same bytes."""
    values = _values(papers)
    letter = _document(*_LETTERS[papers.template], values)
    petition = _document(*_PETITION, values)
    values |= _listed((letter, petition), papers.evidence)
    return letter, petition, *(_document(*each, values) for each in (_INDEX, _MINUTES, _NOTICE))


def request(papers: ProtectionPapers, name: str) -> Document:
    """Return the letter that asks a body to protect somebody, under this file name."""
    return _document("protection", name, "Công văn đề nghị bảo vệ", _common(papers))


def manifest(papers: DossierPapers, made: tuple[Document, ...]) -> Manifest:
    """Return the manifest of a dossier: the papers that were made for it, then its evidence."""
    files = [Entry.of(paper.name, paper.media_type, paper.content) for paper in made]
    files += [
        Entry(evidence_file(number, each), each.media_type, each.size, each.sha256)
        for number, each in enumerate(papers.evidence, 1)
    ]
    return Manifest(papers.number, papers.day, papers.sender.name, tuple(files))


def _document(template: str, name: str, title: str, values: Mapping[str, object]) -> Document:
    content = press(template, {**values, "title": title})
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return Document(name, title, content, len(pdf.pages))


def _values(papers: DossierPapers) -> dict[str, object]:
    """Return what the templates read: the papers, with days and numbers as they are written."""
    petition = papers.petition
    return {
        **_common(papers),
        "phoned_on": papers.phoned_on and _short_day(papers.phoned_on),
        "petition": {**asdict(petition), "received_on": _short_day(petition.received_on)},
    }


def _common(papers: DossierPapers | ProtectionPapers) -> dict[str, object]:
    return {
        **asdict(papers),
        "day": [papers.day.year, papers.day.month, papers.day.day],
        "written_day": _long_day(papers.day),
        "fingerprint": _grouped(papers.fingerprint),
    }


def _listed(papers: tuple[Document, ...], evidence: tuple[Evidence, ...]) -> dict[str, object]:
    """Return the lines of the index, the papers made here before the evidence, and their sizes."""
    rows = [*map(_paper_row, papers), *starmap(_evidence_row, enumerate(evidence, 1))]
    total = sum(len(paper.content) for paper in papers) + sum(each.size for each in evidence)
    return {"rows": rows, "total": _size(total)}


def _paper_row(paper: Document) -> dict[str, object]:
    return {
        "name": paper.title,
        "file": paper.name,
        "size": _size(len(paper.content)),
        "sha256": sha256(paper.content).hexdigest(),
        "pages": paper.pages,
        "original": True,
        "note": "",
    }


def _evidence_row(number: int, evidence: Evidence) -> dict[str, object]:
    file, size = evidence_file(number, evidence), _size(evidence.size)
    return {**asdict(evidence), "file": file, "size": size}


def _size(size: int) -> str:
    """Return a size in bytes as it is read: ``512 B``, ``30 KB``, ``1,5 MB``."""
    if size < _KIB:
        return f"{size} B"
    if size < _KIB * _KIB:
        return f"{round(size / _KIB)} KB"
    return f"{size / _KIB / _KIB:.1f} MB".replace(".", ",")


def _grouped(fingerprint: str) -> str:
    """Return hex digits in groups of four, which are compared aloud more easily."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()


def _long_day(day: date) -> str:
    """Return a day as letters write it: a zero before days under 10 and before months 1 and 2."""
    month = f"{day.month:02d}" if day.month <= _LAST_MONTH_WITH_ZERO else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _short_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
