"""How long the papers of a dossier take: as PDF, and as an encrypted package with evidence."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path

import pyrage

from bench.scale import MIB, Scale
from bench.table import Row
from bench.timing import elapsed, rate
from papers.documents import documents
from papers.dossier import (
    Body,
    DossierPapers,
    Evidence,
    Item,
    Petition,
    Section,
    Sign,
    Signer,
    Template,
)
from papers.manifest import Entry, Manifest
from papers.package import pack

_DAY = date(2026, 2, 5)
_TEXT = "Cán bộ tiếp nhận yêu cầu nộp thêm 5.000.000 đồng ngoài biên lai để được việc. " * 6
_PIECE = bytes(range(256)) * 1024
_PAPERS = DossierPapers(
    template=Template.TIP,
    number="",
    day=_DAY,
    place="Huế",
    sender=Body("Thanh tra thành phố Huế", "Ủy ban nhân dân thành phố Huế"),
    receiver=Body("Cơ quan Cảnh sát điều tra"),
    procuracy=Body("Viện kiểm sát nhân dân"),
    subject="chuyển tin báo về tội phạm",
    basis=("khoản 1 Điều 27 Luật Tố cáo",),
    summary=_TEXT,
    signs=(Sign("Điều 354 Bộ luật Hình sự", _TEXT),),
    contents=(Item("Đơn, tin đã lược bỏ danh tính"),),
    petition=Petition(_DAY, (Section("Nội dung", _TEXT),)),
    signer=Signer("Chánh Thanh tra"),
)
_SHORT = (_PAPERS, "five papers, no evidence")
_EVIDENCE = tuple(Evidence(_TEXT[:60], ".pdf", "application/pdf", MIB, "0" * 64) for _ in range(30))
_LONG = (
    replace(
        _PAPERS,
        evidence=_EVIDENCE,
        petition=Petition(_DAY, (Section("Nội dung", "\n".join([_TEXT] * 21)),)),
    ),
    "five papers, 30 pieces of evidence, 10,000 characters",
)


def papers(scale: Scale) -> Iterator[Row]:
    """Yield the time of each paper, none like the one before, and the speed of a package."""
    for values, what in (_SHORT, _LONG):
        done = rate(partial(_set, values, count()), scale.seconds)
        yield Row(what, 1000 / done, "ms", f"{200 / done:.0f} ms each")
    size = scale.stream_bytes // len(_PIECE) * len(_PIECE)
    hashed = sha256()
    for piece in _pieces(size):
        hashed.update(piece)
    entry = Entry("tai-lieu-01.pdf", "application/pdf", size, hashed.hexdigest())
    manifest = Manifest("HS", _DAY, "Thanh tra", (entry,)).to_bytes()
    key = str(pyrage.x25519.Identity.generate().to_public())
    with Path(os.devnull).open("wb") as sink:
        took = elapsed(lambda: pack(sink, manifest, b"", {entry.name: _pieces(size)}, [key]))
    yield Row(f"package, {size // MIB:,} MiB of evidence", size / took / 1e6, "MB/s")


def _set(values: DossierPapers, numbers: Iterator[int]) -> None:
    """Make the papers of yet another dossier: typst remembers what it has set before."""
    number = next(numbers)
    sections = (Section(f"Số {number}", f"{number} {values.petition.sections[0].text}"),)
    petition = replace(values.petition, sections=sections)
    summary = f"{number} {_TEXT}"
    documents(replace(values, number=str(number), summary=summary, petition=petition))


def _pieces(size: int) -> Iterator[bytes]:
    return (_PIECE for _ in range(size // len(_PIECE)))
