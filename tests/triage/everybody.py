"""Everything that people could open with the whole database and every key that they ever held."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from records.case import Case, CaseEvent, CaseKey, CaseStaffKey
from records.dossier import DossierKey, DossierStaffKey
from records.unit import UnitKey, UnitKeyHolder
from records.work import Store, reading
from triage import dossierkeys
from triage.access import holder_context, staff_key_context
from triage.casefile import OpenCase
from vault import box
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import KeyPair, SecretKey, Seed


@dataclass(frozen=True)
class _Box:
    """Something sealed to a public key: the key of a case or dossier, else a private key."""

    context: Context
    sealed: bytes
    case: UUID | None = None
    dossier: UUID | None = None


@dataclass
class Burglar:
    """Tries every key on every box of every table, and remembers what it has tried."""

    store: Store
    _tried: dict[tuple[bytes, bytes], bytes | None] = field(default_factory=dict)

    def private_keys(self, keys: Iterable[Seed]) -> frozenset[Seed]:
        """Return the keys, and those that they open, and those that these open."""
        found = {Seed(key) for key in keys}
        boxes = [each for each in self._boxes() if each.case is None and each.dossier is None]
        while True:
            opened = (self._opened(key, each) for key in found for each in boxes)
            more = {Seed(each) for each in opened if each is not None} - found
            if not more:
                return frozenset(found)
            found |= more

    def cases(self, keys: Iterable[Seed]) -> set[UUID]:
        """Return the cases whose content these private keys, and what they open, bring to light."""
        return set(self._cases(keys))

    def dossiers(self, keys: Iterable[Seed]) -> set[UUID]:
        """Return the dossiers whose content they bring to light: by a circle, or by their case."""
        everything, found = self.private_keys(keys), set[UUID]()
        for each in self._boxes():
            if each.dossier and any(self._opened(key, each) is not None for key in everything):
                found.add(each.dossier)
        with reading(self.store) as work:
            for case in self._cases(keys).values():
                found |= {each.id for each in dossierkeys.of_case(work, case)}
        return found

    def _cases(self, keys: Iterable[Seed]) -> dict[UUID, OpenCase]:
        boxes, everything = list(self._boxes()), self.private_keys(keys)
        opened = {}
        for each in boxes:
            for key in everything:
                if each.case is not None and (case_key := self._opened(key, each)) is not None:
                    opened[each.case] = OpenCase(each.case, SecretKey(case_key))
        return self._with_what_they_hold(opened)

    def _with_what_they_hold(self, opened: dict[UUID, OpenCase]) -> dict[UUID, OpenCase]:
        """Add the cases whose keys are written in those that are open: the ones joined to them."""
        waiting = list(opened.values())
        with reading(self.store) as work:
            while waiting:
                case = waiting.pop()
                rows = work.session.execute(
                    select(CaseEvent.id, CaseEvent.detail).where(
                        CaseEvent.case_id == case.id, CaseEvent.kind == "case.joined"
                    )
                )
                for event_id, sealed in rows:
                    told = case.unseal(Purpose.CASE_EVENT, event_id, sealed or b"")
                    held = OpenCase(UUID(hex=told["into"]), SecretKey(bytes.fromhex(told["key"])))
                    if held.id not in opened:
                        opened[held.id] = held
                        waiting.append(held)
        return opened

    def _boxes(self) -> Iterator[_Box]:
        with reading(self.store) as work:
            rows = work.session.scalars
            for key in rows(select(UnitKeyHolder)):
                yield _Box(holder_context(key.unit_code, key.epoch, key.staff_id), key.box)
            for drawn in rows(select(UnitKey)):
                scope = (drawn.unit_code.encode(), drawn.epoch.to_bytes(4))
                yield _Box(Context(Purpose.UNIT_SEED_FOR_ESCROW, scope), drawn.escrow_box)
            for wrap in rows(select(CaseKey)):
                of = (wrap.case_id.bytes, wrap.unit_code.encode(), wrap.epoch.to_bytes(4))
                yield _Box(Context(Purpose.CASE_KEY_FOR_UNIT, of), wrap.box, wrap.case_id)
            for own in rows(select(CaseStaffKey)):
                yield _Box(staff_key_context(own.case_id, own.staff_id), own.box, own.case_id)
            for lent in rows(select(DossierKey)):
                of = (lent.dossier_id.bytes, lent.circle.encode(), lent.epoch.to_bytes(4))
                context = Context(Purpose.CASE_KEY_FOR_UNIT, of)
                yield _Box(context, lent.box, dossier=lent.dossier_id)
            for part in rows(select(DossierStaffKey)):
                context = staff_key_context(part.dossier_id, part.staff_id)
                yield _Box(context, part.box, dossier=part.dossier_id)
            for case in rows(select(Case)):
                context = Context(Purpose.CASE_KEY_FOR_ESCROW, (case.id.bytes,))
                yield _Box(context, case.escrow_wrap, case.id)

    def _opened(self, seed: Seed, each: _Box) -> bytes | None:
        name = (seed, each.sealed)
        if name not in self._tried:
            try:
                self._tried[name] = box.unseal(KeyPair(seed), each.context, Box(each.sealed))
            except VaultError:
                self._tried[name] = None
        return self._tried[name]
