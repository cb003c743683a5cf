"""What cases are called, in the session of somebody who may read them.

A case that nobody has named yet goes by how its report begins.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam, select

from records.case import CaseItem
from records.work import Work
from triage.access import Insider, open_cases
from triage.casefile import OpenCase
from triage.headings import heading
from vault.context import Purpose
from vault.errors import VaultError

#: What a case can go by. The newest of each comes last.
_NAMES = (Purpose.CASE_TITLE, Purpose.CASE_NARRATIVE)
_ITEMS = (
    select(CaseItem.case_id, CaseItem.id, CaseItem.purpose, CaseItem.sealed)
    .where(CaseItem.case_id.in_(bindparam("cases", expanding=True)), CaseItem.purpose.in_(_NAMES))
    .order_by(CaseItem.added_on)
)


class Unreadable(StrEnum):
    """Why a title is not shown."""

    #: This person holds no key of the case.
    NO_KEY = "no_key"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Title:
    """A title, or why there is none."""

    text: str = ""
    unreadable: Unreadable | None = None


def titles(work: Work, person: Insider, case_ids: Iterable[UUID]) -> dict[UUID, Title]:
    """Return the title of each case; what cannot be opened is said to be so, and stops nothing."""
    wanted = tuple(case_ids)
    cases = open_cases(work, person, wanted)
    found = {each: Title(unreadable=Unreadable.NO_KEY) for each in wanted}
    found |= dict.fromkeys(cases, Title(unreadable=Unreadable.DAMAGED))
    named = set[UUID]()
    for case_id, item_id, purpose, sealed in work.ask(_ITEMS, cases=list(cases)):
        if case_id in named and purpose != Purpose.CASE_TITLE:
            continue
        text = _text(cases[case_id], Purpose(purpose), item_id, sealed)
        if text:
            found[case_id] = Title(heading(text))
            if purpose == Purpose.CASE_TITLE:
                named.add(case_id)
    return found


def _text(case: OpenCase, purpose: Purpose, item_id: UUID, sealed: bytes) -> str:
    """Return a sealed text, empty if it is damaged."""
    try:
        return str(case.unseal(purpose, item_id, sealed)["text"])
    except (VaultError, json.JSONDecodeError, KeyError):
        return ""
