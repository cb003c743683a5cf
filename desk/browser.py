"""The cookie by which a browser is known again, so that strangers' guesses do not lock it out.

It lets nobody in: it only has a budget of guesses of its own.
"""

from datetime import timedelta
from secrets import token_bytes
from typing import cast

from flask import g, request
from werkzeug.wrappers import Response

from triage import devices
from web import clock
from web.app import parts
from web.sealed import cookie_name, cookie_path

_COOKIE = "dangvan_browser"
_BYTES = 32
_KEPT = timedelta(days=400)  # as long as browsers keep any; the table forgets sooner


def token() -> bytes:
    """Return what this browser's cookie holds, or what is to be put into it."""
    if "browser" not in g:
        try:
            held = bytes.fromhex(request.cookies.get(cookie_name(_COOKIE), ""))
        except ValueError:
            held = b""
        g.browser = held if len(held) == _BYTES else token_bytes(_BYTES)
    return cast("bytes", g.browser)


def known(login: str) -> bytes | None:
    """Return the mark of this browser if somebody of that login has signed in with it before."""
    mark = devices.mark(token(), login)
    return mark if devices.is_known(parts().store, mark, clock.today()) else None


def give(response: Response) -> None:
    """Let this response put the cookie into the browser."""
    response.set_cookie(
        cookie_name(_COOKIE),
        token().hex(),
        max_age=_KEPT,
        path=cookie_path(),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
