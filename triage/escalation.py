"""Hands a dossier of a case to another office: at once, sealed to its circle, without the identity.

The case goes on meanwhile (TC 27(1), PCTN 62(1)). To a body outside goes a package that is made
elsewhere; the dossier then has no circle, and the unit records what the letters say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from records.case import CaseEvent
from records.dossier import Dossier, DossierFile, DossierKind, Part
from records.work import Store, Work, reading
from triage import (
    access,
    case_files,
    caseacts,
    circle,
    destinations,
    dossierkeys,
    evidence,
    lifecycle,
    standing,
    tracker,
)
from triage.access import NoSuchCase
from triage.caseacts import Act, Desk
from triage.casefile import OpenCase
from triage.casekeys import NobodyLeft
from triage.dossierkeys import HANDED_OVER, REFERRED, Handed
from triage.inputs import BadInputs, Entered, Fault
from triage.protection import Risk
from triage.publickeys import INVESTIGATORS, PROSECUTORS, PROTECTORS, UnitNotOpen
from triage.standing import Tracker
from triage.submission import Origin, StoredFile
from triage.text import one_line, plain
from vault.context import Purpose
from vault.errors import Damaged
from vault.keys import new_secret_key

#: The body of rules/units.toml that a circle's people work for: what it does must not go there.
OFFICES: Mapping[str, str] = MappingProxyType(
    {INVESTIGATORS: "cong_an", PROSECUTORS: "vien_kiem_sat", PROTECTORS: "cong_an"}
)
_CIRCLES = {DossierKind.CRIME: INVESTIGATORS, DossierKind.PROTECTION: PROTECTORS}
_CONFIRMED, _CRIMES = "signs.confirmed", "crimes"
_NEUTRAL = "tai-lieu"
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class Document:
    """A document written for the hand-over: the letter, the index, the minutes."""

    name: str
    content: bytes = field(repr=False)
    mime: str = "application/pdf"


@dataclass(frozen=True)
class Package:
    """The key drawn for a dossier, and its files: sealed under it, on hold until handed over."""

    dossier: OpenCase
    files: tuple[tuple[Part, StoredFile], ...] = ()


@dataclass(frozen=True)
class HandOver:
    """What is handed over besides what the step asks for.

    `petition`: its text, without whatever tells who wrote it. `body`: the body outside that it
    goes to, and `recipient` the age key of that body, if not to the circle here. `copied`: the
    procuracy's circle gets a copy; where it is told on paper, it does not.
    """

    package: Package
    title: str
    petition: str
    summary: str
    addressee: str = ""
    body: str = ""
    recipient: str = ""
    copied: bool = True


@dataclass(frozen=True)
class Referral:
    """What the protection of a reporter is asked with; `forms`, `goods`: ids of rules/.

    `risk`: as it was assessed last, if it was.
    """

    package: Package
    title: str
    summary: str
    forms: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    addressee: str = ""
    body: str = ""
    recipient: str = ""
    risk: Risk | None = None


def chosen(
    store: Store, desk: Desk, case_id: UUID, files: Sequence[UUID]
) -> tuple[StoredFile, ...]:
    """Return files of a case under the neutral names that they would be handed over with.

    Raises NoSuchCase, also for a file of another case and for an original, which nobody hands over.
    Raises BadInputs for one that could not be cleaned: what it holds besides is not known.
    """
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
        found = [case_files.file(work, case, each) for each in dict.fromkeys(files)]
    if any(each.original_of is not None for each in found):
        raise NoSuchCase
    faults = [
        Fault(
            "files",
            f"Chưa xóa được thông tin ẩn trong tệp “{each.name}”; hãy bàn giao tệp này theo biên "
            "bản riêng.",
            f"Hidden information could not be removed from {each.name}: hand it over apart.",
        )
        for each in found
        if each.not_cleaned
    ]
    if faults:
        raise BadInputs(faults)
    return tuple(
        replace(each, name=f"{_NEUTRAL}-{number:02}{PurePosixPath(each.name).suffix}")
        for number, each in enumerate(found, start=1)
    )


@contextmanager
def packed(  # noqa: PLR0913, PLR0917
    store: Store,
    desk: Desk,
    case_id: UUID,
    documents: Iterable[Document] = (),
    files: Sequence[UUID] = (),
    dossier_id: UUID | None = None,
) -> Iterator[Package]:
    """Seal documents and files of a case under a new dossier's key, for the length of a block.

    `dossier_id`: its identifier, where the documents name it. What was not handed over in it is
    gone when it ends. Raises as `chosen`, and BlobMissing, BlobStoreFailed, a VaultError for a
    file that is missing or damaged.
    """
    copies = chosen(store, desk, case_id, files)
    sealed = OpenCase(dossier_id or uuid4(), new_secret_key())
    held: list[tuple[Part, StoredFile]] = []
    try:
        for document in documents:
            name = evidence.shown_name(document.name)
            card = StoredFile(uuid4(), name, document.mime, 0, "", origin=Origin.INSIDE)
            content = [document.content]
            put = evidence.put(store, sealed, Purpose.CASE_FILE, card, content, desk.today)
            held.append((Part.DOCUMENT, put))
        held += ((Part.EVIDENCE, _copied(store, desk, case_id, sealed, each)) for each in copies)
        yield Package(sealed, tuple(held))
    finally:
        evidence.drop(store, [file.id for _, file in held])  # those still on hold


def _copied(
    store: Store, desk: Desk, case_id: UUID, sealed: OpenCase, file: StoredFile
) -> StoredFile:
    """Seal a file of the case anew, piece by piece; its card tells nothing of who sent it."""
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
    card = StoredFile(uuid4(), file.name, file.mime, 0, "", origin=Origin.INSIDE)
    pieces = evidence.read(store, case, file)
    copy = evidence.put(store, sealed, Purpose.CASE_FILE, card, pieces, desk.today)
    if copy.sha256 != file.sha256:
        evidence.drop(store, [copy.id])
        raise Damaged
    return copy


def hand_over(work: Work, desk: Desk, act: Act, what: HandOver) -> UUID:
    """Hand a dossier to the investigating body, and return its identifier.

    `act.entered`: crimes, ground, template, decision_number, decided_on. Raises NoSuchCase, Moved,
    NotAllowed, BadInputs, BlobMissing; then nothing has been done.
    """
    case = caseacts.begin(work, desk, act.case_id, act.position)
    cover = {key: act.entered[key] for key in _COVER if key in act.entered}
    text = {"petition": plain(what.petition), "summary": plain(what.summary)}
    faults = [*_named(what.title), *unconfirmed(work, case, act.entered)]
    if not any(text.values()):
        faults.append(
            Fault("petition", "Thiếu nội dung đơn hoặc tóm tắt.", "There is nothing to hand over.")
        )
    planned = _Planned(DossierKind.CRIME, HANDED_OVER, act.entered, cover, text, what.copied)
    return _hand(work, desk, case, planned, what, faults)


def refer(work: Work, desk: Desk, act: Act, what: Referral) -> UUID:
    """Ask the protecting body to protect the reporter, and return the dossier's identifier.

    `act.entered`: what protection.referred asks for. Raises as `hand_over`.
    """
    case = caseacts.begin(work, desk, act.case_id, act.position)
    known = {
        "forms": (what.forms, desk.rules.retaliations.by_id),
        "goods": (what.goods, desk.rules.protected_goods.by_id),
    }
    faults = [
        *_named(what.title),
        *(
            Fault(key, "Không có lựa chọn này.", "There is no such choice.")
            for key, (given, rows) in known.items()
            if not set(given) <= set(rows)
        ),
    ]
    cover = {key: act.entered[key] for key in _COVER if key in act.entered}
    text = {
        "summary": plain(what.summary),
        "asked": plain(str(act.entered.get("text", ""))),
        "forms": list(what.forms),
        "goods": list(what.goods),
        "risk": None if what.risk is None else what.risk.to_json(),
    }
    planned = _Planned(DossierKind.PROTECTION, REFERRED, act.entered, cover, text, copied=False)
    return _hand(work, desk, case, planned, what, faults)


#: What of the step's inputs stands on the cover.
_COVER = ("crimes", "ground", "template", "decision_number", "decided_on")


@dataclass(frozen=True)
class _Planned:
    """A hand-over about to be made: the step, what was entered, and what is to be sealed."""

    kind: DossierKind
    step: str
    entered: Entered
    cover: dict[str, Any]
    text: dict[str, Any]
    copied: bool


def _hand(  # noqa: PLR0913, PLR0917
    work: Work,
    desk: Desk,
    case: OpenCase,
    planned: _Planned,
    what: HandOver | Referral,
    faults: list[Fault],
) -> UUID:
    acting, sealed = desk.tracker(work), what.package.dossier
    found = standing.of(acting, case.id, desk.person.id)
    step = desk.rules.steps.on(planned.step, desk.today)
    against = lifecycle.obstacle(desk.rules, found.course, step, found.who, desk.today)
    if against is not None:
        raise against
    to = None if what.body else _CIRCLES[planned.kind]
    copy = PROSECUTORS if to and planned.copied else None
    held = Handed(sealed, case.id, _next(work, case), planned.kind, to, copy, desk.today)
    circle.lock(work, held.circles)
    faults += kept_away(acting, case, held.circles)
    if faults:
        raise BadInputs(faults)
    tracker.check(acting, found, planned.step, planned.entered)
    cover = {
        **planned.cover,
        "title": one_line(what.title),
        "addressee": one_line(what.addressee or what.body),
        "unit": found.row.unit_code,
        "body": one_line(what.body),
    }
    row = {
        "id": sealed.id,
        "case_id": case.id,
        "number": held.number,
        "kind": held.kind,
        "circle": held.circle,
        "copied_to": held.copied_to,
        "handed_on": held.handed_on,
        "cover": sealed.seal(Purpose.CASE_FACTS, sealed.id, cover),
        "text": sealed.seal(Purpose.CASE_NARRATIVE, sealed.id, planned.text),
    }
    work.insert(Dossier, row)
    _seal_to_circles(work, held)
    _adopt(work, what.package)
    more = dossierkeys.detail(sealed)
    if what.body:
        more |= {"body": one_line(what.body), "recipient": what.recipient.strip()}
    tracker.take_with(acting, case, desk.person.id, planned.step, planned.entered, more)
    return sealed.id


def _named(title: str) -> Iterator[Fault]:
    if not 0 < len(one_line(title)) <= _LONGEST_TITLE:
        yield Fault(
            "title",
            f"Hãy ghi trích yếu, nhiều nhất {_LONGEST_TITLE} ký tự.",
            f"A title of 1 to {_LONGEST_TITLE} characters is needed.",
        )


def unconfirmed(work: Work, case: OpenCase, entered: Entered) -> Iterator[Fault]:
    """Yield what is wrong with the articles: those whose signs nobody has confirmed."""
    rows = work.session.execute(
        select(CaseEvent.id, CaseEvent.detail).where(
            CaseEvent.case_id == case.id, CaseEvent.kind == _CONFIRMED
        )
    )
    confirmed = {
        article
        for event_id, sealed in rows
        for article in case.unseal(Purpose.CASE_EVENT, event_id, sealed or b"").get(_CRIMES, ())
    }
    given = entered.get(_CRIMES, ())
    strange = [each for each in given if each not in confirmed and not isinstance(given, str)]
    if strange:
        names = ", ".join(strange)
        yield Fault(
            _CRIMES,
            f"Chưa xác định dấu hiệu theo điều: {names}.",
            f"No signs of these articles have been confirmed: {names}.",
        )


def kept_away(acting: Tracker, case: OpenCase, circles: Iterable[str]) -> Iterator[Fault]:
    """Yield why circles cannot have a dossier: accused, without a key, or with nobody there."""
    for each in circles:
        key = "copied" if each == PROSECUTORS else "circle"
        try:
            destinations.check_unit(acting, case, OFFICES[each])
            here = circle.circle(acting.work, each)
        except BadInputs as error:
            yield from (replace(fault, key=key) for fault in error.faults)
        except UnitNotOpen:
            yield Fault(key, "Nhóm nhận chưa có khóa tại đây.", "That circle has no key here.")
        else:
            if not here.readers:
                yield Fault(
                    key,
                    "Nhóm nhận chưa có ai giữ khóa; hãy chuyển ra ngoài hệ thống hoặc báo quản trị "
                    "bổ nhiệm đầu mối.",
                    "Nobody of that circle holds its key: hand it to a body outside, or have "
                    "somebody appointed.",
                )


def _seal_to_circles(work: Work, held: Handed) -> None:
    for each in held.circles:
        try:
            dossierkeys.hold(work, held, circle.circle(work, each))
        except NobodyLeft:
            raise BadInputs(
                [
                    Fault(
                        "circle" if each == held.circle else "copied",
                        "Mọi người của nhóm nhận đều không được biết hồ sơ này.",
                        "Everybody of that circle is recused from the case.",
                    )
                ]
            ) from None


def _adopt(work: Work, package: Package) -> None:
    for part, file in package.files:
        work.adopt_blob(file.id)
        row = {
            "id": file.id,
            "dossier_id": package.dossier.id,
            "part": part,
            "card": package.dossier.seal(Purpose.CASE_FILE_CARD, file.id, file.to_json()),
        }
        work.insert(DossierFile, row)


def _next(work: Work, case: OpenCase) -> int:
    last = select(func.max(Dossier.number)).where(Dossier.case_id == case.id)
    return (work.session.execute(last).scalar_one() or 0) + 1
