"""How alike two reports are, from fingerprints that can be compared without the texts. Pure.

A fingerprint is the least hashes of a text's overlapping word triples (a bottom-k sketch, Broder
1997): among the least of two texts together, the share that both have estimates the share of
triples that they have in common. It tells much about its text, so it is sealed like the text and
compared only where both cases are open.
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import blake2b

from triage.text import folded

#: Most hashes of a fingerprint: the estimate is right to within about a tenth.
PLACES = 96
_WORDS = 3
_BYTES = 4
#: From this share on two reports are suggested as one matter.
ALIKE = 0.35


def fingerprint(text: str) -> str:
    """Return the fingerprint of a text, as base64 of at most PLACES 32-bit numbers in order."""
    least = sorted({_number(triple) for triple in _triples(text)})[:PLACES]
    return b64encode(struct.pack(f"<{len(least)}I", *least)).decode("ascii")


def likeness(one: str, other: str) -> float:
    """Return how alike the texts of two fingerprints are, from 0 to 1; 0 for a text without a word.

    Raises ValueError for what is no fingerprint.
    """
    first, second = _read(one), _read(other)
    least = sorted(first | second)[:PLACES]
    return sum(each in first and each in second for each in least) / max(1, len(least))


def _triples(text: str) -> Iterator[str]:
    words = "".join(c if c.isalnum() else " " for c in folded(text)).split()
    for start in range(max(1, len(words) - _WORDS + 1)) if words else ():
        yield " ".join(words[start : start + _WORDS])


def _number(triple: str) -> int:
    return int.from_bytes(blake2b(triple.encode(), digest_size=_BYTES).digest(), "little")


def _read(text: str) -> frozenset[int]:
    data = b64decode(text, validate=True)
    if len(data) % _BYTES or len(data) > PLACES * _BYTES:
        raise ValueError("is no fingerprint")
    return frozenset(struct.unpack(f"<{len(data) // _BYTES}I", data))
