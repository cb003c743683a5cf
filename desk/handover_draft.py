"""A hand-over that is being written: in the sealed session of its head, and nowhere else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from desk.session import own
from web import clock, sealed
from web.sealed import Drawers

#: A working day; what was forgotten does not lie there overnight.
KEPT_HOURS = 12


def _drawer(case_id: UUID) -> str:
    return own(f"handover_{case_id.hex}")


def look(case_id: UUID) -> dict[str, Any] | None:
    """Return what was written for a case, None if nothing was."""
    return sealed.current().look().get(_drawer(case_id))


def keep(case_id: UUID, answers: dict[str, Any]) -> None:
    """Keep what was written. Raises SessionFull."""
    with sealed.current().changing() as (drawers, _work):
        drawers.put(_drawer(case_id), answers, clock.now() + timedelta(hours=KEPT_HOURS))


def forget(drawers: Drawers, case_id: UUID) -> None:
    """Forget it, in the transaction that hands over, or that gives it up."""
    drawers.empty(_drawer(case_id))
