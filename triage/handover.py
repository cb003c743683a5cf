"""The unit's side of the hand-over to the police: what its head sees, checks, and hands over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from papers import documents as press
from papers import signature
from papers.documents import Document
from papers.package import MANIFEST, SIGNATURE
from papers.signature import Certificate
from records.case import CaseEvent
from records.errors import BlobMissing, FolderUnusable
from records.work import Store, Work, reading
from rules.crime import Crime, DossierItem, Ground, Template
from rules.lifecycle import Step
from triage import (
    access,
    case_files,
    caseacts,
    casefile,
    certificate,
    circle,
    escalation,
    handover_checks,
    handover_papers,
    lifecycle,
    standing,
    stepform,
    tracker,
    viewing,
)
from triage.access import NoSuchCase
from triage.caseacts import Act, Desk, Head
from triage.casefile import OpenCase
from triage.dossierkeys import HANDED_OVER
from triage.escalation import HandOver, Package
from triage.handover_papers import Composed, Origin
from triage.inputs import BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.publickeys import INVESTIGATORS, PROSECUTORS, UnitNotOpen
from triage.signs import Signs
from triage.spans import may_show_handwriting
from triage.standing import Standing, Tracker
from triage.stepform import Effect
from triage.submission import Facts, StoredFile
from vault.context import Purpose
from vault.errors import VaultError

_CONFIRMED = "signs.confirmed"
_PDF = "application/pdf"


@dataclass(frozen=True)
class Circle:
    """A circle that a dossier can go to: how many read there, and why it cannot have this one."""

    readers: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Sheet:
    """What the head of a unit is shown before a case is handed over.

    `crimes` and `grounds_confirmed`: what was confirmed in the case. `files` may be handed over,
    `uncleaned` not. `suggested`: what the form begins with. `obstacle`: why not now.
    """

    case_id: UUID
    step: Step
    head: Head
    position: int
    obstacle: NotAllowed | None
    effects: tuple[Effect, ...]
    crimes: tuple[Crime, ...]
    grounds: tuple[Ground, ...]
    templates: tuple[Template, ...]
    items: tuple[DossierItem, ...]
    files: tuple[StoredFile, ...]
    uncleaned: tuple[StoredFile, ...]
    police: Circle
    procuracy: Circle
    suggested: Composed


@dataclass(frozen=True)
class Ready:
    """A dossier that is written, signed and sealed, and not handed over yet."""

    case_id: UUID
    entered: Entered
    what: HandOver


def shows_people(file: StoredFile) -> bool:
    """Tell whether a file can show handwriting, faces, voices: all that no cleaning removes."""
    return may_show_handwriting(file.mime) or file.mime.startswith("audio/")


def sheet(store: Store, desk: Desk, case_id: UUID) -> Sheet:
    """Return what the page of the hand-over needs. Raises NoSuchCase, also for who is no head."""
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
        return _sheet(work, desk, case)


def may_hand_over(store: Store, desk: Desk, case_id: UUID) -> bool:
    """Tell whether handing this case over is this person's."""
    try:
        with reading(store) as work:
            head_standing(desk.tracker(work), desk, access.open_case(work, desk.person, case_id))
    except NoSuchCase:
        return False
    return True


def _sheet(work: Work, desk: Desk, case: OpenCase) -> Sheet:
    rules, today = desk.rules, desk.today
    acting = desk.tracker(work)
    found, step = head_standing(acting, desk, case), rules.steps.on(HANDED_OVER, today)
    crimes, grounds = _confirmed(work, case)
    filed, _damaged = case_files.files(work, case, {})
    files = sorted((each.file for each in filed), key=lambda each: (each.name, each.id))
    known = tuple(rules.crimes.on(each, today) for each in crimes)
    return Sheet(
        case_id=case.id,
        step=step,
        head=caseacts.head(work, desk, found),
        position=casefile.last_position(work, case.id),
        obstacle=lifecycle.obstacle(rules, found.course, step, found.who, today),
        effects=stepform.effects(rules, step, found.course, today),
        crimes=known,
        grounds=rules.grounds.all_on(today),
        templates=rules.templates.all_on(today),
        items=handover_papers.by_hand(rules, today),
        files=tuple(each for each in files if not each.not_cleaned),
        uncleaned=tuple(each for each in files if each.not_cleaned),
        police=reach(acting, case, INVESTIGATORS),
        procuracy=reach(acting, case, PROSECUTORS),
        suggested=_suggested(acting, case, found, known, grounds),
    )


def head_standing(acting: Tracker, desk: Desk, case: OpenCase, step: str = HANDED_OVER) -> Standing:
    """Return where the case stands. Raises NoSuchCase for whoever may not hand it over."""
    found = standing.of(acting, case.id, desk.person.id, locked=False)
    if not found.who & set(desk.rules.steps.on(step, desk.today).who):
        raise NoSuchCase
    return found


def _confirmed(work: Work, case: OpenCase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the articles and grounds that were confirmed in a case, each once."""
    rows = work.session.execute(
        select(CaseEvent.id, CaseEvent.detail)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind == _CONFIRMED)
        .order_by(CaseEvent.position)
    )
    told = [case.unseal(Purpose.CASE_EVENT, row.id, row.detail or b"") for row in rows]
    crimes, grounds = (
        tuple(dict.fromkeys(each for one in told for each in one.get(key, ())))
        for key in ("crimes", "ground")
    )
    return crimes, grounds


def reach(acting: Tracker, case: OpenCase, of: str) -> Circle:
    """Return how a circle can be reached with a dossier of this case."""
    faults = tuple(escalation.kept_away(acting, case, [of]))
    try:
        return Circle(len(circle.circle(acting.work, of).readers), faults)
    except UnitNotOpen:
        return Circle(0, faults)


def _suggested(
    acting: Tracker,
    case: OpenCase,
    found: Standing,
    crimes: Sequence[Crime],
    grounds: tuple[str, ...],
) -> Composed:
    work, rules = acting.work, acting.rules
    unit = rules.units.by_id[found.row.unit_code][-1]
    told = Facts.from_json(casefile.newest(work, case, Purpose.CASE_FACTS))
    signs = _signs(work, case)
    return Composed(
        uuid4(),
        crimes=tuple(each.id for each in crimes),
        grounds=grounds,
        reasons={each.id: _reason(signs, each.id) for each in crimes},
        title=handover_papers.title(crimes) if crimes else "",
        story=str(casefile.newest(work, case, Purpose.CASE_NARRATIVE)["text"]),
        told=handover_papers.facts(rules, told, found.row.ward),
        addressee=handover_papers.investigators(rules),
        signer_position=unit.head_vi,
    )


def _signs(work: Work, case: OpenCase) -> Signs | None:
    try:
        return Signs.from_json(casefile.newest(work, case, Purpose.CASE_SIGNS))
    except NoResultFound:  # filed under an earlier release
        return None


def _reason(signs: Signs | None, article: str) -> str:
    """Return what the text has for an article, for somebody to go on from."""
    found = [] if signs is None else signs.grounds_of(article)
    texts = [f"{concept.vi}: " + ", ".join(f"“{each}”" for each in said) for concept, said in found]
    return f"Đơn, tin nêu: {'; '.join(texts)}." if texts else ""


def check(store: Store, desk: Desk, case_id: UUID, composed: Composed, position: int) -> None:
    """Make sure that a hand-over would take place, and do nothing.

    Raises NoSuchCase, Moved, NotAllowed, BadInputs, clock.Refused.
    """
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
        acting = desk.tracker(work)
        found = head_standing(acting, desk, case)
        caseacts.still_there(work, desk, case, position)
        entered = _entered(composed)
        faults = list(escalation.unconfirmed(work, case, entered))
        faults += handover_checks.faults(desk.rules, composed, desk.today)
        if not composed.outside:
            faults += reach(acting, case, INVESTIGATORS).faults
            faults += reach(acting, case, PROSECUTORS).faults if composed.copied else ()
        try:
            tracker.check(acting, found, HANDED_OVER, entered)
        except BadInputs as error:
            faults += error.faults
    if faults:
        raise BadInputs(faults)


def _entered(composed: Composed) -> Entered:
    return {
        "crimes": composed.crimes,
        "ground": composed.grounds,
        "template": composed.template,
        "decision_number": composed.decision_number,
        "decided_on": composed.decided_on,
    }


def signer(store: Store, keys: Path | None, today: date) -> Certificate:
    """Return what manifests are signed with. Raises NotAllowed if this machine cannot sign."""
    try:
        if keys is not None:
            return certificate.own(store, keys, today)
    except FolderUnusable:
        pass
    raise NotAllowed(
        "Máy chủ này không có khóa ký số của hệ thống; hãy báo quản trị viên.",
        "This server lacks the key that dossiers are signed with: tell the administrator.",
    )


def counted(store: Store, desk: Desk, case_id: UUID, composed: Composed) -> Composed:
    """Return the hand-over with the pages of its evidence counted, where it has pages."""
    pages = {}
    for each in composed.files:
        found = viewing.find(store, desk.person, case_id, each)
        if found.file.mime == _PDF:
            try:
                pages[each] = viewing.pages(store, found)
            except viewing.NotShown:
                continue  # the index then says nothing of pages
    return replace(composed, pages=pages)


def looks(
    store: Store, desk: Desk, case_id: UUID, files: Sequence[UUID]
) -> Mapping[UUID, handover_papers.Look]:
    """Return what looks personal in the texts among the evidence. Raises NoSuchCase."""
    found = {}
    for each in files:
        file = viewing.find(store, desk.person, case_id, each)
        if file.manner is not viewing.Manner.TEXT:
            continue
        try:
            text, whole = viewing.text(store, file)
        except (BlobMissing, VaultError):
            continue  # it cannot be handed over either
        look = handover_papers.look(text, whole=whole)
        if look is not None:
            found[each] = look
    return found


def written(
    store: Store, desk: Desk, case_id: UUID, composed: Composed, own: Certificate
) -> tuple[tuple[Document, ...], bytes]:
    """Return the papers of a hand-over that has been checked, and their manifest.

    Raises NoSuchCase, BadInputs.
    """
    files = escalation.chosen(store, desk, case_id, composed.files)
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
        found = head_standing(desk.tracker(work), desk, case)
    origin = Origin(
        number=composed.dossier_id.hex[:8],
        unit=desk.rules.units.by_id[found.row.unit_code][-1],
        received_on=found.row.arrived_on,
        signer=desk.person.name,
        fingerprint=signature.fingerprint(own.certificate),
    )
    told = handover_papers.papers(desk.rules, composed, origin, files, desk.today)
    made = press.documents(told)
    return made, press.manifest(told, made).to_bytes()


@contextmanager
def packed(
    store: Store, desk: Desk, case_id: UUID, composed: Composed, own: Certificate
) -> Iterator[Ready]:
    """Write, sign and seal the dossier for the length of a block; unless handed over it is gone.

    Raises as `written` and as escalation.packed.
    """
    made, manifest = written(store, desk, case_id, composed, own)
    documents = [escalation.Document(each.name, each.content, each.media_type) for each in made]
    documents += [
        escalation.Document(MANIFEST, manifest, "application/json"),
        escalation.Document(
            SIGNATURE, signature.sign(manifest, own), "application/pkcs7-signature"
        ),
    ]
    with ExitStack() as stack:
        try:
            package = stack.enter_context(
                escalation.packed(
                    store, desk, case_id, documents, composed.files, composed.dossier_id
                )
            )
        except (BlobMissing, VaultError):
            raise BadInputs([handover_checks.DAMAGED]) from None
        yield Ready(case_id, _entered(composed), _what(composed, package))


def _what(composed: Composed, package: Package) -> HandOver:
    return HandOver(
        package,
        composed.title,
        composed.petition,
        composed.summary,
        addressee=composed.receiver,
        body=composed.receiver if composed.outside else "",
        recipient=composed.recipient if composed.outside else "",
        copied=composed.copied,
    )


def hand_over(work: Work, desk: Desk, ready: Ready, position: int) -> UUID:
    """Hand over what is ready, if the case is as it was when `position` was its newest event.

    Returns the dossier's identifier. Raises as escalation.hand_over.
    """
    act = Act(ready.case_id, HANDED_OVER, ready.entered, position)
    return escalation.hand_over(work, desk, act, ready.what)
