"""Who holds the key of a dossier: the circles it was handed to, and whoever holds its case's key.

A dossier is sealed as a case is, under a random key of its own that also stands in the sealed
detail of the step which handed it over. So the unit, the escrow and the reporter's receipt open it
too, and whoever holds a dossier's key opens nothing of the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, exists, or_, select

from records.case import CaseEvent
from records.clock import CaseRecusal
from records.dossier import Dossier, DossierKey, DossierKind, DossierStaffKey
from records.work import Work
from rules.lifecycle import Track
from triage import access, casekeys, circle
from triage.access import Insider, NoSuchCase
from triage.casefile import OpenCase
from triage.casekeys import NobodyLeft
from triage.circle import Circle
from vault.context import Purpose
from vault.errors import WrongKey

#: The steps that hand a dossier over, and the track on which it is dealt with from then on.
HANDED_OVER, REFERRED = "police.handed_over", "protection.referred"
KINDS: Mapping[str, DossierKind] = MappingProxyType(
    {HANDED_OVER: DossierKind.CRIME, REFERRED: DossierKind.PROTECTION}
)
TRACKS: Mapping[DossierKind, Track] = MappingProxyType(
    {DossierKind.CRIME: Track.POLICE, DossierKind.PROTECTION: Track.PROTECTION}
)
#: With it a track begins anew, and what was handed over before has had its day.
ASKED_ANEW = "protection.requested"
#: The key, in the sealed detail of these steps.
_HELD = "dossier"


@dataclass(frozen=True)
class Handed:
    """A dossier in the hands of somebody who holds its key: `sealed` is its identifier and key."""

    sealed: OpenCase
    case_id: UUID
    number: int
    kind: DossierKind
    circle: str | None
    copied_to: str | None
    handed_on: date

    @property
    def id(self) -> UUID:
        """The dossier's identifier."""
        return self.sealed.id

    @property
    def track(self) -> Track:
        """The track of the case on which it is dealt with."""
        return TRACKS[self.kind]

    @property
    def circles(self) -> tuple[str, ...]:
        """The circles that may read it."""
        return tuple(each for each in (self.circle, self.copied_to) if each is not None)


class Opener:
    """Opens the steps of a case in their order: each hand-over holds the key of what follows."""

    def __init__(self, case: OpenCase) -> None:
        self._keys: dict[UUID | None, OpenCase] = {None: case}

    def read(self, event_id: UUID, sealed: bytes, dossier_id: UUID | None) -> dict[str, Any]:
        """Return what was sealed with a step. Raises a VaultError."""
        if dossier_id not in self._keys:
            raise WrongKey
        told = self._keys[dossier_id].unseal(Purpose.CASE_EVENT, event_id, sealed)
        if _HELD in told:
            held = OpenCase.from_json(told[_HELD])
            self._keys[held.id] = held
        return told

    @property
    def dossiers(self) -> dict[UUID, OpenCase]:
        """The dossiers whose keys have been found."""
        return {each: key for each, key in self._keys.items() if each is not None}


def opener(work: Work, case: OpenCase) -> Opener:
    """Return what opens the steps of a case in any order."""
    found = Opener(case)
    handed = select(CaseEvent.id, CaseEvent.detail).where(
        CaseEvent.case_id == case.id, CaseEvent.kind.in_(KINDS)
    )
    for event_id, sealed in work.session.execute(handed):
        found.read(event_id, sealed or b"", None)
    return found


def detail(dossier: OpenCase) -> dict[str, Any]:
    """Return what stands of a dossier in the sealed detail of the step that hands it over."""
    return {_HELD: dossier.to_json()}


def of_case(work: Work, case: OpenCase) -> tuple[Handed, ...]:
    """Return the dossiers of a case, in the order in which they were handed over."""
    work.session.flush()
    rows = work.session.scalars(
        select(Dossier).where(Dossier.case_id == case.id).order_by(Dossier.number)
    ).all()
    keys = opener(work, case).dossiers if rows else {}
    return tuple(_handed(row, keys[row.id]) for row in rows if row.id in keys)


def _handed(row: Any, sealed: OpenCase) -> Handed:  # noqa: ANN401  (a row of Dossier, or of _KEYS)
    kind = DossierKind(row.kind)
    return Handed(sealed, row.case_id, row.number, kind, row.circle, row.copied_to, row.handed_on)


def current(work: Work, case_id: UUID, track: Track) -> UUID | None:
    """Return the dossier to which the steps of a track belong now; None while there is none."""
    if track is Track.CASE:
        return None
    work.session.flush()
    kinds = [kind for kind, on in TRACKS.items() if on is track]
    newest = work.session.execute(
        select(Dossier.id)
        .where(Dossier.case_id == case_id, Dossier.kind.in_(kinds))
        .order_by(Dossier.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    if newest is None or track is not Track.PROTECTION:
        return newest
    last = work.session.execute(
        select(CaseEvent.kind)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind.in_((REFERRED, ASKED_ANEW)))
        .order_by(CaseEvent.position.desc())
        .limit(1)
    ).scalar_one_or_none()
    return newest if last == REFERRED else None


def outside(work: Work, case_id: UUID) -> frozenset[Track]:
    """Return the tracks on which the newest dossier went to a body outside.

    What such a body decides stands in its letters, and the unit records it.
    """
    found = {track: current(work, case_id, track) for track in TRACKS.values()}
    ids = [each for each in found.values() if each is not None]
    if not ids:
        return frozenset()
    away = set(
        work.session.scalars(
            select(Dossier.id).where(Dossier.id.in_(ids), Dossier.circle.is_(None))
        )
    )
    return frozenset(track for track, dossier in found.items() if dossier in away)


def circles(work: Work, case_ids: Iterable[UUID]) -> frozenset[str]:
    """Return the circles that hold dossiers of some cases."""
    rows = work.session.execute(
        select(Dossier.circle, Dossier.copied_to).where(Dossier.case_id.in_(list(case_ids)))
    )
    return frozenset(each for row in rows for each in row if each is not None)


def hold(work: Work, dossier: Handed, here: Circle) -> None:
    """Seal the key to those of a circle who may have it, and take it from the others there.

    The circle must be locked. Raises NobodyLeft.
    """
    apart = casekeys.kept_apart(work, dossier.case_id, here)
    take_away(work, dossier.id, here.unit)
    row = {"dossier_id": dossier.id, "circle": here.unit}
    if apart is None:
        sealed = casekeys.sealed_to_unit(dossier.sealed, here.unit, here.key)
        work.insert(DossierKey, {**row, "epoch": here.key.epoch, "box": sealed})
        return
    boxes = casekeys.sealed_apart(dossier.sealed, here, apart)
    work.insert(
        DossierStaffKey,
        *({**row, "staff_id": who, "box": sealed} for who, sealed in boxes.items()),
    )


def hold_again(work: Work, dossiers: Iterable[Handed]) -> None:
    """Seal dossiers anew to their circles, which are locked: somebody must not know of them."""
    for dossier in dossiers:
        for each in dossier.circles:
            try:
                hold(work, dossier, circle.circle(work, each))
            except NobodyLeft:
                take_away(work, dossier.id, each)  # the unit of the case has its key


def take_away(work: Work, dossier_id: UUID, of: str) -> None:
    """Take the key of a dossier from a circle."""
    for table in (DossierKey, DossierStaffKey):
        work.session.execute(
            delete(table).where(table.dossier_id == dossier_id, table.circle == of)
        )


def _visible(reads: Any, reader: Any) -> ColumnElement[bool]:  # noqa: ANN401  (values, or parameters)
    recused = exists().where(CaseRecusal.case_id == Dossier.case_id, CaseRecusal.staff_id == reader)
    return and_(or_(Dossier.circle.in_(reads), Dossier.copied_to.in_(reads)), ~recused)


def visible_to(person: Insider) -> ColumnElement[bool]:
    """Return the condition on `dossier` under which a liaison may know of one."""
    return _visible(sorted(person.circles), person.id)


_READS: BindParameter[str] = bindparam("reads", expanding=True)
_READER: BindParameter[UUID] = bindparam("reader")
_KEYS = (
    select(
        *(
            getattr(Dossier, name)
            for name in ("id", "case_id", "number", "kind", "circle", "copied_to", "handed_on")
        ),
        DossierKey.circle.label("held_by"),
        DossierKey.epoch,
        DossierKey.box.label("to_circle"),
        DossierStaffKey.box.label("to_person"),
    )
    .outerjoin(DossierKey, and_(DossierKey.dossier_id == Dossier.id, DossierKey.circle.in_(_READS)))
    .outerjoin(
        DossierStaffKey,
        and_(
            DossierStaffKey.dossier_id == Dossier.id,
            DossierStaffKey.circle.in_(_READS),
            DossierStaffKey.staff_id == _READER,
        ),
    )
    .where(Dossier.id.in_(bindparam("dossiers", expanding=True)), _visible(_READS, _READER))
)


def open_all(work: Work, person: Insider, dossier_ids: Iterable[UUID]) -> dict[UUID, Handed]:
    """Open those dossiers that a liaison may read and has a key for; the others are missing."""
    asked = {"reader": person.id, "reads": sorted(person.circles), "dossiers": list(dossier_ids)}
    opened: dict[UUID, Handed] = {}
    for row in work.ask(_KEYS, **asked):
        held = (row.held_by, row.epoch)
        key = access.case_key(person, row.id, held, row.to_circle, row.to_person)
        if key is not None:
            opened[row.id] = _handed(row, OpenCase(row.id, key))
    return opened


def open_one(work: Work, person: Insider, dossier_id: UUID) -> Handed:
    """Open one dossier with a liaison's keys. Raises NoSuchCase, whatever the reason."""
    try:
        return open_all(work, person, [dossier_id])[dossier_id]
    except KeyError:
        raise NoSuchCase from None


def seal_all(work: Work, of: str, opened: Iterable[Handed]) -> int:
    """Seal dossiers to a circle that is locked, and return how many could be."""
    here, sealed = circle.circle(work, of), 0
    for dossier in opened:
        try:
            hold(work, dossier, here)
        except NobodyLeft:
            take_away(work, dossier.id, of)
            continue
        sealed += 1
    return sealed
