"""The wait that stands in place of a refusal: its page, and the ticket that lets pass after it.

The page carries what was sent, so nothing is lost and nothing is kept here. A ticket can only
help: one that is forged, spent, too old or for something else counts as none.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex
from typing import Literal, Self, cast

from flask import Response, current_app, g, make_response, render_template, request
from flask_limiter import RateLimitExceeded

from web.forms import brings_password

#: Seconds of the first wait and of each further one; the last is the longest.
WAITS = (10, 20, 40, 60)
#: Seconds for which a ticket holds once its moment has come. Whoever comes later waits again.
HOLDS = 3600
#: Bytes of fields that a waiting page carries.
MOST_CARRIED = 512 * 1024
#: The field of the form that holds the ticket.
FIELD = "waiting_ticket"

#: Percent-encoding makes three bytes of one.
_MOST_READ = 3 * MOST_CARRIED
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ticket:
    """Leave to pass once, for one scope, from a moment on (seconds since 1970)."""

    scope: str
    not_before: int
    wait: int
    nonce: str

    @classmethod
    def new(cls, scope: str, wait: int, now: float) -> Self:
        """Return the ticket for the wait number `wait`, counted from 0."""
        wait = min(wait, len(WAITS) - 1)
        return cls(scope, int(now) + WAITS[wait], wait, token_hex(16))

    @classmethod
    def read(cls, text: str, key: bytes) -> Self | None:
        """Return the ticket that was signed with `key`, None if that is none."""
        content, _, mac = text.rpartition(".")
        if not hmac.compare_digest(mac.encode(), _mac(content, key).encode()):
            return None
        scope, not_before, wait, nonce = content.split(".")
        return cls(scope, int(not_before), int(wait), nonce)

    def signed(self, key: bytes) -> str:
        """Return the ticket as text."""
        content = f"{self.scope}.{self.not_before}.{self.wait}.{self.nonce}"
        return f"{content}.{_mac(content, key)}"

    def is_due(self, now: float) -> bool:
        """Tell whether its moment has come; whether it is spent is not known here."""
        return now >= self.not_before

    def is_over(self, now: float) -> bool:
        """Tell whether it does not hold any more."""
        return now > self.not_before + HOLDS


@dataclass(frozen=True)
class Attempt:
    """A request as the limits see it: what it wants, and the ticket that it brought."""

    scope: str
    ticket: Ticket | None
    due: bool


@dataclass(frozen=True)
class WaitingRoom:
    """Looks at tickets and writes them: `key` gives the key of the moment, `clock` the moment."""

    key: Callable[[], bytes]
    clock: Callable[[], float]

    def admit(self, scope: str) -> None:
        """Look at the current request, before it is counted."""
        now = self.clock()
        ticket = None
        if request.endpoint is not None and not is_safe() and _can_be_read():
            ticket = Ticket.read(request.form.get(FIELD, ""), self.key())
        if ticket is not None and (ticket.scope != scope or ticket.is_over(now)):
            ticket = None
        g.waiting_attempt = Attempt(scope, ticket, due=ticket is not None and ticket.is_due(now))

    def ask(self, _error: RateLimitExceeded) -> Response:
        """Answer 429 with the page that asks to wait and takes what was sent along."""
        kind, fields = _carried()
        now, key, ticket = self.clock(), self.key(), self._next_ticket()
        seconds = ticket.not_before - int(now)
        page = render_template(
            "shared/wait.html",
            kind=kind,
            seconds=seconds,
            fields=(*fields, (FIELD, ticket.signed(key))) if kind == "form" else (),
            can_reopen=_can_be_opened(),
        )
        answer = make_response(page, 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    def _next_ticket(self) -> Ticket:
        attempt, now = current(), self.clock()
        if attempt.ticket is None:
            return Ticket.new(attempt.scope, 0, now)
        if not attempt.due:
            return attempt.ticket  # who pressed too early waits for what is left, not longer
        return Ticket.new(attempt.scope, attempt.ticket.wait + 1, now)


def current() -> Attempt:
    """Return the current request as `WaitingRoom.admit` saw it."""
    return cast("Attempt", g.waiting_attempt)


def is_safe() -> bool:
    """Tell whether the current request only wants to see something."""
    return request.method in _SAFE


def _can_be_read() -> bool:
    # Reading a form of this kind needs no file, and Flask keeps it for CSRF and for the view. What
    # is longer than the application takes must not end in a 413 before it has been counted.
    length, most = request.content_length, request.max_content_length
    return (
        request.mimetype == "application/x-www-form-urlencoded"
        and length is not None
        and length <= (_MOST_READ if most is None else min(most, _MOST_READ))
    )


def _carried() -> tuple[Literal["view", "form", "files", "long"], Fields]:
    if is_safe():
        return "view", ()
    if request.mimetype == "multipart/form-data":
        return "files", ()
    if not _can_be_read():
        return "long", ()
    if brings_password():
        return "view", ()
    # The token of CSRF is carried as it came. A fresh one would make another site's form ours.
    fields = tuple(pair for pair in request.form.items(multi=True) if pair[0] != FIELD)
    size = sum(len(name.encode()) + len(value.encode()) for name, value in fields)
    return ("form", fields) if size <= MOST_CARRIED else ("long", ())


def _can_be_opened() -> bool:
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(method="GET")


def _mac(content: str, key: bytes) -> str:
    return hmac.new(key, content.encode(), sha256).hexdigest()
