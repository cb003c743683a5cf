"""What is logged: an act, and the salted commitment that hides all of it but its day."""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from ledger.errors import Malformed
from ledger.strict import exact
from ledger.tree import Hash, leaf_hash

SALT_BYTES, MAX_OPENING = 32, 2**16
_WORDS = re.compile(r"[a-z_]+(\.[a-z_]+)*")


@dataclass(frozen=True)
class Act:
    """Something that was done, to be provable later: `case.filed`, on a day, to a subject."""

    kind: str
    day: date
    subject: str
    detail: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", tuple(sorted(self.detail)))
        names = [name for name, value in self.detail if isinstance(value, str)]
        words = all(_WORDS.fullmatch(word) for word in (self.kind, *names))
        # A datetime is a date too, and would tell the hour.
        if not words or len(set(names)) != len(self.detail) or type(self.day) is not date:
            raise Malformed("act", "its kind, its day or the names of its details are not allowed")

    def to_bytes(self) -> bytes:
        """Return the act's only spelling: JSON as in RFC 8785, all values strings."""
        act = {**vars(self), "day": self.day.isoformat(), "detail": dict(self.detail)}
        return json.dumps(act, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Opening:
    """An act and the 32 random bytes that hid it: who holds both can prove the leaf's content."""

    salt: bytes = field(repr=False)
    act: Act = field(repr=False)

    def to_bytes(self) -> bytes:
        """Return salt || canonical act."""
        return self.salt + self.act.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Opening":
        """Return what `to_bytes` wrote, or raise `Malformed`."""
        return exact("opening", data, _read, cls.to_bytes)

    def leaf_data(self) -> bytes:
        """Return the 43 public bytes: version, ISO day, commitment."""
        # A longer opening would be logged but could not be proved: its file would be too long.
        if len(self.salt) != SALT_BYTES or len(self.to_bytes()) > MAX_OPENING:
            raise Malformed("opening", "its salt or the whole is not of an allowed length")
        commitment = sha256(b"dangvan/1/act\x00" + self.to_bytes()).digest()
        return public_leaf(self.act.day, commitment)

    def leaf(self) -> Hash:
        """Return the leaf's hash in the tree."""
        return leaf_hash(self.leaf_data())


def public_leaf(day: date, commitment: bytes) -> bytes:
    """Return the 43 public bytes of an entry."""
    return b"\x01" + day.isoformat().encode() + commitment


def _read(data: bytes) -> Opening:
    act = json.loads(data[SALT_BYTES:])
    kind, subject, detail = act["kind"], act["subject"], act["detail"]
    if not all(isinstance(value, str) for value in (kind, subject, *detail.values())):
        raise TypeError
    day = date.fromisoformat(act["day"])
    return Opening(data[:SALT_BYTES], Act(kind, day, subject, tuple(detail.items())))
