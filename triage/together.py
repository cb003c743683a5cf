"""What members of a unit do for each other, each in one transaction: keys, departures, absences."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from ledger.note import Signer
from records.work import Store, writing
from triage import absence, access, leaving, membership, resealing, standing
from triage.absence import Absence
from triage.access import READERS, Insider
from triage.leaving import Left, NotHere
from triage.membership import NotYours


def admit(  # noqa: PLR0913, PLR0917
    store: Store,
    key: Signer,
    person: Insider,
    unit: str,
    member: UUID,
    compared: str,
    today: date,
) -> None:
    """Hand the unit's keys to a colleague. Raises NotYours, BadInputs."""
    with writing(store) as work:
        membership.admit(work, person, unit, member, compared, key, today)


def reseal(store: Store, key: Signer, person: Insider, unit: str, today: date) -> int:
    """Seal a batch of the unit's cases anew, and return how many. Raises NotYours."""
    with writing(store) as work:
        here = membership.held_circle(work, person, unit)
        return resealing.reseal(work, person, here, key, today)


def dismiss(  # noqa: PLR0913, PLR0917
    store: Store, key: Signer, person: Insider, unit: str, member: UUID, today: date
) -> Left:
    """End a reader's work at a unit that the person heads. Raises NotYours.

    Custodians, auditors and the like answer to administrators alone: no head chooses them. What is
    left to be done counts no case that the person must not know of.
    """
    if not person.heads(unit, themselves=True) or member == person.id:
        raise NotYours
    with writing(store) as work:
        posts = access.posts(work, member, today)
        held = {each.role for each in posts if each.unit == unit and each.of is None}
        if not held <= READERS:
            raise NotYours
        try:
            left = leaving.leave_unit(work, member, unit, key, today, person.id)
        except NotHere:
            raise NotYours from None
        kept_from = (each for each in left.orphaned if standing.is_recused(work, each, person.id))
        return replace(left, orphaned=tuple(set(left.orphaned) - set(kept_from)))


def arrange(store: Store, key: Signer, person: Insider, away: Absence, today: date) -> None:
    """Let a colleague stand in for somebody absent. Raises NotYours, BadInputs."""
    with writing(store) as work:
        absence.arrange(work, person, away, key, today)


def end_absence(store: Store, key: Signer, person: Insider, row: UUID, today: date) -> None:
    """End an absence today. Raises NotYours."""
    with writing(store) as work:
        absence.end(work, person, row, key, today)
