"""The 84 bytes that begin every sealed form, and what is derived with them (FORMAT.md, 4)."""

import hmac
from dataclasses import dataclass
from enum import Enum
from secrets import token_bytes

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from vault.context import Context
from vault.errors import Damaged, WrongContext, WrongKey

SIZE = 84
_MAGIC = b"DV\x01"
_SALT = slice(4, 36)
_KEY_TAG = slice(36, 68)
_CONTEXT_TAG = slice(68, 84)


class Form(Enum):
    """The fourth byte."""

    BOX = b"B"
    ITEM = b"I"
    STREAM = b"S"
    PASSWORD = b"P"


@dataclass(frozen=True, repr=False)
class Derived:
    """A head and the single-use key and nonce that belong to it."""

    head: bytes
    content_key: bytes
    nonce: bytes


def new_salt() -> bytes:
    """Draw 32 random bytes."""
    return token_bytes(32)


def derive(form: Form, salt: bytes, key: bytes, context: Context) -> Derived:
    """Derive head, key and nonce. The nonce is safe because a salt, hence the key, is used once."""
    prk = HKDF.extract(SHA256(), salt, key)
    key_tag = HKDFExpand(SHA256(), 32, b"dangvan/1/key-tag" + form.value).derive(prk)
    info = b"dangvan/1/content" + form.value + context.encode()
    rest = HKDFExpand(SHA256(), 60, info).derive(prk)
    head = _MAGIC + form.value + salt + key_tag + rest[:16]
    return Derived(head, content_key=rest[16:48], nonce=rest[48:])


def salt_of(form: Form, sealed: bytes) -> bytes:
    """Return the 32-byte salt. Raises Damaged unless `sealed` begins with a head of `form`."""
    if len(sealed) < SIZE or sealed[:4] != _MAGIC + form.value:
        raise Damaged
    return sealed[_SALT]


def check(form: Form, sealed: bytes, key: bytes, context: Context) -> Derived:
    """Derive again from the head of `sealed` and compare.

    Raises Damaged, WrongKey or WrongContext, in that order.
    """
    derived = derive(form, salt_of(form, sealed), key, context)
    if not hmac.compare_digest(derived.head[_KEY_TAG], sealed[_KEY_TAG]):
        raise WrongKey
    if not hmac.compare_digest(derived.head[_CONTEXT_TAG], sealed[_CONTEXT_TAG]):
        raise WrongContext
    return derived
