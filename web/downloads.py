"""Files for the disk: sent in pieces, never shown by the browser, under a name that is safe."""

import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

#: What RFC 8187 lets stand unquoted.
_PLAIN = "!#$&+-.^_`|~"


def attachment(pieces: Iterable[bytes], name: str, size: int) -> Response:
    """Return an answer that browsers save (RFC 6266), whatever the file is."""
    answer = Response(pieces, content_type="application/octet-stream")
    answer.content_length = size
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{_ascii(name)}\"; filename*=UTF-8''{quote(name, safe=_PLAIN)}"
    )
    return answer


def _ascii(name: str) -> str:
    """Return the name for browsers that know no other letters."""
    bare = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in bare if c.isascii() and (c.isalnum() or c in " ._-()")) or "tep"
