"""What is sent twice is done once: the sealed session remembers the acts of its forms."""

from datetime import timedelta
from typing import Any

from desk.session import IDLE
from web import clock, sealed
from web.sealed import Act, Drawers

#: The drawer of the sealed session that holds which forms were taken, and where they led.
_DRAWER = "acts"
_MOST = 30
_KEPT: timedelta = IDLE


def done(form: str) -> str | None:
    """Return where the act of a form led, None if it has not been done."""
    return led_to(sealed.current().look(), form)


def led_to(drawers: Drawers, form: str) -> str | None:
    """Return the same from drawers that are open."""
    return dict(_acts(drawers)).get(form)


def remember(drawers: Drawers, form: str, to: str) -> None:
    """Remember an act, in the transaction that does it."""
    acts = [*_acts(drawers), (form, to)][-_MOST:]
    drawers.put(_DRAWER, {"done": acts}, clock.now() + _KEPT)


def do(form: str, to: str, act: Act) -> str:
    """Do the act of a form unless it has been done, in one transaction; return where it led."""
    with sealed.current().changing() as (drawers, work):
        # Sent twice at once: the first has ended before the second sees the session.
        before = led_to(drawers, form)
        if before is None:
            act(work)
            remember(drawers, form, to)
    return before or to


def _acts(drawers: Drawers) -> list[tuple[str, str]]:
    held: dict[str, Any] = drawers.get(_DRAWER) or {"done": []}
    return [(form, to) for form, to in held["done"]]
