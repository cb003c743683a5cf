"""What a case is called in lists: its sealed title, else how its narrative begins."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from records.case import CaseItem
from records.work import Work
from triage.casefile import OpenCase
from triage.text import one_line
from vault.context import Purpose

_LONGEST = 90


def headings(work: Work, cases: Mapping[UUID, OpenCase]) -> dict[UUID, str]:
    """Return the headings of opened cases. Raises a VaultError."""
    found: dict[UUID, dict[Purpose, Any]] = {}
    rows = work.session.execute(
        select(CaseItem.id, CaseItem.case_id, CaseItem.purpose, CaseItem.sealed)
        .where(
            CaseItem.case_id.in_(list(cases)),
            CaseItem.purpose.in_((Purpose.CASE_TITLE, Purpose.CASE_NARRATIVE)),
        )
        .order_by(CaseItem.added_on)
    )
    for row in rows:
        found.setdefault(row.case_id, {})[Purpose(row.purpose)] = row
    return {case_id: _heading(cases[case_id], texts) for case_id, texts in found.items()}


def _heading(case: OpenCase, texts: Mapping[Purpose, Any]) -> str:
    purpose = Purpose.CASE_TITLE if Purpose.CASE_TITLE in texts else Purpose.CASE_NARRATIVE
    row = texts[purpose]
    return heading(str(case.unseal(purpose, row.id, row.sealed)["text"]))


def heading(text: str) -> str:
    """Return how a text begins: whole words, on one line."""
    line = one_line(text)
    if len(line) <= _LONGEST:
        return line
    begun = line[: _LONGEST + 1].rpartition(" ")[0] or line[:_LONGEST]
    return f"{begun.rstrip(' ,;:.–-')}…"
