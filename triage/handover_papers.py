"""What is handed over to the investigating body, as its head wrote it, and the papers of it. Pure.

The papers are in Vietnamese, whatever language the desk is used in. Nothing of who reported has a
place in them: how somebody knows, and what they fear, stay in the case.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

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
    evidence_file,
)
from rules.book import Rules
from rules.crime import Crime, DossierItem, Made
from rules.organisation import Unit, UnitType
from triage import citing
from triage.explanation import Line
from triage.personal import proposals
from triage.spans import COVERED, STRUCK, Kind, Span
from triage.submission import Facts, StoredFile
from triage.text import one_line, plain

_POLICE, _PROCURACY = "cong_an", "vien_kiem_sat"
_ONGOING: Mapping[str, str] = MappingProxyType(
    {"past": "đã kết thúc", "ongoing": "đang tiếp diễn", "coming": "sắp xảy ra"}
)
#: What the index calls a file unless somebody says more: a file's own name tells of its sender.
_NEUTRAL: Mapping[str, str] = MappingProxyType(
    {"image": "Hình ảnh", "audio": "Ghi âm", "video": "Ghi hình", "text": "Tệp chữ"}
)
#: A separator between cells of a table: in running text a space follows.
_CELL = re.compile(r"[,;\t\"](?=\S)")
_TOO_LONG = Line(
    "tệp quá dài, máy chưa đọc hết phần sau", "it is too long: the rest was not looked through"
)
_NO_SUPERIOR = frozenset({UnitType.CHAIRMAN, UnitType.WARD, UnitType.COMMUNE})


@dataclass(frozen=True)
class Look:
    """What looks personal in a text among the evidence, whose words are kept nowhere.

    `whole`: it is not too long to be read to its end.
    """

    kinds: tuple[Kind, ...]
    whole: bool = True

    @property
    def reasons(self) -> tuple[Line, ...]:
        """What there is to decide on, in words for staff."""
        rest = () if self.whole else (_TOO_LONG,)
        return (*(Span(0, 0, each).reason for each in self.kinds), *rest)


@dataclass(frozen=True)
class Composed:
    """A hand-over as it was written; template, crimes, grounds and items are ids of rules/.

    `dossier_id`: drawn when writing begins, because the papers are numbered by it.
    `reasons`: what speaks for each article. `story` and `told`: the reduced petition. `files`: the
    evidence, in its order; `names`: what the index calls it. `seen`: what somebody has looked at.
    `looks`: what looks personal in which of them; `left`: those in which that was decided on.
    `items`: what is put in by hand. `kept`: what looked personal and stays, as `Proposal.key`.
    """

    dossier_id: UUID
    template: str = ""
    crimes: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    decision_number: str = ""
    decided_on: str = ""
    phoned_on: str = ""
    title: str = ""
    summary: str = ""
    story: str = ""
    told: str = ""
    files: tuple[UUID, ...] = ()
    names: Mapping[UUID, str] = field(default_factory=dict)
    seen: frozenset[UUID] = frozenset()
    pages: Mapping[UUID, int] = field(default_factory=dict)
    looks: Mapping[UUID, Look] = field(default_factory=dict)
    left: frozenset[UUID] = frozenset()
    items: tuple[str, ...] = ()
    outside: bool = False
    addressee: str = ""
    body: str = ""
    recipient: str = ""
    copied: bool = True
    signer_position: str = ""
    on_behalf: str = ""
    copies: str = ""
    kept: frozenset[str] = frozenset()
    kept_confirmed: bool = False

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the texts that go out, by the names of their fields."""
        yield "summary", self.summary
        yield from ((f"reason_{crime}", self.reasons.get(crime, "")) for crime in self.crimes)
        yield from (("story", self.story), ("told", self.told))
        yield from ((f"name_{each.hex}", self.names.get(each, "")) for each in self.files)

    @property
    def receiver(self) -> str:
        """The office that it goes to."""
        return one_line(self.body if self.outside else self.addressee)

    @property
    def petition(self) -> str:
        """The reduced petition as one text."""
        return "\n\n".join(filter(None, (plain(self.story), plain(self.told))))


@dataclass(frozen=True)
class Proposal:
    """Something in a text that looks personal, and why."""

    field: str
    text: str
    reason: Line

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return f"{self.field}:{self.text}"


@dataclass(frozen=True)
class Origin:
    """What the papers say that is not written by hand."""

    number: str
    unit: Unit
    received_on: date
    signer: str
    fingerprint: str


class Written(Protocol):
    """What goes to another office, as somebody wrote it."""

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the texts that go out, by the names of their fields."""


def proposed(composed: Written) -> tuple[Proposal, ...]:
    """Return what looks personal in the texts that go out, each once for a text."""
    found = {
        proposal.key: proposal for name, text in composed.texts() for proposal in _in(name, text)
    }
    return tuple(found.values())


def look(text: str, *, whole: bool) -> Look | None:
    """Return what looks personal in a text of the evidence, None if nothing does."""
    kinds = tuple(dict.fromkeys(each.kind for each in proposals(_CELL.sub("\n", text))))
    return Look(kinds, whole) if kinds or not whole else None


def _in(name: str, text: str) -> Iterator[Proposal]:
    masked = text  # "Tôi tên là [đã che danh tính]" names nobody any more
    for marker in (COVERED, STRUCK):
        masked = masked.replace(marker, "\n" * len(marker))
    for span in proposals(masked):
        if any(map(str.isalnum, masked[span.start : span.end])):
            yield Proposal(name, text[span.start : span.end], span.reason)


def struck(text: str, fragments: Sequence[str]) -> str:
    """Return a text without some of its parts, wherever they stand, the longest first."""
    for fragment in sorted(fragments, key=len, reverse=True):
        text = text.replace(fragment, STRUCK)
    return text


def facts(rules: Rules, found: Facts, ward: str | None) -> str:
    """Return the facts of a report that may go out, a line each."""
    named = (
        ("Người bị phản ánh, tố cáo", found.accused),
        ("Chức vụ", _called(rules.positions.by_id, found.position)),
        ("Cơ quan, tổ chức", found.organisation),
        ("Đơn vị", _called(rules.units.by_id, found.unit)),
        ("Loại cơ quan, tổ chức", _called(rules.subjects.by_id, found.subject)),
        ("Địa bàn", next((each.place or "" for each in rules.units if each.code == ward), "")),
        ("Thời gian xảy ra", found.when),
        ("Còn tiếp diễn", _ONGOING.get(found.ongoing, "")),
        ("Tiền, tài sản", found.money),
        ("Đất đai", found.land),
    )
    return "\n".join(f"{name}: {one_line(value)}" for name, value in named if value)


def _called(rows: Mapping[str, Sequence[object]], given: str) -> str:
    return str(getattr(rows[given][-1], "vi", "")) if given in rows else ""


def title(crimes: Sequence[Crime]) -> str:
    """Return a title that names the articles, and nobody."""
    return "Hành vi có dấu hiệu tội " + ", ".join(_crime(each) for each in crimes)


def neutral_name(mime: str) -> str:
    """Return what a file is called in the index by its kind alone."""
    return _NEUTRAL.get(mime.partition("/")[0], "Văn bản")


def investigators(rules: Rules) -> str:
    """Return the name of the body that investigates."""
    return f"Cơ quan Cảnh sát điều tra {rules.units.by_id[_POLICE][-1].vi}"


def by_hand(rules: Rules, today: date) -> tuple[DossierItem, ...]:
    """Return the items of a dossier that somebody puts in."""
    return tuple(each for each in rules.dossier_items.all_on(today) if each.made is None)


def missing(rules: Rules, composed: Composed, today: date) -> tuple[DossierItem, ...]:
    """Return the items that the law wants in the dossier and that are not."""
    return tuple(
        each
        for each in by_hand(rules, today)
        if each.template == composed.template and each.required and each.id not in composed.items
    )


def papers(
    rules: Rules, composed: Composed, origin: Origin, files: Sequence[StoredFile], today: date
) -> DossierPapers:
    """Return what the papers say; `files` bear the names that they are handed over with.

    Only for what has been checked: ids of the rules, days that are days.
    """
    evidence = tuple(
        Evidence(
            one_line(composed.names.get(given, "")) or neutral_name(file.mime),
            PurePosixPath(file.name).suffix,
            file.mime,
            file.size,
            file.sha256,
            composed.pages.get(given),
        )
        for given, file in zip(composed.files, files, strict=True)
    )
    names = [evidence_file(number, each) for number, each in enumerate(evidence, start=1)]
    if names != [each.name for each in files]:
        raise ValueError("the index would name other files than the dossier holds")
    rows = [rules.grounds.on(each, today) for each in composed.grounds]
    template = rules.templates.on(composed.template, today)
    cited = [each for row in rows for each in citing.in_full(rules, row.article)]
    laws = {law for law, _said in cited}
    cited += [each for each in citing.in_full(rules, template.article) if each[0] not in laws]
    return DossierPapers(
        template=Template(composed.template),
        number=origin.number,
        day=date.fromisoformat(composed.decided_on),
        place=place(rules, origin.unit),
        sender=Body(origin.unit.vi, superior(rules, origin.unit)),
        receiver=Body(
            composed.receiver, "" if composed.outside else rules.units.by_id[_POLICE][-1].vi
        ),
        procuracy=Body(rules.units.by_id[_PROCURACY][-1].vi),
        subject=_subject(composed),
        basis=tuple(dict.fromkeys(said for _law, said in cited)),
        summary=plain(composed.summary),
        signs=tuple(_signs(rules, composed, today)),
        contents=tuple(_contents(rules, composed, today)),
        petition=_petition(composed, origin.received_on),
        signer=Signer(
            one_line(composed.signer_position), origin.signer, one_line(composed.on_behalf)
        ),
        evidence=evidence,
        copies=tuple(filter(None, map(one_line, composed.copies.splitlines()))),
        reference=one_line(composed.decision_number),
        phoned_on=date.fromisoformat(composed.phoned_on) if composed.phoned_on else None,
        fingerprint=origin.fingerprint,
    )


def _subject(composed: Composed) -> str:
    """Return the title as it follows “V/v”, or stands under the name of a recommendation."""
    text = one_line(composed.title)
    text = text[:1].lower() + text[1:]
    return text if composed.template == Template.TIP else f"về {text}"


def _crime(row: Crime) -> str:
    return f"{row.vi[:1].lower()}{row.vi[1:]}"


def _signs(rules: Rules, composed: Composed, today: date) -> Iterator[Sign]:
    for each in composed.crimes:
        row = rules.crimes.on(each, today)
        reason = plain(composed.reasons.get(each, ""))
        yield Sign(f"Điều {each} Bộ luật Hình sự: Tội {_crime(row)}", reason)


def _contents(rules: Rules, composed: Composed, today: date) -> Iterator[Item]:
    for row in rules.dossier_items.all_on(today):
        if row.template != composed.template:
            continue
        letter = row.letter or ""
        if row.made is Made.EVIDENCE:
            if composed.files:
                yield Item(row.vi, letter, f"{len(composed.files):02} tài liệu")
        elif row.made is Made.PAPERS:
            yield Item(row.vi, letter)
        elif row.id in composed.items:
            yield Item(row.vi.partition(" (")[0], letter, "kèm theo")


def _petition(composed: Composed, received_on: date) -> Petition:
    parts = (Section("Nội dung", plain(composed.story)), Section("Tình tiết", plain(composed.told)))
    text = composed.petition
    return Petition(
        received_on,
        tuple(each for each in parts if each.text),
        text.count(COVERED) + text.count(STRUCK),
    )


def superior(rules: Rules, unit: Unit) -> str:
    """Return the office above as letterheads name it: the committee, not its chairman."""
    rows = rules.units.by_id.get(unit.parent or "", ())
    if not rows or unit.type in _NO_SUPERIOR or rows[-1].outside:
        return ""
    name = rows[-1].vi
    return name.removeprefix("Chủ tịch ") if rows[-1].type is UnitType.CHAIRMAN else name


def place(rules: Rules, unit: Unit) -> str:
    """Return the place that letters of a unit are dated at: its ward or commune, or the city."""
    if unit.place:
        return unit.place.partition(" ")[2] or unit.place
    city = next(each.vi for each in rules.units if each.type is UnitType.CHAIRMAN)
    return city.rpartition("thành phố ")[2]
