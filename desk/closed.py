"""A form that came when its session had closed: nothing is recorded, and nothing typed is lost.

The page carries what was typed. Whoever signs in meanwhile, in another tab, is told that it will be
recorded under their own name before it is sent at last: it may be a colleague at the same browser.
"""

from flask import Flask, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.wrappers import Response as AnyResponse

from desk import session
from web.errors import Fields, comes_from_here, page_for, typed


def add_page(app: Flask) -> None:
    """Answer forms whose token belongs to another session with that page."""
    app.register_error_handler(CSRFError, _another_session)


def page(error: HTTPException | None = None) -> AnyResponse:
    """Return the page."""
    fields: Fields = typed() if comes_from_here() else ()
    return page_for(error or Forbidden(), "desk/closed.html", fields=fields)


def _another_session(error: CSRFError) -> AnyResponse:
    if request.blueprint != "account":
        session.load()  # so that the page can say who is at work
        return page(error)
    return page_for(error, "shared/error.html", fields=(), reason="cookie")
