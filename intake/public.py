"""The public pages: what Đăng Văn is, the law's terms, the public log, what is stored."""

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response, abort, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from triage import certificate, public
from web import clock, sealed
from web.app import parts
from web.health import health
from web.i18n import Pages

pages = Pages("intake", __name__)
#: What has one address, whatever the language.
plain = Blueprint("plain", __name__)
plain.get("/healthz")(health)
#: Days for which security.txt vouches for itself (RFC 9116).
_VOUCHED = timedelta(days=180)


@pages.get("/")
def landing() -> str:
    """Say what this is, and where to begin."""
    return render_template("intake/landing.html")


@pages.get("/thoi-han")
def terms() -> str:
    """Show the terms of the law as they are today."""
    day = clock.today()
    groups = public.terms(parts().rules, day)
    return render_template("intake/terms.html", on=day, groups=groups, laws=public.laws(groups))


@pages.get("/cach-xu-ly")
def handling() -> str:
    """Tell how each kind of report is handled, from the rules."""
    rules, day = parts().rules, clock.today()
    kinds = rules.kinds.all_on(day)
    principles = [(row, public.grounds(rules, row.article)) for row in rules.principles.all_on(day)]
    return render_template("intake/handling.html", kinds=kinds, principles=principles, on=day)


@pages.get("/luu-gi")
def stored() -> str:
    """List what is stored, in plain words."""
    return render_template("intake/stored.html")


@pages.get("/so-lieu")
def figures() -> str:
    """Say which figures are published, and when."""
    periods = parts().rules.periods.all_on(clock.today())
    return render_template("intake/figures.html", periods=periods)


@pages.get("/nhat-ky")
def log() -> str:
    """Explain the public log, and how to check a proof without a network."""
    return render_template("intake/log.html", head=_log_head())


@plain.get("/en")
def english() -> AnyResponse:
    """Go to the English start page, by an address that names no host."""
    return Response(status=303, headers={"Location": url_for("intake.landing", lang="en")})


@plain.get("/checkpoint")
def checkpoint() -> Response:
    """Give the newest signed checkpoint, verbatim (C2SP tlog-checkpoint)."""
    return Response(_log_head().note, content_type="text/plain; charset=utf-8")


@plain.get("/chung-thu-ky-so")
def signing_certificate() -> Response:
    """Give the certificate that offices check the manifest of a dossier with, as PEM."""
    try:
        return Response(certificate.public(parts().store), content_type="application/x-pem-file")
    except certificate.NoCertificate:
        abort(404)


@plain.get("/.well-known/security.txt")
def security() -> Response:
    """Say where weaknesses are reported (RFC 9116)."""
    site = parts().site
    if site.security_contact is None:
        abort(404)
    until = datetime.combine(clock.today() + _VOUCHED, time(), UTC)
    lines = [
        f"Contact: {site.security_contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
    ]
    if site.address is not None:
        lines.append(f"Canonical: {site.address}/.well-known/security.txt")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@plain.get("/thoat")
def leave() -> AnyResponse:
    """Leave at once, for a neutral site: the session ends, there is nothing to read here."""
    answer = Response(status=303, headers={"Location": parts().site.neutral_site + "/"})
    return sealed.end(answer)


def _log_head() -> public.LogHead:
    try:
        return public.log_head(parts().store)
    except public.NoCheckpoint:
        abort(404)
