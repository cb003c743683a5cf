"""The sealed session: one mechanism for drafts, mailboxes and staff.

The row in the database is ciphertext; the cookie holds its name and its only key. Nothing is stored
before there is something to keep, and no cookie is set before a page with a form.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Flask, Request, Response, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from records.session import SessionRow
from records.work import Store, Work, reading, writing
from vault import item
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import SecretKey, new_secret_key
from web import clock

#: Bytes of JSON that one session may hold.
LARGEST = 1024 * 1024
#: What is done in the transaction that changes a session.
Act = Callable[[Work], object]
_CSRF = "csrf_token"
_COOKIE_BYTES = 48


#: Made once: every step of every visit asks for them.
_ROW = select(SessionRow.sealed).where(SessionRow.id == bindparam("id"))
_ROW_TO_CHANGE = _ROW.with_for_update()
_ADD = insert(SessionRow)
_CHANGE = update(SessionRow.__table__).where(SessionRow.__table__.c.id == bindparam("row"))  # type: ignore[arg-type]
_REMOVE = delete(SessionRow.__table__).where(SessionRow.__table__.c.id == bindparam("row"))  # type: ignore[arg-type]


class SessionFull(Exception):
    """More was to be kept than a session may hold."""


@dataclass
class Drawers:
    """What a session holds: named drawers, each with the moment at which it is emptied."""

    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: bool = False

    def get(self, name: str) -> dict[str, Any] | None:
        """Return what lies in a drawer, None if it is empty."""
        drawer = self.contents.get(name)
        return None if drawer is None else cast("dict[str, Any]", drawer["holds"])

    def until(self, name: str) -> datetime | None:
        """Return the moment at which a drawer is emptied, None if it is empty."""
        drawer = self.contents.get(name)
        return None if drawer is None else datetime.fromisoformat(drawer["until"])

    def put(self, name: str, holds: dict[str, Any], until: datetime) -> None:
        """Put something into a drawer, in place of what was there."""
        self.contents[name] = {"holds": holds, "until": until.isoformat()}
        self.changed = True

    def empty(self, name: str) -> None:
        """Empty a drawer."""
        self.changed = self.contents.pop(name, None) is not None or self.changed

    def without_expired(self, now: datetime) -> "Drawers":
        """Return the drawers whose moment has not come."""
        left = {
            name: drawer
            for name, drawer in self.contents.items()
            if datetime.fromisoformat(drawer["until"]) > now
        }
        return Drawers(left, changed=len(left) < len(self.contents))

    def last_day(self) -> date:
        """Return the day on which the last drawer is emptied."""
        return max(
            datetime.fromisoformat(drawer["until"]).date() for drawer in self.contents.values()
        )


@dataclass(frozen=True)
class SealedSession:
    """A session by its cookie; `known` tells whether the browser sent that cookie."""

    store: Store = field(repr=False)
    id: UUID
    key: SecretKey = field(repr=False)
    known: bool

    @property
    def cookie(self) -> str:
        """The value of the cookie: 64 characters."""
        return urlsafe_b64encode(self.id.bytes + self.key).decode()

    @property
    def csrf(self) -> str:
        """What a form must bring back; it follows from the key, so it needs no row."""
        return hmac.new(self.key, b"dangvan/1/csrf", sha256).hexdigest()

    def look(self) -> Drawers:
        """Return what the session holds now; changes to it are not kept."""
        with self.looking() as (drawers, _work):
            return drawers

    @contextmanager
    def looking(self) -> Iterator[tuple[Drawers, Work]]:
        """Look at what the session holds, together with whatever else is asked at the same time.

        One transaction that only reads: beginning one costs as much as asking something in it.
        """
        drawers = Drawers()
        with reading(self.store) as work:
            if self.known:
                sealed = work.session.connection().execute(_ROW, {"id": self.id}).scalar()
                with suppress(VaultError):
                    drawers = self._opened(sealed)
            expired = drawers.changed
            yield drawers, work
        if expired:  # it must not lie there any longer
            with self.changing():
                pass

    @contextmanager
    def changing(self) -> Iterator[tuple[Drawers, Work]]:
        """Change what the session holds, together with whatever else belongs to the same act.

        One transaction: two tabs cannot undo each other's answers, and what is sent twice finds
        what the first sending left. Raises SessionFull, or BadRequest for a forged cookie.
        """
        with writing(self.store) as work:
            connection = work.session.connection()
            sealed = connection.execute(_ROW_TO_CHANGE, {"id": self.id}).scalar()
            try:
                drawers = self._opened(sealed)
            except VaultError:  # the name of somebody's session under another key
                raise BadRequest from None
            yield drawers, work
            if drawers.changed:
                self._keep(connection, drawers, new=sealed is None)

    def end(self) -> None:
        """Remove the row: the cookie opens nothing any more. A forged cookie removes nothing."""
        if self.known:
            with suppress(BadRequest), self.changing() as (drawers, _work):
                for name in list(drawers.contents):
                    drawers.empty(name)

    def renewed(self) -> "SealedSession":
        """Return a session under a new key, with whatever this one holds.

        A cookie that somebody planted in this browser is worth nothing to them afterwards.
        """
        new = SealedSession(self.store, uuid4(), new_secret_key(), known=False)
        if self.known:
            with suppress(BadRequest), self.changing() as (drawers, work):
                if drawers.contents:
                    new._keep(work.session.connection(), Drawers(dict(drawers.contents)), new=True)
                for name in list(drawers.contents):
                    drawers.empty(name)
        return new

    def _context(self) -> Context:
        return Context(Purpose.SESSION, (self.id.bytes,))

    def _opened(self, sealed: bytes | None) -> Drawers:
        if sealed is None:
            return Drawers()
        opened = item.unseal(self.key, self._context(), item.Item(sealed))
        return Drawers(json.loads(opened)).without_expired(clock.now())

    def _keep(self, connection: Connection, drawers: Drawers, *, new: bool) -> None:
        if not drawers.contents:
            connection.execute(_REMOVE, {"row": self.id})
            return
        data = json.dumps(drawers.contents, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if len(data) > LARGEST:
            raise SessionFull
        sealed, last = item.seal(self.key, self._context(), data), drawers.last_day()
        if new:
            values = {"id": self.id, "sealed": sealed, "expires_on": last}
            connection.execute(_ADD, values)
        else:
            connection.execute(_CHANGE, {"row": self.id, "sealed": sealed, "expires_on": last})


def clean_up(store: Store, today: date) -> int:
    """Remove the sessions whose last day is over, and return how many that were."""
    with writing(store) as work:
        gone = work.session.execute(delete(SessionRow).where(SessionRow.expires_on < today))
        return cast("int", gone.rowcount)  # type: ignore[attr-defined]


class FormSession(dict[str, Any], SessionMixin):
    """What Flask calls the session: it holds the token of forms and takes nothing else."""

    def __init__(self, sealed: SealedSession) -> None:
        super().__init__({_CSRF: sealed.csrf})
        self.sealed = sealed
        #: Whether the answer must set the cookie; Flask's own `accessed` is about any look at it.
        self.wanted = False

    def adopt(self, sealed: SealedSession) -> None:
        """Go on under another session."""
        self.sealed = sealed
        super().__setitem__(_CSRF, sealed.csrf)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  (as in every Flask session)
        self.wanted = True
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: object) -> None:
        raise TypeError("what is to be kept belongs into the sealed session")

    def setdefault(self, name: str, default: object = None) -> Any:  # noqa: ANN401
        """Refuse, as `__setitem__` does."""
        self[name] = default

    def update(self, *_given: object, **_named: object) -> None:
        """Refuse, as `__setitem__` does."""
        raise TypeError("what is to be kept belongs into the sealed session")


def cookie_path() -> str:
    """Return the path of our cookies: where the application that answers stands."""
    return request.script_root or "/"


def cookie_name(name: str) -> str:
    """Return the name of a cookie of ours as browsers know it."""
    # With this prefix browsers take the cookie from this very host alone (RFC 6265bis).
    bound = request.is_secure and cookie_path() == "/"
    return f"__Host-{name}" if bound else name


class SealedSessions(SessionInterface):
    """Opens the session of a request, and sets its cookie once a page needs it."""

    def __init__(self, store: Store, cookie: str) -> None:
        self._store, self._cookie = store, cookie

    def open_session(self, app: Flask, request: Request) -> FormSession:  # noqa: ARG002
        """Take the session that the cookie names, or draw a new one."""
        name = cookie_name(self._cookie)
        return FormSession(_parse(self._store, request.cookies.get(name, "")))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Set the cookie if a form was shown under a new one; take it back if it has ended."""
        form = cast("FormSession", session)
        secure = request.is_secure
        if getattr(response, "ends_session", False):
            if not form.sealed.known:
                return
            response.delete_cookie(
                cookie_name(self._cookie),
                path=cookie_path(),
                secure=secure,
                httponly=True,
                samesite="Strict",
            )
        elif form.wanted and not form.sealed.known and not _comes_from_elsewhere():
            response.set_cookie(
                cookie_name(self._cookie),
                form.sealed.cookie,
                path=cookie_path(),
                secure=secure,
                httponly=True,
                samesite="Strict",
            )


def current() -> SealedSession:
    """Return the sealed session of the current request."""
    return cast("FormSession", session).sealed


def renew() -> None:
    """Begin a new visit under a new cookie, with whatever the old one held."""
    form = cast("FormSession", session)
    form.adopt(form.sealed.renewed())


def _comes_from_elsewhere() -> bool:
    """Tell whether another site sent the browser here, without the cookie that it may have.

    A new one would take the place of that, and with it somebody's draft or receipt code.
    """
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}


def give_cookie() -> None:
    """Make sure that the answer sets the cookie: something is kept for this browser."""
    session[_CSRF]


def end(response: AnyResponse) -> AnyResponse:
    """End the current session, and take the cookie back with this response."""
    if current().known:
        current().end()
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        response.ends_session = True  # type: ignore[attr-defined]
    return response


def _parse(store: Store, cookie: str) -> SealedSession:
    try:
        raw = urlsafe_b64decode(cookie.encode("ascii"))
    except ValueError:
        raw = b""
    if len(raw) != _COOKIE_BYTES:
        return SealedSession(store, uuid4(), new_secret_key(), known=False)
    return SealedSession(store, UUID(bytes=raw[:16]), SecretKey(raw[16:]), known=True)
