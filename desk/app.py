"""The staff's application."""

from flask import Flask

from desk import menu
from desk.permissions import guard
from desk.views import pages
from web.app import Parts, base_app


def create(parts: Parts) -> Flask:
    """Return the WSGI application that staff reach."""
    app = base_app("desk", parts, "/desk")
    app.register_blueprint(pages)
    app.jinja_env.globals["menu"] = menu.items
    guard(app)
    return app
