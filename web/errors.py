"""Error pages: plain words, nothing of the request in them but what its sender typed."""

from http import HTTPStatus

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.wrappers import Response

from records.errors import RecordsError
from web import logs
from web.sealed import SessionFull

#: Bytes of typed text that a page carries, so that it can be sent again with one click.
_CARRIED = 512 * 1024
_TOKEN = "csrf_token"  # noqa: S105  (the name of a field)


def add_error_pages(app: Flask) -> None:
    """Answer every error of the application with a page of ours."""
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(CSRFError, _ask_again)
    app.register_error_handler(RecordsError, _unavailable)
    app.register_error_handler(SessionFull, lambda _: _explain(RequestEntityTooLarge()))


def _explain(
    error: HTTPException, fields: tuple[tuple[str, str], ...] = (), reason: str = ""
) -> Response:
    if error.code == HTTPStatus.INTERNAL_SERVER_ERROR and not fields:
        fields = _typed()
    answer = error.get_response()  # with the headers that belong to it, such as Allow
    answer.data = render_template(
        "shared/error.html", code=error.code, fields=fields, reason=reason
    )
    answer.content_type = "text/html; charset=utf-8"
    return answer


def _ask_again(error: CSRFError) -> Response:
    """Tell that the cookie is lost, and carry what was typed.

    A form on somebody else's page must not come back under a button of ours: browsers say where a
    form was (Fetch Metadata), and one that was elsewhere gets neither its text nor a cookie.
    """
    origin = request.headers.get("Sec-Fetch-Site", "same-origin")
    if origin != "same-origin":
        return _explain(error)
    return _explain(error, _typed(), "cookie")


def _unavailable(error: RecordsError) -> Response:
    logs.failure(error)
    return _explain(ServiceUnavailable(), _typed())


def _typed() -> tuple[tuple[str, str], ...]:
    """Return what the sender typed, with a fresh token; nothing if there is none or too much."""
    if request.method != "POST" or request.mimetype == "multipart/form-data":
        return ()
    try:
        given = [pair for pair in request.form.items(multi=True) if pair[0] != _TOKEN]
    except HTTPException:
        return ()
    if not given or sum(len(name) + len(value) for name, value in given) > _CARRIED:
        return ()
    return (*given, (_TOKEN, generate_csrf()))
