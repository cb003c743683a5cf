"""Error pages: plain words, and nothing of the request in them."""

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

from records.errors import RecordsError
from web import logs


def add_error_pages(app: Flask) -> None:
    """Answer every error of the application with a page of ours."""
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(RecordsError, _unavailable)


def _explain(error: HTTPException) -> Response:
    answer = error.get_response()  # with the headers that belong to it, such as Allow
    answer.data = render_template("shared/error.html", code=error.code)
    answer.content_type = "text/html; charset=utf-8"
    return answer


def _unavailable(error: RecordsError) -> Response:
    logs.failure(error)
    return _explain(ServiceUnavailable())
