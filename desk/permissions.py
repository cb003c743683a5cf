"""Default deny: a staff view is reached only if it says who may, and that person has come.

Every view of the desk carries `@needs(…)` or `@open_to_all`. A view with neither stops the start,
and would answer 404 besides. Whoever has not signed in is led to where they
can; a form that they send is not lost (`desk.closed`).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from desk import closed, session
from triage.access import Permission

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


class Undeclared(Exception):
    """A view of the desk says neither which permission it needs nor that it is open to all."""


#: View function to the permission that it needs; None for one that is open to all.
_DECLARED: dict[Callable[..., Any], Permission | None] = {}


def needs(permission: Permission) -> Callable[[ViewT], ViewT]:
    """Declare the permission that a view needs."""

    def declare(view: ViewT) -> ViewT:
        _DECLARED[view] = permission
        return view

    return declare


def open_to_all(view: ViewT) -> ViewT:
    """Declare that a view needs no permission."""
    _DECLARED[view] = None
    return view


def undeclared(app: Flask) -> tuple[str, ...]:
    """Return the endpoints whose views declare nothing."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    return tuple(sorted(name for name in endpoints if app.view_functions[name] not in _DECLARED))


def guard(app: Flask) -> None:
    """Close the desk to everything that is not declared; call it when all views are there.

    Raises Undeclared.
    """
    open_to_all(app.view_functions["static"])  # style sheet and mark: the same for everybody
    missing = undeclared(app)
    if missing:
        raise Undeclared(f"Without a declared permission: {', '.join(missing)}.")
    app.before_request(_deny_by_default)


def _deny_by_default() -> AnyResponse | None:
    if request.endpoint is None:
        return None  # no view has this address: the answer is 404 or 405 already
    view = current_app.view_functions[request.endpoint]
    # What is denied looks as if it were not.
    if view not in _DECLARED:
        abort(404)
    permission = _DECLARED[view]
    if permission is None:
        return None
    person = session.load()
    if person is None:
        if request.method not in {"GET", "HEAD"}:
            return closed.page()
        # Its path says where to go on: identifiers, never what was searched or typed.
        return redirect(url_for("account.sign_in", den=request.path), 303)
    if permission not in person.permissions:
        abort(404)
    return None
