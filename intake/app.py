"""The citizens' application."""

from flask import Flask

from intake import files, mailboxes, public, report
from triage import signs
from web import clock
from web.app import Parts, base_app


def create(parts: Parts) -> Flask:
    """Return the WSGI application that citizens reach."""
    app = base_app("intake", parts)
    for blueprint in (public.pages, public.plain, report.pages, files.pages, mailboxes.pages):
        app.register_blueprint(blueprint)
    signs.engine(parts.rules, clock.today())  # a second's work that no reporter should wait for
    return app
