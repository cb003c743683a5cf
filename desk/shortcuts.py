"""Whether single keys do something: a setting of the session (WCAG 2.1.4)."""

from datetime import timedelta

from flask import g

from web import clock, sealed

#: The drawer of the sealed session that says that they do not.
OFF = "keys-off"
_KEPT = timedelta(hours=12)


def on() -> bool:
    """Tell whether single keys do something for whoever is at work."""
    return bool(g.get("shortcuts", False))


def switch(*, on: bool) -> None:
    """Let single keys do something or nothing from the next page on."""
    with sealed.current().changing() as (drawers, _work):
        if on:
            drawers.empty(OFF)
        else:
            drawers.put(OFF, {}, clock.now() + _KEPT)
