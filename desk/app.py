"""The staff's application."""

from flask import Flask

from desk.permissions import guard
from desk.views import pages
from web.app import Parts, base_app


def create(parts: Parts) -> Flask:
    """Return the WSGI application that staff reach."""
    app = base_app("desk", parts, "/desk")
    app.register_blueprint(pages)
    guard(app)
    return app
