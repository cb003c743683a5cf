"""Suggests cases on the same matter, to somebody who may read both."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import NoResultFound

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
    if mine is None:
        return ()
    alike = []
    for other in others:
        if other.id == case.id or tracker.is_recused(work, other.id, staff_id):
            continue
        theirs = _fingerprint(work, other)
        share = 0.0 if theirs is None else likeness.likeness(mine, theirs)
        if share >= likeness.ALIKE:
            alike.append(Alike(other.id, share))
    return tuple(sorted(alike, key=lambda each: -each.share))


def _fingerprint(work: Work, case: OpenCase) -> str | None:
    """Return the fingerprint of a case, None for one of an earlier release."""
    try:
        return str(casefile.newest(work, case, Purpose.CASE_FINGERPRINT)["text"])
    except NoResultFound:
        return None
