"""The one place for response headers: the same on every answer, errors and files included."""

from functools import partial
from urllib.parse import quote

from flask import Flask, Response, g, request

_CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
#: Everything a browser could be asked for (W3C policy-controlled features), denied.
_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "cross-origin-isolated",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
_DENIED = ", ".join(f"{feature}=()" for feature in _FEATURES)
_EVERYWHERE = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _CONTENT.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _DENIED,
    "Referrer-Policy": "no-referrer",
    # Granian puts its own name where an application gives none, and cannot be told not to.
    "Server": "",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
_WITH_PASSKEYS = ", ".join(
    f"{feature}=(self)" if feature in _PASSKEYS else f"{feature}=()" for feature in _FEATURES
)
_PAGES = "no-store"
#: An hour: what the files show is the same for everybody, and a new release is soon seen.
_FILES = "public, max-age=3600"


def allow_passkeys() -> None:
    """Let the page that answers this request ask for passkeys."""
    g.passkeys = True


def add_headers(app: Flask, onion: str | None = None) -> None:
    """Make every answer of the application carry the headers.

    `onion`: the address that Tor Browser then offers to go to instead.
    """
    app.after_request(_with_headers)
    if onion is not None:
        app.after_request(partial(_with_onion, onion))


def _with_onion(onion: str, response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Onion-Location"] = onion + quote(request.path)
    return response


def _with_headers(response: Response) -> Response:
    response.headers.update(_EVERYWHERE)
    if g.get("passkeys"):
        response.headers["Permissions-Policy"] = _WITH_PASSKEYS
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        # If a browser showed it all the same, nothing of it would run.
        response.headers["Content-Security-Policy"] += "; sandbox"
    cached = request.endpoint == "static" and response.status_code in {200, 206, 304}
    response.headers["Cache-Control"] = _FILES if cached else _PAGES
    return response
