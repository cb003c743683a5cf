"""Who is at work in this request: read from the sealed session once, before any view."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from flask import g

from desk import shortcuts
from triage import access
from triage.access import Insider
from web import clock, sealed
from web.app import parts
from web.sealed import Drawers

#: The drawer of the sealed session that holds what `access.recall` takes.
STAFF = "staff"
#: Without a step for so long the session closes itself; the pages say so.
IDLE = timedelta(minutes=30)
#: A step puts the end off only when less than this is left: most pages then write nothing.
_RENEW = timedelta(minutes=25)


def load() -> Insider | None:
    """Find out who is at work, None if nobody is; a step puts off the end of the session."""
    here = sealed.current()
    with here.looking() as (drawers, work):
        held, until = drawers.get(STAFF), drawers.until(STAFF)
        if held is None or until is None:
            return None
        person = access.recall(work, held, clock.today())
        parts().look_up_rules(work)  # nearly every page asks for them
    if person is None:
        with here.changing() as (changed, _work):
            changed.empty(STAFF)
        return None
    if until - clock.now() < _RENEW and until < _ends(held):
        with here.changing() as (changed, _work):
            if changed.get(STAFF) is not None:
                until = closes(held)
                changed.put(STAFF, held, until)
    g.insider, g.held, g.closes, g.drawers = person, held, until, drawers
    g.shortcuts = drawers.get(shortcuts.OFF) is None
    return person


def closes(held: dict[str, Any]) -> datetime:
    """Return when a session closes itself unless there is another step."""
    return min(clock.now() + IDLE, _ends(held))


def seconds() -> dict[str, int]:
    """Return for how long the session stays open, how far a step puts that off, and the most."""
    now = clock.now()
    return {
        "left": int((g.closes - now).total_seconds()),
        "idle": int(IDLE.total_seconds()),
        "most": int((_ends(held()) - now).total_seconds()),
    }


def _ends(of: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(of["ends"])


def insider() -> Insider:
    """Return who is at work. Only for views that need a permission."""
    return cast("Insider", g.insider)


def drawers() -> Drawers:
    """Return what the sealed session held when this request began. Only for such views."""
    return cast("Drawers", g.drawers)


def own(drawer: str) -> str:
    """Return the name of a drawer of whoever is at work: no colleague at the same browser has it.

    It outlasts a session that closes; the others are emptied at the next sign-in.
    """
    return f"{drawer} {insider().id.hex}"


def is_own(drawer: str) -> bool:
    """Tell whether a drawer's name is one that `own` gave, to whomever."""
    return " " in drawer


def held() -> dict[str, Any]:
    """Return what the sealed session holds of who is at work. Only for such views."""
    return cast("dict[str, Any]", g.held)


def id_of_this() -> UUID:
    """Return the identifier of this session among those of its owner. Only for such views."""
    return UUID(hex=held()["session"])
