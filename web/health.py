"""Tells a load balancer whether this process can serve: one word, and nothing else."""

from flask import Response

from triage import public
from web.app import parts


def health() -> Response:
    """Answer 200 "ok" after a trivial read of the database, 503 "unavailable" otherwise."""
    well = public.answers(parts().store)
    text, status = ("ok", 200) if well else ("unavailable", 503)
    return Response(text, status, content_type="text/plain; charset=utf-8")
