"""One value, one spelling: text is accepted only if writing its value again gives that text."""

import base64
import re
from collections.abc import Callable
from typing import AnyStr, TypeVar

from ledger.errors import Malformed

MAX_LENGTH = 2**19  # of a note or a file: room for 64 post-quantum signatures and an opening
T = TypeVar("T")


def b64(data: bytes) -> str:
    """Return standard, padded base 64 (RFC 4648 section 4)."""
    return base64.b64encode(data).decode()


def exact(what: str, data: AnyStr, read: Callable[[AnyStr], T], write: Callable[[T], AnyStr]) -> T:
    """Return `read(data)`, or raise `Malformed` if it cannot be read or `write` differs."""
    if len(data) > MAX_LENGTH:
        raise Malformed(what, f"it is longer than {MAX_LENGTH} characters or bytes")
    if isinstance(data, str) and re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", data):
        raise Malformed(what, "it has control characters, such as Windows line ends")
    try:
        value = read(data)
        same = write(value) == data
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise Malformed(what, "its parts are not what they should be") from None
    if not same:
        raise Malformed(what, "it is spelled in another way than the format's only one")
    return value
