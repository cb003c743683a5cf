"""The staff's application."""

from flask import Flask, g
from werkzeug.exceptions import NotFound

from desk import (
    assigning,
    case_files,
    city,
    closed,
    custodians,
    dossier_steps,
    entry,
    entry_files,
    entry_table,
    factors,
    handover,
    identity,
    meeting,
    members,
    menu,
    office,
    protection,
    queue,
    referral,
    session,
)
from desk.permissions import guard
from desk.views import pages
from triage.access import NoSuchCase
from web.app import Parts, base_app


def create(parts: Parts) -> Flask:
    """Return the WSGI application that staff reach."""
    app = unguarded(parts)
    guard(app)
    return app


def unguarded(parts: Parts) -> Flask:
    """Return the application with all its views, before it is closed to who has not signed in."""
    app = base_app("desk", parts)
    app.register_blueprint(pages)
    app.register_blueprint(factors.pages)  # those of desk/signin.py and desk/account.py too
    app.register_blueprint(case_files.pages)  # those of desk/cases.py, with all its acts
    app.register_blueprint(identity.pages)
    app.register_blueprint(handover.pages)
    app.register_blueprint(custodians.pages)
    app.register_blueprint(members.pages)
    app.register_blueprint(dossier_steps.pages)  # those of desk/dossiers.py too
    app.register_blueprint(meeting.pages)
    app.register_blueprint(queue.pages)
    app.register_blueprint(protection.pages)
    app.register_blueprint(referral.pages)
    app.register_blueprint(assigning.pages)
    for each in (entry, entry_files, entry_table):
        app.register_blueprint(each.pages)
    app.register_blueprint(office.pages)
    if parts.site.provider is not None:
        app.register_blueprint(city.pages)
    closed.add_page(app)
    app.register_error_handler(NoSuchCase, lambda _: app.handle_http_exception(NotFound()))
    app.jinja_env.globals.update(
        menu=menu.items,
        at_work=lambda: g.get("insider"),
        closes=lambda: g.closes,
        seconds=session.seconds,
    )
    return app
