"""Everything that people could open with the whole database and every key that they ever held."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from records.case import Case, CaseEvent, CaseKey, CaseStaffKey
from records.unit import UnitKey, UnitKeyHolder
from records.work import Store, reading
from triage.access import holder_context, staff_key_context
from triage.casefile import OpenCase
from vault import box
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import KeyPair, SecretKey, Seed


@dataclass(frozen=True)
class _Box:
    """Something sealed to a public key; `case` is empty for a private key."""

    context: Context
    sealed: bytes
    case: UUID | None = None


@dataclass
class Burglar:
    """Tries every key on every box of every table, and remembers what it has tried."""

    store: Store
    _tried: dict[tuple[bytes, bytes], bytes | None] = field(default_factory=dict)

    def private_keys(self, keys: Iterable[Seed]) -> frozenset[Seed]:
        """Return the keys, and those that they open, and those that these open."""
        found = {Seed(key) for key in keys}
        boxes = [each for each in self._boxes() if each.case is None]
        while True:
            opened = (self._opened(key, each) for key in found for each in boxes)
            more = {Seed(each) for each in opened if each is not None} - found
            if not more:
                return frozenset(found)
            found |= more

    def cases(self, keys: Iterable[Seed]) -> set[UUID]:
        """Return the cases whose content these private keys, and what they open, bring to light."""
        boxes, everything = list(self._boxes()), self.private_keys(keys)
        opened = {}
        for each in boxes:
            for key in everything:
                if each.case is not None and (case_key := self._opened(key, each)) is not None:
                    opened[each.case] = OpenCase(each.case, SecretKey(case_key))
        return self._with_what_they_hold(opened)

    def _with_what_they_hold(self, opened: dict[UUID, OpenCase]) -> set[UUID]:
        """Add the cases whose keys are written in those that are open: the ones joined to them."""
        waiting = list(opened.values())
        with reading(self.store) as work:
            while waiting:
                case = waiting.pop()
                rows = work.session.execute(
                    select(CaseEvent.id, CaseEvent.detail).where(
                        CaseEvent.case_id == case.id, CaseEvent.detail.is_not(None)
                    )
                )
                for event_id, sealed in rows:
                    told = case.unseal(Purpose.CASE_EVENT, event_id, sealed or b"")
                    if "key" in told:
                        held = OpenCase(
                            UUID(hex=told["into"]), SecretKey(bytes.fromhex(told["key"]))
                        )
                        if held.id not in opened:
                            opened[held.id] = held
                            waiting.append(held)
        return set(opened)

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
