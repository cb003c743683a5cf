"""Locking a private key with a password: Argon2id (docs/FORMAT.md section 6)."""

import struct
import unicodedata
from dataclasses import astuple, dataclass
from threading import Lock
from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault import head
from vault.context import Context
from vault.errors import Damaged, WrongKey, WrongPassword
from vault.padding import pad, unpad

Locked = NewType("Locked", bytes)

_PARAMETERS = struct.Struct(">IIB")
_BODY = head.SIZE + _PARAMETERS.size
#: Two at once wait for each other for ever: their lanes share one pool of threads in OpenSSL.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Cost:
    """What one guess costs: memory in KiB, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


TODAY = Cost(memory=64 * 1024, passes=3, lanes=4)
#: A planted record must not be able to tire the server.
_MOST = Cost(memory=256 * 1024, passes=8, lanes=8)


def _stretch(password: str, salt: bytes, cost: Cost) -> bytes:
    # RFC 8265, OpaqueString.
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in password)
    argon = Argon2id(
        salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory
    )
    with _ONE_AT_A_TIME:
        return argon.derive(unicodedata.normalize("NFC", spaced).encode(errors="surrogatepass"))


def _cost_of(locked: Locked) -> Cost:
    if len(locked) < _BODY:
        raise Damaged
    cost = Cost(*_PARAMETERS.unpack(locked[head.SIZE : _BODY]))
    least = Cost(memory=8 * cost.lanes, passes=1, lanes=1)  # Argon2's own minimum (RFC 9106)
    within = zip(astuple(least), astuple(cost), astuple(_MOST), strict=True)
    if not all(low <= value <= high for low, value, high in within):
        raise Damaged
    return cost


def lock(password: str, context: Context, data: bytes, cost: Cost = TODAY) -> Locked:
    """Seal `data` under a password. At today's cost this takes about a quarter of a second."""
    salt = head.new_salt()
    derived = head.derive(head.Form.PASSWORD, salt, _stretch(password, salt, cost), context)
    start = derived.head + _PARAMETERS.pack(*astuple(cost))
    return Locked(start + AESGCM(derived.content_key).encrypt(derived.nonce, pad(data), start))


def unlock(password: str, context: Context, locked: Locked) -> bytes:
    """Return what was locked. Raises WrongPassword, WrongContext or Damaged."""
    salt = head.salt_of(head.Form.PASSWORD, locked)
    key = _stretch(password, salt, _cost_of(locked))
    try:
        derived = head.check(head.Form.PASSWORD, locked, key, context)
    except WrongKey:
        raise WrongPassword from None
    try:
        body = AESGCM(derived.content_key).decrypt(derived.nonce, locked[_BODY:], locked[:_BODY])
    except InvalidTag:
        raise Damaged from None
    return unpad(body)


def is_outdated(locked: Locked) -> bool:
    """Tell whether it was locked at less than today's cost, and should be locked anew."""
    cost = _cost_of(locked)
    return cost.memory < TODAY.memory or cost.passes < TODAY.passes
