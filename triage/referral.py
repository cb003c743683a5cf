"""The unit's side of a request to protect: what its head sees, checks, and sends to the officers.

They get what protection needs and no more: neither the petition nor who reported. To a body outside
goes a package with a letter, in Vietnamese whatever language the desk is used in.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from papers import documents as press
from papers import signature
from papers.dossier import Body, ProtectionPapers, Signer
from papers.manifest import Entry, Manifest
from papers.package import MANIFEST, SIGNATURE
from papers.signature import Certificate
from records.case import CaseEvent
from records.errors import BlobMissing
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import Step, Track
from rules.protection import ProtectedGood, Retaliation
from triage import (
    access,
    case_files,
    caseacts,
    casefile,
    citing,
    dossierkeys,
    escalation,
    handover,
    handover_checks,
    handover_papers,
    lifecycle,
    protection,
    stepform,
    tracker,
)
from triage.caseacts import Act, Desk, Head
from triage.casefile import OpenCase
from triage.dossierkeys import REFERRED
from triage.escalation import Document, Package, Referral
from triage.handover import Circle
from triage.handover_papers import Look
from triage.inputs import BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.protection import Risk
from triage.publickeys import PROTECTORS
from triage.stepform import Effect
from triage.submission import StoredFile
from triage.text import one_line, plain
from vault.context import Purpose
from vault.errors import VaultError

TITLE = "Đề nghị áp dụng biện pháp bảo vệ"
_LETTER = "01-de-nghi-bao-ve.pdf"


@dataclass(frozen=True)
class Asking:
    """A request to protect as it was written; `forms`, `goods` are ids of rules/.

    `text`: what is asked for. `summary`: what is to be feared. `files` to `left`, `kept` and the
    body outside: as in handover_papers.Composed.
    """

    title: str = TITLE
    text: str = ""
    summary: str = ""
    forms: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    files: tuple[UUID, ...] = ()
    seen: frozenset[UUID] = frozenset()
    looks: Mapping[UUID, Look] = field(default_factory=dict)
    left: frozenset[UUID] = frozenset()
    outside: bool = False
    body: str = ""
    recipient: str = ""
    kept: frozenset[str] = frozenset()
    kept_confirmed: bool = False

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the texts that go out, by the names of their fields."""
        yield from (("title", self.title), ("summary", self.summary), ("text", self.text))


@dataclass(frozen=True)
class ReferralSheet:
    """What the head of a unit is shown before protection is asked for.

    `replaces`: the day of the request whose place this one would take. `risk`: as it was assessed
    last. `files` may go along, `uncleaned` not. `suggested`: what the form begins with.
    `obstacle`: why not now.
    """

    case_id: UUID
    step: Step
    head: Head
    position: int
    obstacle: NotAllowed | None
    effects: tuple[Effect, ...]
    forms: tuple[Retaliation, ...]
    goods: tuple[ProtectedGood, ...]
    replaces: date | None
    risk: Risk | None
    files: tuple[StoredFile, ...]
    uncleaned: tuple[StoredFile, ...]
    officers: Circle
    suggested: Asking


@dataclass(frozen=True)
class Ready:
    """A request that is written and sealed, and not sent yet."""

    case_id: UUID
    entered: Entered
    what: Referral


def sheet(store: Store, desk: Desk, case_id: UUID) -> ReferralSheet:
    """Return what the page needs. Raises NoSuchCase, also for who is no head."""
    rules, today = desk.rules, desk.today
    with reading(store) as work:
        case, acting = access.open_case(work, desk.person, case_id), desk.tracker(work)
        found = handover.head_standing(acting, desk, case, REFERRED)
        step = rules.steps.on(REFERRED, today)
        filed, _damaged = case_files.files(work, case, {})
        files = sorted((each.file for each in filed), key=lambda each: (each.name, each.id))
        alarm = _newest(work, case, protection.ALARM)
        assessed = _newest(work, case, protection.ASSESSED)
        said = ""
        if found.course.kind == protection.KIND:
            said = str(casefile.newest(work, case, Purpose.CASE_NARRATIVE)["text"])
        return ReferralSheet(
            case_id=case.id,
            step=step,
            head=caseacts.head(work, desk, found),
            position=casefile.last_position(work, case.id),
            obstacle=lifecycle.obstacle(rules, found.course, step, found.who, today),
            effects=stepform.effects(rules, step, found.course, today),
            forms=rules.retaliations.all_on(today),
            goods=rules.protected_goods.all_on(today),
            replaces=_running(work, case),
            risk=_risk(assessed),
            files=tuple(each for each in files if not each.not_cleaned),
            uncleaned=tuple(each for each in files if each.not_cleaned),
            officers=handover.reach(acting, case, PROTECTORS),
            suggested=_suggested(alarm, assessed, said),
        )


_Told = tuple[dict[str, Any], date] | None


def _newest(work: Work, case: OpenCase, kind: str) -> _Told:
    """Return what the newest step of a kind says, and when."""
    row = work.session.execute(
        select(CaseEvent.id, CaseEvent.detail, CaseEvent.dossier_id, CaseEvent.happened_on)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind == kind)
        .order_by(CaseEvent.position.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    opener = dossierkeys.opener(work, case)
    return opener.read(row.id, row.detail or b"", row.dossier_id), row.happened_on


def _risk(told: _Told) -> Risk | None:
    return None if told is None else Risk.told(*told)


def _running(work: Work, case: OpenCase) -> date | None:
    now = dossierkeys.current(work, case.id, Track.PROTECTION)
    found = (each.handed_on for each in dossierkeys.of_case(work, case) if each.id == now)
    return next(found, None)


def _suggested(alarm: _Told, assessed: _Told, said: str) -> Asking:
    """Begin with what the reporter says of the danger, and what the unit made of it.

    `said`: the report itself, where that is a request for protection.
    """
    called, found = (each[0] if each else {} for each in (alarm, assessed))
    forms = dict.fromkeys((*called.get("forms", ()), *found.get("forms", ())))
    texts = filter(None, (called.get("text", "") or said, found.get("reason", "")))
    return Asking(summary="\n\n".join(texts), forms=tuple(forms))


def check(store: Store, desk: Desk, case_id: UUID, asking: Asking, position: int) -> None:
    """Make sure that protection could be asked for so, and do nothing.

    Raises NoSuchCase, Moved, NotAllowed, BadInputs, clock.Refused.
    """
    with reading(store) as work:
        case, acting = access.open_case(work, desk.person, case_id), desk.tracker(work)
        found = handover.head_standing(acting, desk, case, REFERRED)
        caseacts.still_there(work, desk, case, position)
        faults = [*_empty(asking), *handover_checks.unseen(asking)]
        if asking.outside:
            faults += handover_checks.recipient(asking.recipient)
        else:
            faults += handover.reach(acting, case, PROTECTORS).faults
        try:
            tracker.check(acting, found, REFERRED, _entered(asking))
        except BadInputs as error:
            faults += error.faults
    if faults:
        raise BadInputs(faults)


def _empty(asking: Asking) -> Iterator[Fault]:
    if not one_line(asking.title):
        yield Fault("title", "Hãy ghi trích yếu.", "A title is needed.")
    if not plain(asking.summary):
        yield Fault(
            "summary", "Hãy nêu tình hình, nguy cơ.", "Say what has happened and is to be feared."
        )
    if not asking.goods:
        yield Fault("goods", "Hãy chọn điều cần bảo vệ.", "Choose what is to be protected.")
    if asking.outside and not one_line(asking.body):
        yield Fault("body", "Hãy ghi tên cơ quan nhận.", "Which body is it for?")


def _entered(asking: Asking) -> Entered:
    return {"text": asking.text}


@contextmanager
def packed(
    store: Store, desk: Desk, case_id: UUID, asking: Asking, own: Certificate | None
) -> Iterator[Ready]:
    """Seal the dossier for the length of a block; what is not handed over in it is gone.

    `own`: what the package for a body outside is signed with; circles need no papers. Raises
    NoSuchCase, BadInputs.
    """
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
        risk = _risk(_newest(work, case, protection.ASSESSED))
    dossier_id = uuid4()
    papers: Sequence[Document] = ()
    if own is not None:
        papers = _papers(store, desk, case, asking, risk, dossier_id, own)
    with ExitStack() as stack:
        try:
            package = stack.enter_context(
                escalation.packed(store, desk, case_id, papers, asking.files, dossier_id)
            )
        except (BlobMissing, VaultError):
            raise BadInputs([handover_checks.DAMAGED]) from None
        what = _what(desk.rules, asking, package, risk)
        yield Ready(case_id, _entered(asking), what)


def _what(rules: Rules, asking: Asking, package: Package, risk: Risk | None) -> Referral:
    inside = rules.units.by_id[escalation.OFFICES[PROTECTORS]][-1].vi
    return Referral(
        package,
        asking.title,
        asking.summary,
        asking.forms,
        asking.goods,
        addressee=asking.body if asking.outside else inside,
        body=asking.body if asking.outside else "",
        recipient=asking.recipient if asking.outside else "",
        risk=risk,
    )


def refer(work: Work, desk: Desk, ready: Ready, position: int) -> UUID:
    """Ask for protection, if the case is as it was when `position` was its newest event.

    Returns the dossier's identifier. Raises as escalation.refer.
    """
    act = Act(ready.case_id, REFERRED, ready.entered, position)
    return escalation.refer(work, desk, act, ready.what)


def _papers(  # noqa: PLR0913, PLR0917
    store: Store,
    desk: Desk,
    case: OpenCase,
    asking: Asking,
    risk: Risk | None,
    dossier_id: UUID,
    own: Certificate,
) -> tuple[Document, ...]:
    """Return the letter to a body outside, the manifest of the package, and its signature."""
    files = escalation.chosen(store, desk, case.id, asking.files)
    with reading(store) as work:
        found = handover.head_standing(desk.tracker(work), desk, case, REFERRED)
    rules, today = desk.rules, desk.today
    unit, step = rules.units.by_id[found.row.unit_code][-1], rules.steps.on(REFERRED, today)
    letter = press.request(
        ProtectionPapers(
            number=dossier_id.hex[:8],
            day=today,
            place=handover_papers.place(rules, unit),
            sender=Body(unit.vi, handover_papers.superior(rules, unit)),
            receiver=Body(one_line(asking.body)),
            subject=_small(one_line(asking.title)),
            basis=tuple(said for _law, said in citing.in_full(rules, step.article)),
            asked=plain(asking.text),
            summary=plain(asking.summary),
            facts=tuple(_facts(rules, asking, risk)),
            files=tuple(each.name for each in files),
            signer=Signer(unit.head_vi, desk.person.name),
            fingerprint=signature.fingerprint(own.certificate),
        ),
        _LETTER,
    )
    entries = [Entry.of(letter.name, letter.media_type, letter.content)]
    entries += [Entry(each.name, each.mime, each.size, each.sha256) for each in files]
    manifest = Manifest(dossier_id.hex[:8], today, unit.vi, tuple(entries)).to_bytes()
    return (
        Document(letter.name, letter.content, letter.media_type),
        Document(MANIFEST, manifest, "application/json"),
        Document(SIGNATURE, signature.sign(manifest, own), "application/pkcs7-signature"),
    )


def _small(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _facts(rules: Rules, asking: Asking, risk: Risk | None) -> Iterator[tuple[str, str]]:
    """Yield what the letter says in lines of their own: a name, and what was chosen."""
    if asking.forms:
        yield "Hình thức trù dập, trả thù", _named(rules.retaliations.by_id, asking.forms)
    yield "Điều cần bảo vệ", _named(rules.protected_goods.by_id, asking.goods)
    if risk is not None:
        yield "Mức nguy cơ", _named(rules.risks.by_id, (risk.level,))
        yield "Khả năng xảy ra", _named(rules.likelihoods.by_id, (risk.likelihood,))
        yield "Mức nghiêm trọng", _named(rules.severities.by_id, (risk.severity,))
        yield "Người cần bảo vệ", _named(rules.protected_persons.by_id, risk.protected)
        if risk.at_once:
            yield "Mức khẩn cấp", "cần bảo vệ ngay"


def _named(rows: Any, given: Sequence[str]) -> str:  # noqa: ANN401  (any table of named rows)
    return "; ".join(_small(rows[each][-1].vi) for each in given)
