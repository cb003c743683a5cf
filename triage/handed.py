"""What a unit can still do with a dossier that it handed over: read its files, send its package."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select

from papers.package import MANIFEST, SIGNATURE, pack
from records.case import CaseEvent
from records.dossier import DossierFile
from records.work import Store, Work, reading, writing
from triage import access, dossierkeys, evidence, readings
from triage.access import Insider, NoSuchCase
from triage.caseacts import Desk
from triage.casefile import OpenCase
from triage.dossierkeys import KINDS, Handed
from triage.handover import head_standing
from triage.mailbox import IDENTITY_GIVEN
from triage.submission import StoredFile
from triage.timeline import Event
from triage.viewing import Found
from vault.context import Purpose

_PIECE = 1 << 18


@dataclass(frozen=True)
class Sendable:
    """The encrypted package of a dossier, to be handed out once."""

    name: str
    size: int
    pieces: Iterator[bytes]


def named_later(events: Iterable[Event]) -> Mapping[int, date]:
    """Return when an identity was last given after a dossier had left, by the dossier's number.

    It was covered in the case, and could not be in what the dossier held by then.
    """
    handed, found = 0, dict[int, date]()
    for event in sorted(events, key=lambda each: each.position):
        if event.kind in KINDS:
            handed += 1
        elif event.kind == IDENTITY_GIVEN:
            found |= dict.fromkeys(range(1, handed + 1), event.on)
    return found


def file(store: Store, person: Insider, case_id: UUID, dossier_id: UUID, file_id: UUID) -> Found:
    """Return a file of a dossier for a reader of its case. Raises NoSuchCase."""
    with reading(store) as work:
        handed = _handed(work, access.open_case(work, person, case_id), dossier_id)
        cards = _cards(work, handed)
    if file_id not in cards:
        raise NoSuchCase
    return Found(handed.sealed, cards[file_id])


def package(store: Store, desk: Desk, case_id: UUID, dossier_id: UUID) -> Sendable:
    """Return a dossier's files encrypted for the body outside that it was handed to.

    Each time it is logged, before anything is made; what is on the disk meanwhile is encrypted.
    Raises NoSuchCase, also for whoever may not hand over and for a dossier that went to a circle,
    and as `evidence.read`.
    """
    with writing(store) as work:
        case = access.open_case(work, desk.person, case_id)
        head_standing(desk.tracker(work), desk, case)
        handed = _handed(work, case, dossier_id)
        recipient = _recipient(work, case, dossier_id)
        by_name = {each.name: each for each in _cards(work, handed).values()}
        readings.log(
            work, readings.PACKAGE, dossier_id, desk.person.id, desk.promise_key, desk.today
        )
    pieces = {name: evidence.read(store, handed.sealed, each) for name, each in by_name.items()}
    try:
        manifest, signature = (b"".join(pieces.pop(each)) for each in (MANIFEST, SIGNATURE))
    except KeyError:
        raise NoSuchCase from None
    sink: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it has been read)
    try:
        pack(sink, manifest, signature, pieces, [recipient])
        size = sink.tell()
        sink.seek(0)
    except BaseException:
        sink.close()
        raise
    return Sendable(f"ho-so-{dossier_id.hex[:8]}.zip.age", size, _read(sink))


def _read(sink: BinaryIO) -> Iterator[bytes]:
    with sink:
        while piece := sink.read(_PIECE):
            yield piece


def _handed(work: Work, case: OpenCase, dossier_id: UUID) -> Handed:
    for each in dossierkeys.of_case(work, case):
        if each.id == dossier_id:
            return each
    raise NoSuchCase


def _cards(work: Work, handed: Handed) -> Mapping[UUID, StoredFile]:
    rows = work.session.execute(
        select(DossierFile.id, DossierFile.card).where(DossierFile.dossier_id == handed.id)
    )
    return {
        row.id: StoredFile.from_json(handed.sealed.unseal(Purpose.CASE_FILE_CARD, row.id, row.card))
        for row in rows
    }


def _recipient(work: Work, case: OpenCase, dossier_id: UUID) -> str:
    """Return the key that the body outside gave. Raises NoSuchCase if it was no such body."""
    rows = work.session.execute(
        select(CaseEvent.id, CaseEvent.detail).where(
            CaseEvent.case_id == case.id, CaseEvent.kind.in_(KINDS)
        )
    )
    for row in rows:
        told = case.unseal(Purpose.CASE_EVENT, row.id, row.detail or b"")
        if told.get("dossier", {}).get("id") == dossier_id.hex and told.get("recipient"):
            return str(told["recipient"])
    raise NoSuchCase
