"""Suggests cases on the same matter, to somebody who may read both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from records.case import CaseItem
from records.work import Work
from triage import likeness, tracker
from triage.casefile import OpenCase
from vault.context import Purpose


@dataclass(frozen=True)
class Alike:
    """Another case, and how much of its wording it shares, from 0 to 1."""

    case_id: UUID
    share: float


def suggest(
    work: Work, case: OpenCase, others: Iterable[OpenCase], staff_id: UUID
) -> tuple[Alike, ...]:
    """Return those of the other cases that are alike, the most alike first.

    Fingerprints are sealed under the key of their case, so only somebody who holds both keys can
    compare them; cases that this person is recused from are left out. Nothing is stored.
    """
    readable = {each.id: each for each in others if not tracker.is_recused(work, each.id, staff_id)}
    prints = _fingerprints(work, {**readable, case.id: case})
    mine = prints.pop(case.id, None)
    if mine is None:
        return ()
    shares = {case_id: likeness.likeness(mine, each) for case_id, each in prints.items()}
    alike = [Alike(*each) for each in shares.items() if each[1] >= likeness.ALIKE]
    return tuple(sorted(alike, key=lambda each: -each.share))


def _fingerprints(work: Work, cases: Mapping[UUID, OpenCase]) -> dict[UUID, str]:
    """Return the fingerprints of cases; those of an earlier release have none."""
    rows = work.session.execute(
        select(CaseItem.id, CaseItem.case_id, CaseItem.sealed).where(
            CaseItem.case_id.in_(list(cases)), CaseItem.purpose == Purpose.CASE_FINGERPRINT
        )
    )
    return {
        row.case_id: str(
            cases[row.case_id].unseal(Purpose.CASE_FINGERPRINT, row.id, row.sealed)["text"]
        )
        for row in rows
    }
