"""Default deny: a staff view is reached only if it says who may, and that person has come.

Every view of the desk carries `@needs(…)` or `@open_to_all`. A view with neither stops the start,
and would answer 404 besides.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a member of staff may be allowed to do: subject, then act."""

    QUEUE_READ = "queue:read"
    CASE_READ = "case:read"
    FIGURES_READ = "figures:read"
    LOG_READ = "log:read"
    STAFF_APPOINT = "staff:appoint"


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


def _deny_by_default() -> None:
    if request.endpoint is None:
        return  # no view has this address: the answer is 404 or 405 already
    view = current_app.view_functions[request.endpoint]
    # Nobody can log in yet, so nobody has a permission. What is denied looks as if it were not.
    if view not in _DECLARED or _DECLARED[view] is not None:
        abort(404)
