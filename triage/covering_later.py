"""Covers an identity that is given later in all that its case holds already (TC 56(2))."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from records.case import CaseEvent, CaseFile, CaseItem
from records.work import Work
from triage import likeness
from triage.casefile import OpenCase
from triage.covering import Cover, covered_signs
from triage.signs import Signs
from triage.submission import Identity, StoredFile
from vault.context import Purpose
from vault.errors import VaultError

_TEXTS = (Purpose.CASE_NARRATIVE, Purpose.CASE_TITLE, Purpose.CASE_MESSAGE)
_HELD = (*_TEXTS, Purpose.CASE_FACTS, Purpose.CASE_SIGNS, Purpose.CASE_FINGERPRINT)


@dataclass(frozen=True)
class _Held:
    """A sealed text of the case, opened."""

    id: UUID
    purpose: Purpose
    data: dict[str, Any]


def cover_case(work: Work, case: OpenCase, identity: Identity) -> Identity:
    """Cover the identity in the texts of its case, and return it with what it covered.

    The case must be locked. What the case key does not open is left as it is.
    """
    held = list(_held(work, case))
    facts: dict[str, Any] = next(
        (each.data for each in held if each.purpose is Purpose.CASE_FACTS), {}
    )
    narrative = next(
        (each.data["text"] for each in held if each.purpose is Purpose.CASE_NARRATIVE), ""
    )
    texts = [each.data["text"] for each in held if each.purpose in _TEXTS]
    cover = Cover.of(identity, texts, str(facts.get("accused", "")))
    for each in held:
        data = _covered(cover, each, narrative, str(facts.get("money", "")))
        if data != each.data:
            sealed = case.seal(each.purpose, each.id, data)
            work.session.execute(
                update(CaseItem).where(CaseItem.id == each.id).values(sealed=sealed)
            )
    _cover_files(work, case, cover)
    _cover_events(work, case, cover)
    return replace(identity, originals=cover.originals)


def _held(work: Work, case: OpenCase) -> Iterator[_Held]:
    rows = work.session.execute(
        select(CaseItem.id, CaseItem.purpose, CaseItem.sealed)
        .where(CaseItem.case_id == case.id, CaseItem.purpose.in_(_HELD))
        .order_by(CaseItem.added_on.desc())
    )
    for row in rows.all():
        data = _opened(case, Purpose(row.purpose), row.id, row.sealed)
        if data is not None:
            yield _Held(row.id, Purpose(row.purpose), data)


def _opened(
    case: OpenCase, purpose: Purpose, item_id: UUID, sealed: bytes
) -> dict[str, Any] | None:
    try:
        return case.unseal(purpose, item_id, sealed)
    except (VaultError, json.JSONDecodeError):
        return None


def _covered(cover: Cover, held: _Held, narrative: str, money: str) -> dict[str, Any]:
    """Return what is sealed instead of one text; `narrative` and `money` are as they were."""
    match held.purpose:
        case Purpose.CASE_FACTS:
            return cover.facts(held.data)
        case Purpose.CASE_SIGNS:
            signs = Signs.from_json(held.data)
            return covered_signs(signs, cover, narrative, money).to_json()
        case Purpose.CASE_FINGERPRINT:
            return {"text": likeness.fingerprint(cover.text("narrative", narrative))}
        case Purpose.CASE_NARRATIVE:
            place = "narrative"
        case _:
            place = f"{held.purpose}.{held.data.get('number', held.id.hex)}"
    return {**held.data, "text": cover.text(place, held.data["text"])}


def _cover_files(work: Work, case: OpenCase, cover: Cover) -> None:
    rows = work.session.execute(
        select(CaseFile.id, CaseFile.card).where(CaseFile.case_id == case.id)
    )
    for row in rows.all():
        data = _opened(case, Purpose.CASE_FILE_CARD, row.id, row.card)
        if data is None:
            continue
        file = StoredFile.from_json(data)
        covered = cover.file(file)
        if covered != file:
            card = case.seal(Purpose.CASE_FILE_CARD, row.id, covered.to_json())
            work.session.execute(update(CaseFile).where(CaseFile.id == row.id).values(card=card))


def _cover_events(work: Work, case: OpenCase, cover: Cover) -> None:
    """Cover what the steps of the case say: reasons, alarms, notes, names of files."""
    rows = work.session.execute(
        select(CaseEvent.id, CaseEvent.position, CaseEvent.detail).where(
            CaseEvent.case_id == case.id, CaseEvent.detail.is_not(None)
        )
    )
    for row in rows.all():
        data = _opened(case, Purpose.CASE_EVENT, row.id, row.detail or b"")
        if data is None:
            continue
        covered = cover.everything(f"event.{row.position}", data)
        if covered != data:
            sealed = case.seal(Purpose.CASE_EVENT, row.id, covered)
            work.session.execute(
                update(CaseEvent).where(CaseEvent.id == row.id).values(detail=sealed)
            )
