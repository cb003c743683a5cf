"""The citizens' application."""

from flask import Flask

from intake.views import pages
from web.app import Parts, base_app


def create(parts: Parts) -> Flask:
    """Return the WSGI application that citizens reach."""
    app = base_app("intake", parts)
    app.register_blueprint(pages)
    return app
