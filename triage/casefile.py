"""The one way to add something to a case: sealed under its key, and every step in the log."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import func, select

from ledger.entry import Act
from ledger.note import Signer
from records.case import Case, CaseEvent, CaseFile, CaseItem
from records.work import Work
from triage import logbook
from triage.inputs import Terms
from triage.logbook import Recorded
from triage.submission import StoredFile
from vault import item
from vault.context import Context, Purpose
from vault.item import Item
from vault.keys import SecretKey

_NO_TERMS: Terms = MappingProxyType({})


@dataclass(frozen=True)
class OpenCase:
    """A case in the hands of somebody who holds its key."""

    id: UUID
    key: SecretKey = field(repr=False)

    def to_json(self) -> dict[str, str]:
        """Return what `from_json` takes; it holds the key, so it belongs into a sealed session."""
        return {"id": self.id.hex, "key": self.key.hex()}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Self:
        """Return the case that `to_json` wrote."""
        return cls(UUID(hex=data["id"]), SecretKey(bytes.fromhex(data["key"])))

    def context(self, purpose: Purpose, *scope: bytes) -> Context:
        """Return what a sealing of this case is bound to."""
        return Context(purpose, (self.id.bytes, *scope))

    def seal(self, purpose: Purpose, item_id: UUID, data: dict[str, Any]) -> Item:
        """Seal JSON as one item of the case."""
        text = json.dumps(data, ensure_ascii=False)
        return item.seal(self.key, self.context(purpose, item_id.bytes), text.encode())

    def unseal(self, purpose: Purpose, item_id: UUID, sealed: bytes) -> dict[str, Any]:
        """Return what `seal` was given. Raises a VaultError."""
        opened = item.unseal(self.key, self.context(purpose, item_id.bytes), Item(sealed))
        data: dict[str, Any] = json.loads(opened)
        return data


def add_items(
    work: Work, case: OpenCase, day: date, *items: tuple[Purpose, dict[str, Any]]
) -> None:
    """Add sealed texts to the case."""
    work.insert(CaseItem, *(_item(case, purpose, data, day) for purpose, data in items))


def _item(case: OpenCase, purpose: Purpose, data: dict[str, Any], day: date) -> dict[str, Any]:
    item_id = uuid4()
    return {
        "id": item_id,
        "case_id": case.id,
        "purpose": purpose,
        "added_on": day,
        "sealed": case.seal(purpose, item_id, data),
    }


def newest(work: Work, case: OpenCase, purpose: Purpose) -> dict[str, Any]:
    """Return the newest sealed text of that purpose. Raises NoResultFound, or a VaultError."""
    row = work.session.execute(
        select(CaseItem.id, CaseItem.sealed)
        .where(CaseItem.case_id == case.id, CaseItem.purpose == purpose)
        .order_by(CaseItem.added_on.desc())
        .limit(1)
    ).one()
    return case.unseal(purpose, row.id, row.sealed)


def add_files(work: Work, case: OpenCase, files: tuple[StoredFile, ...], day: date) -> None:
    """Take sealed files off hold: from now on they belong to the case. Raises BlobMissing."""
    for file in files:
        work.adopt_blob(file.id)
        work.session.add(
            CaseFile(
                id=file.id,
                case_id=case.id,
                original=file.original_of is not None,
                added_on=day,
                card=case.seal(Purpose.CASE_FILE_CARD, file.id, file.to_json()),
            )
        )


def lock(work: Work, case: OpenCase) -> None:
    """Let nobody else add a step until this transaction ends; more than once does no harm."""
    lock_row(work, case.id)


def lock_row(work: Work, case_id: UUID) -> None:
    """Do the same for whoever holds a dossier of the case, and not its key."""
    work.session.flush()
    work.session.execute(select(Case.id).where(Case.id == case_id).with_for_update(key_share=True))


def next_position(work: Work, case: OpenCase) -> int:
    """Lock the case, and return the position of its next step."""
    lock(work, case)
    return last_position(work, case.id) + 1


def last_position(work: Work, case_id: UUID) -> int:
    """Return the position of the newest step of a case, 0 before the first."""
    last = select(func.max(CaseEvent.position)).where(CaseEvent.case_id == case_id)
    return work.session.execute(last).scalar_one() or 0


def add_event_of_the_clock(  # noqa: PLR0913, PLR0917
    work: Work,
    case_id: UUID,
    kind: str,
    day: date,
    promise_key: Signer,
    logged: tuple[tuple[str, str], ...] = (),
) -> None:
    """Add a step without the case key: it has no text, and no proof to hand out.

    Nobody took it, or somebody who may not read the case; `logged` tells the auditors more. The
    case must be locked.
    """
    recorded = logbook.record(work, Act(kind, day, str(case_id), logged), promise_key)
    work.insert(
        CaseEvent,
        {
            "id": uuid4(),
            "case_id": case_id,
            "position": last_position(work, case_id) + 1,
            "kind": kind,
            "happened_on": day,
            "terms": "{}",
            "detail": None,
            "opening": None,
            "dossier_id": None,
            "leaf": recorded.leaf,
        },
    )


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


@dataclass(frozen=True)
class Step:
    """A step to be added: `terms` stand in the open, `detail` is sealed under the case key."""

    kind: str
    terms: Terms = field(default_factory=lambda: _NO_TERMS)
    detail: dict[str, Any] | None = None


def add_event(  # noqa: PLR0913  (one act: what, when, its text, its log entry)
    work: Work,
    case: OpenCase,
    kind: str,
    day: date,
    promise_key: Signer,
    *,
    terms: Terms = _NO_TERMS,
    detail: dict[str, Any] | None = None,
    position: int | None = None,
    of: UUID | None = None,
) -> Recorded:
    """Add a step to the life of the case, with its entry in the log.

    The case's row is locked meanwhile, unless the caller, who has locked it or has just made it,
    gives the `position`; who adds a step to a dossier does, and says `of` which case that is.
    """
    if position is None:
        position = next_position(work, case)
    steps = [Step(kind, terms, detail)]
    return add_events(work, case, steps, day, promise_key, position, of)[0]


def add_events(  # noqa: PLR0913, PLR0917
    work: Work,
    case: OpenCase,
    steps: Iterable[Step],
    day: date,
    promise_key: Signer,
    position: int,
    of: UUID | None = None,
) -> list[Recorded]:
    """Add the steps of one act from a position on, each with its entry in the log.

    Where `case` is a dossier, whose key seals them, `of` is the case. Their terms stand in the log
    too, where only the auditors and whoever holds that key can open them. The case must be locked,
    or new.
    """
    steps = tuple(steps)
    recorded = logbook.record_all(
        work, (_act(of or case.id, each, day) for each in steps), promise_key
    )
    work.insert(
        CaseEvent,
        *(
            _event(case, step, day, place, entry, of)
            for place, (step, entry) in enumerate(zip(steps, recorded, strict=True), position)
        ),
    )
    return recorded


def _act(case_id: UUID, step: Step, day: date) -> Act:
    logged = tuple((key, _text(value)) for key, value in sorted(step.terms.items()))
    return Act(step.kind, day, str(case_id), logged)


def _event(  # noqa: PLR0913, PLR0917
    case: OpenCase, step: Step, day: date, position: int, recorded: Recorded, of: UUID | None
) -> dict[str, Any]:
    event_id = uuid4()
    opening = case.context(Purpose.CASE_OPENING, event_id.bytes)
    detail = step.detail
    return {
        "id": event_id,
        "case_id": of or case.id,
        "dossier_id": None if of is None else case.id,
        "position": position,
        "kind": step.kind,
        "happened_on": day,
        "terms": json.dumps(dict(step.terms), separators=(",", ":")),
        "detail": None if detail is None else case.seal(Purpose.CASE_EVENT, event_id, detail),
        "opening": item.seal(case.key, opening, recorded.opening.to_bytes()),
        "leaf": recorded.leaf,
    }
