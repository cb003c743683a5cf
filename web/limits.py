"""Limits on how often one part of the network may ask: a flood is slowed, nobody else is.

What is counted is an address class under a keyed hash, whose salt is random and gone after an
hour: no address is stored, logged or shown. A whole mobile network or all of Tor may be one class,
so what is over the budget waits (see `web.waiting`) and then passes through a lane of its own.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from hashlib import blake2b
from inspect import unwrap
from ipaddress import IPv6Address, ip_address
from math import ceil
from secrets import token_bytes
from threading import Lock
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded
from limits import parse_many

from web import logs, waiting
from web.waiting import WaitingRoom

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
#: Makes a secret common to all processes: name, proposal, seconds it lives; None if that failed.
Share = Callable[[str, bytes, int], bytes | None]
Clock = Callable[[], float]

_HOUR, _DAY = 3600, 86400
#: Seconds after which a secret that could not be shared is offered again.
_PATIENCE = 30
#: Seconds for which a request waits for Redis before the counters of this process take over.
_REDIS_SECONDS = 1
_SIGN_OF_LIFE = "/healthz"
#: Under which an application holds its limiter and the salt, for `web.guesses`.
EXTENSION = "dangvan_limits"


class Scope(StrEnum):
    """What is counted together."""

    PAGE = "page"
    FILING = "filing"
    RECEIPT = "receipt"
    UPLOAD = "upload"


@dataclass(frozen=True)
class Budgets:
    """How often one address class may do what, in Flask-Limiter's words. Raises ValueError."""

    page: str = "3000 per minute"
    filing: str = "30 per 10 minutes"
    receipt: str = "30 per 10 minutes"
    upload: str = "120 per 10 minutes"
    #: What may pass in each scope after a wait.
    again: str = "6 per minute"

    def __post_init__(self) -> None:
        for field in fields(self):
            parse_many(getattr(self, field.name))  # a slip stops the start, not a request

    def of(self, scope: str) -> str:
        """Return the budget of a scope."""
        return cast("str", getattr(self, scope))


STANDARD = Budgets()

#: View function, without what is wrapped around it, to the scope of what is sent to it.
_DECLARED: dict[Callable[..., Any], Scope] = {}


def scope(of: Scope) -> Callable[[ViewT], ViewT]:
    """Declare what sending something to a view counts as; looking at it is a page view still."""

    def declare(view: ViewT) -> ViewT:
        _DECLARED[unwrap(view)] = of
        return view

    return declare


class Secret:
    """Random bytes in memory, drawn anew in every period of `lifetime` seconds.

    `share`, if given, makes them the same in all processes; until it succeeds, each has its own.
    """

    def __init__(self, name: str, lifetime: int, clock: Clock, share: Share | None) -> None:
        self._name, self._lifetime, self._clock, self._share = name, lifetime, clock, share
        self._value, self._period, self._until = b"", -1, 0.0
        self._lock = Lock()

    def __call__(self) -> bytes:
        """Return the bytes of this period."""
        with self._lock:
            now = self._clock()
            if now >= self._until:
                self._renew(now)
            return self._value

    def _renew(self, now: float) -> None:
        period = int(now // self._lifetime)
        self._until = (period + 1.0) * self._lifetime
        if period != self._period:
            self._period, self._value = period, token_bytes(32)
        if self._share is None:
            return
        left = ceil(self._until - now)
        common = self._share(f"{self._name}:{period}", self._value, left)
        if common is None:
            self._until = min(self._until, now + _PATIENCE)
        else:
            self._value = common


def add(
    app: Flask,
    budgets: Budgets = STANDARD,
    redis_url: str | None = None,
    *,
    clock: Clock = time.time,
) -> None:
    """Limit every view of the application but its files and its sign of life.

    Call it before CSRF protection is set up, so that what CSRF refuses has been counted. Without
    `redis_url` every process counts for itself, and knows only its own tickets. `clock` gives
    seconds since 1970, for tickets and for the age of the salt.
    """
    name = f"dangvan:{app.name}"  # both sides may use one Redis
    storage, share = ({}, None) if redis_url is None else _redis(redis_url, name)
    salt = Secret(f"{name}:salt", _HOUR, clock, share)
    room = WaitingRoom(Secret(f"{name}:ticket", _DAY, clock, share), clock)
    limiter = Limiter(
        lambda: address_class(salt()),
        application_limits=[
            ApplicationLimit(
                lambda: budgets.of(waiting.current().scope),
                scope=lambda _: waiting.current().scope,
                exempt_when=lambda: waiting.current().due,
            ),
            ApplicationLimit(
                budgets.again,
                scope=lambda _: f"{waiting.current().scope}:again",
                exempt_when=lambda: not waiting.current().due,
            ),
            # A ticket passes once: a budget of one for as long as it holds. It comes last, and
            # counts in hours, so that only as many are remembered as the lane lets pass.
            ApplicationLimit(
                f"1 per {waiting.HOLDS // _HOUR} hour",
                key_function=_nonce,
                scope="ticket",
                exempt_when=lambda: not waiting.current().due,
            ),
        ],
        strategy="moving-window",
        storage_uri="memory://" if redis_url is None else "redis://",
        storage_options=storage,
        in_memory_fallback_enabled=redis_url is not None,
    )
    limiter.logger = logs.LOG.getChild("limits")
    limiter.logger.setLevel(logging.WARNING)  # finer words of it hold the hash of a class
    limiter.request_filter(lambda: request.path == _SIGN_OF_LIFE)
    app.before_request(lambda: room.admit(_scope()))
    limiter.init_app(app)
    app.extensions[EXTENSION] = (limiter, salt)
    app.register_error_handler(RateLimitExceeded, room.ask)


def _scope() -> Scope:
    if request.endpoint is None or waiting.is_safe():
        return Scope.PAGE
    return _DECLARED.get(unwrap(current_app.view_functions[request.endpoint]), Scope.PAGE)


def _nonce() -> str:
    ticket = waiting.current().ticket
    return "" if ticket is None else ticket.nonce


def address_class(salt: bytes) -> str:
    """Return the hash of the client's network: the /24 of an IPv4 address, the /48 of an IPv6."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        network = b""  # a socket file has no address: one class for all who come through it
    else:
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        network = address.packed[: 6 if isinstance(address, IPv6Address) else 3]
    return blake2b(network, key=salt, digest_size=16).hexdigest()


def _redis(url: str, name: str) -> tuple[dict[str, Any], Share]:
    """Return Flask-Limiter's options for this server, and how secrets are shared through it."""
    import redis  # noqa: PLC0415  (an extra: only for who has more than one process)
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    client = redis.from_url(
        url,
        socket_connect_timeout=_REDIS_SECONDS,
        socket_timeout=_REDIS_SECONDS,
        retry=Retry(NoBackoff(), 1),  # one for a connection that has gone stale
    )

    def share(key: str, proposal: bytes, seconds: int) -> bytes | None:
        try:
            client.set(key, proposal, nx=True, ex=seconds)
            return cast("bytes | None", client.get(key))
        except redis.RedisError as error:
            logs.failure(error)
            return None

    return {"connection_pool": client.connection_pool, "key_prefix": name}, share
