"""How alike two reports are, from fingerprints that can be compared without the texts. Pure.

MinHash over overlapping word triples: the share of equal places estimates the share of triples
that two texts have in common (Broder 1997). A fingerprint tells much about its text, so it is
sealed like the text and compared only where both cases are open.
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import blake2b

from triage.text import folded

#: Places of a fingerprint: the estimate is right to within about a tenth.
PLACES = 96
_WORDS = 3
_EMPTY = (1 << 32) - 1
#: From this share on two reports are suggested as one matter.
ALIKE = 0.35


def fingerprint(text: str) -> str:
    """Return the fingerprint of a text, as base64 of PLACES 32-bit numbers."""
    least = [_EMPTY] * PLACES
    for triple in set(_triples(text)):
        for place, number in enumerate(_numbers(triple)):
            least[place] = min(least[place], number)
    return b64encode(struct.pack(f"<{PLACES}I", *least)).decode("ascii")


def likeness(one: str, other: str) -> float:
    """Return how alike the texts of two fingerprints are, from 0 to 1.

    Raises ValueError for what is no fingerprint.
    """
    first, second = _read(one), _read(other)
    if _EMPTY in (*first, *second):
        return 0.0
    return sum(a == b for a, b in zip(first, second, strict=True)) / PLACES


def _triples(text: str) -> Iterator[bytes]:
    words = "".join(c if c.isalnum() else " " for c in folded(text)).split()
    for start in range(max(1, len(words) - _WORDS + 1)) if words else ():
        yield " ".join(words[start : start + _WORDS]).encode()


def _numbers(triple: bytes) -> Iterator[int]:
    for block in range(PLACES // 16):
        digest = blake2b(triple, digest_size=64, salt=block.to_bytes(16, "little")).digest()
        yield from struct.unpack("<16I", digest)


def _read(text: str) -> tuple[int, ...]:
    try:
        return struct.unpack(f"<{PLACES}I", b64decode(text, validate=True))
    except struct.error as error:
        raise ValueError("is no fingerprint") from error
