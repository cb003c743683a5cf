"""The staff's application."""

from flask import Flask
from werkzeug.exceptions import NotFound

from desk import assigning, cases, menu, office, queue
from desk.permissions import guard
from desk.views import pages
from triage.access import NoSuchCase
from web.app import Parts, base_app


def create(parts: Parts) -> Flask:
    """Return the WSGI application that staff reach."""
    app = base_app("desk", parts, "/desk")
    app.register_blueprint(pages)
    app.register_blueprint(cases.pages)
    app.register_blueprint(queue.pages)
    app.register_blueprint(assigning.pages)
    app.register_blueprint(office.pages)
    app.register_error_handler(NoSuchCase, lambda _: app.handle_http_exception(NotFound()))
    app.jinja_env.globals["menu"] = menu.items
    guard(app)
    return app
