"""The staff's pages: none yet but the sign of life."""

from flask import Blueprint

from desk.permissions import open_to_all
from web.health import health

pages = Blueprint("desk", __name__)
pages.get("/healthz")(open_to_all(health))
