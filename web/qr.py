"""A text as a QR code for a phone's camera."""

import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """Return the code as a picture, without any style of its own."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704  (made of squares alone)
