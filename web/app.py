"""The application parts that the citizens' and the staff's side are made from."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import cast

from flask import Flask, current_app
from jinja2 import StrictUndefined

from records.work import Store
from rules.book import Rules
from web import logs
from web.errors import add_error_pages
from web.headers import add_headers

_ROOT = Path(__file__).parent.parent
_KEY = "dangvan"


@dataclass(frozen=True)
class Parts:
    """What views pass on to the functions they call: the opened instance and the rules."""

    store: Store
    rules: Rules


class Application(Flask):
    """Flask, without its log: that would write addresses, messages and what somebody sent."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log the kind and the place of an unexpected error, and no more."""
        if exc_info[1] is not None:
            logs.failure(exc_info[1])


def base_app(name: str, parts: Parts) -> Flask:
    """Return an application without views.

    `name` is the side, "intake" or "desk": the folder of its templates, whose layout the error
    pages take too. There is no secret key: sessions and cookies do not work, on purpose.
    """
    app = Application(name, root_path=str(_ROOT))
    app.logger.disabled = True
    app.debug = False  # FLASK_DEBUG would let errors through with what they hold
    app.url_map.merge_slashes = False  # its redirects repeat whatever Host was sent
    app.extensions[_KEY] = parts
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["layout"] = f"{name}/layout.html"
    logs.set_up()
    add_headers(app)
    add_error_pages(app)
    return app


def parts() -> Parts:
    """Return the parts of the application that answers the current request."""
    return cast("Parts", current_app.extensions[_KEY])
