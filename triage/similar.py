"""Suggests cases on the same matter, to somebody who may read both."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from records.work import Work
from triage import casefile, likeness, tracker
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
    mine = _fingerprint(work, case)
    found = [
        Alike(other.id, likeness.likeness(mine, _fingerprint(work, other)))
        for other in others
        if other.id != case.id and not tracker.is_recused(work, other.id, staff_id)
    ]
    alike = [each for each in found if each.share >= likeness.ALIKE]
    return tuple(sorted(alike, key=lambda each: -each.share))


def _fingerprint(work: Work, case: OpenCase) -> str:
    return str(casefile.newest(work, case, Purpose.CASE_FINGERPRINT)["text"])
