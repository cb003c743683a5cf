"""The files of a case: their sealed cards, copies with their originals, and what may be opened."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from records.case import CaseFile
from records.work import Work
from triage.access import NoSuchCase
from triage.casefile import OpenCase
from triage.submission import StoredFile
from vault.context import Purpose
from vault.errors import VaultError

#: Made once, as in casepage.py.
_CARDS = select(CaseFile.id, CaseFile.card, CaseFile.added_on).where(
    CaseFile.case_id == bindparam("case")
)


@dataclass(frozen=True)
class Added:
    """Who of the staff added a file, and what they say that it is."""

    by: str
    text: str


@dataclass(frozen=True)
class Filed:
    """A copy that staff see, the day it came, and its untouched original if that was kept.

    `added` is None for a file of the reporter, or if the step that says it is damaged.
    """

    file: StoredFile
    on: date
    original: StoredFile | None
    added: Added | None


def files(work: Work, case: OpenCase, added: Mapping[UUID, Added]) -> tuple[tuple[Filed, ...], int]:
    """Return the files of a case, the latest first, and how many have a damaged card."""
    cards, damaged = [], 0
    for row in work.session.connection().execute(_CARDS, {"case": case.id}):
        try:
            cards.append((_card(case, row.id, row.card), row.added_on))
        except (VaultError, json.JSONDecodeError):
            damaged += 1
    return tuple(_paired(cards, added)), damaged


def file(work: Work, case: OpenCase, file_id: UUID) -> StoredFile:
    """Return one file of the case. Raises NoSuchCase for a file of another, as for none."""
    card = work.session.execute(
        select(CaseFile.card).where(CaseFile.id == file_id, CaseFile.case_id == case.id)
    ).scalar_one_or_none()
    if card is None:
        raise NoSuchCase
    return _card(case, file_id, card)


def _card(case: OpenCase, file_id: UUID, card: bytes) -> StoredFile:
    return StoredFile.from_json(case.unseal(Purpose.CASE_FILE_CARD, file_id, card))


def _paired(cards: Iterable[tuple[StoredFile, date]], added: Mapping[UUID, Added]) -> list[Filed]:
    cards = list(cards)
    originals = {card.original_of: card for card, _ in cards if card.original_of is not None}
    copies = [
        Filed(card, on, originals.get(card.id), added.get(card.id))
        for card, on in cards
        if not card.original_of
    ]
    return sorted(copies, key=lambda each: (-each.on.toordinal(), each.file.name, each.file.id))
