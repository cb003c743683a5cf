"""What somebody has read today: the log is told once a day, the sealed session remembers."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from desk import session
from desk.session import insider
from triage import readings
from web import clock, sealed
from web.app import parts

#: The drawer of the sealed session that holds what has been logged today.
_DRAWER = "readings"
#: Letters of an identifier that tell it from the others of one day.
_TOLD_APART = 16


def once(kind: str, case_id: UUID, file_id: UUID | None = None) -> None:
    """Log that the person at work reads, unless this session has done so today.

    Called before anything is shown: what cannot be logged is not read.
    """
    today = clock.today()
    mark = f"{kind} {(file_id or case_id).hex[:_TOLD_APART]}"
    if mark in _seen(session.drawers().get(_DRAWER)):
        return
    with sealed.current().changing() as (drawers, work):
        seen = _seen(drawers.get(_DRAWER))
        person, key = insider(), parts().promise_key
        readings.log(work, kind, case_id, person.id, key, today, file_id)
        midnight = datetime.combine(today + timedelta(days=1), time.min, clock.HUE)
        drawers.put(_DRAWER, {"seen": [*seen, mark]}, midnight)


def _seen(held: dict[str, Any] | None) -> list[str]:
    return [] if held is None else list(held["seen"])
