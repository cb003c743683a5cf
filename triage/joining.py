"""Joining a case to another on the same matter, which goes on for both."""

import re
from dataclasses import dataclass
from uuid import UUID

from records.work import Store, Work, reading
from triage import access, caseacts, casefile, standing, tracker
from triage.caseacts import Desk, Head

_IDENTIFIER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """A case and, once it is chosen, the one that it is to be joined to: where each stands."""

    head: Head
    position: int
    other: Head | None
    other_position: int


def pair(store: Store, desk: Desk, case_id: UUID, other: UUID | None = None) -> Pair:
    """Return what tells the cases apart. Raises NoSuchCase for one that this person cannot open."""
    with reading(store) as work:
        # First where it stands: what happens between the two questions is then seen as new.
        position = casefile.last_position(work, case_id)
        head = _head(work, desk, case_id)
        if other is None:
            return Pair(head, position, None, 0)
        other_position = casefile.last_position(work, other)
        return Pair(head, position, _head(work, desk, other), other_position)


def _head(work: Work, desk: Desk, case_id: UUID) -> Head:
    access.open_case(work, desk.person, case_id)
    found = standing.of(desk.tracker(work), case_id, desk.person.id, locked=False)
    return caseacts.head(work, desk, found)


def join(  # noqa: PLR0913, PLR0917  (what, to what, by whom, why, and what they had seen)
    work: Work, desk: Desk, case_id: UUID, other: UUID, reason: str, seen: tuple[int, int]
) -> None:
    """Join a case to another, if nothing has happened to either since the events `seen`.

    Raises NoSuchCase, caseacts.Moved, NotAllowed, BadInputs.
    """
    into = access.open_case(work, desk.person, other)
    here = access.open_case(work, desk.person, case_id)
    for each in sorted((here, into), key=lambda each: each.id):  # as tracker.merge does
        casefile.lock(work, each)
    case = caseacts.begin(work, desk, case_id, seen[0])
    caseacts.begin(work, desk, other, seen[1])
    tracker.merge(desk.tracker(work), case, into, desk.person.id, reason)


def pasted(text: str) -> UUID | None:
    """Return the case whose page somebody pasted the address of, None for anything else."""
    found = _IDENTIFIER.search(text)
    return None if found is None else UUID(found[0])
