"""The public pages: what Đăng Văn is, the law's terms, the public log."""

from flask import Blueprint, Response, abort, render_template

from triage import public
from web.app import parts
from web.clock import today
from web.health import health

#: Where "Thoát nhanh" leads: a site that anybody in Việt Nam may have been reading.
NEUTRAL_SITE = "https://vnexpress.net/"

pages = Blueprint("intake", __name__)
pages.get("/healthz")(health)


@pages.get("/")
def landing() -> str:
    """Say what this is, and that reports are not received yet."""
    return render_template("intake/landing.html")


@pages.get("/thoi-han")
def terms() -> str:
    """Show the terms of the law as they are today."""
    day = today()
    groups = public.terms(parts().rules, day)
    return render_template("intake/terms.html", day=day, groups=groups, laws=public.laws(groups))


@pages.get("/nhat-ky")
def log() -> str:
    """Explain the public log, and how to check a proof without a network."""
    return render_template("intake/log.html", head=_log_head())


@pages.get("/checkpoint")
def checkpoint() -> Response:
    """Give the newest signed checkpoint, verbatim (C2SP tlog-checkpoint)."""
    return Response(_log_head().note, content_type="text/plain; charset=utf-8")


@pages.get("/thoat")
def leave() -> Response:
    """Leave at once, for a neutral site; there is nothing to read here."""
    return Response(status=303, headers={"Location": NEUTRAL_SITE})


def _log_head() -> public.LogHead:
    try:
        return public.log_head(parts().store)
    except public.NoCheckpoint:
        abort(404)
