"""Error pages: plain words, nothing of the request in them but what its sender typed."""

from http import HTTPStatus
from typing import Any

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.wrappers import Response

from records.errors import RecordsError
from web import logs
from web.forms import brings_password
from web.sealed import SessionFull

#: Bytes of typed text that a page carries, so that it can be sent again with one click.
_CARRIED = 512 * 1024
Fields = tuple[tuple[str, str], ...]
_TOKEN = "csrf_token"  # noqa: S105  (the name of a field)


def add_error_pages(app: Flask) -> None:
    """Answer every error of the application with a page of ours."""
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(CSRFError, _ask_again)
    app.register_error_handler(RecordsError, _unavailable)
    app.register_error_handler(SessionFull, lambda _: _explain(RequestEntityTooLarge()))


def page_for(error: HTTPException, template: str, **more: Any) -> Response:  # noqa: ANN401
    """Return a page that explains an error, with the headers that belong to it, such as Allow."""
    answer = error.get_response()
    answer.data = render_template(template, code=error.code, **more)
    answer.content_type = "text/html; charset=utf-8"
    return answer


def _explain(error: HTTPException, fields: Fields = (), reason: str = "") -> Response:
    if error.code == HTTPStatus.INTERNAL_SERVER_ERROR and not fields:
        fields = typed()
    return page_for(error, "shared/error.html", fields=fields, reason=reason)


def _ask_again(error: CSRFError) -> Response:
    """Tell that the cookie is lost, and carry what was typed."""
    if not comes_from_here():
        return _explain(error)
    return _explain(error, typed(), "cookie")


def comes_from_here() -> bool:
    """Tell whether a form stood on a page of ours.

    One on somebody else's page must not come back under a button of ours: browsers say where a
    form was (Fetch Metadata), and one that was elsewhere gets neither its text nor a cookie.
    """
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _unavailable(error: RecordsError) -> Response:
    logs.failure(error)
    return _explain(ServiceUnavailable(), typed())


def typed() -> Fields:
    """Return what the sender typed, with a fresh token; nothing if there is none or too much.

    A form with a password is not carried at all: without it there is nothing to send again.
    """
    if request.method != "POST" or request.mimetype == "multipart/form-data":
        return ()
    try:
        given = [pair for pair in request.form.items(multi=True) if pair[0] != _TOKEN]
    except HTTPException:
        return ()
    if brings_password():
        return ()
    if not given or sum(len(name) + len(value) for name, value in given) > _CARRIED:
        return ()
    return (*given, (_TOKEN, generate_csrf()))
