"""Whoever is at work, with what all acts of theirs need."""

from desk.session import insider
from triage.caseacts import Desk
from web import clock
from web.app import parts


def desk() -> Desk:
    """Return whoever is at work, and what all acts need."""
    return Desk(parts().rules, parts().promise_key, insider(), clock.today())
