"""Sealing to a public key: HPKE with MLKEM768-X25519 (RFC 9180; docs/FORMAT.md section 5)."""

from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from vault import head
from vault.context import Context
from vault.errors import Damaged
from vault.head import Form
from vault.keys import KeyPair, PublicKey, load_public
from vault.padding import pad, unpad

Box = NewType("Box", bytes)

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(recipient: PublicKey, context: Context, data: bytes) -> Box:
    """Seal `data` so that only the holder of the recipient's seed opens it, in this context.

    Raises Damaged if `recipient` is no public key, ValueError above 16 MiB.
    """
    derived = head.derive(Form.BOX, head.new_salt(), recipient, context)
    info = derived.head + context.encode()
    key, padded = load_public(recipient), pad(data)
    try:
        return Box(derived.head + _SUITE.encrypt(padded, key, info))
    except ValueError:  # a key that shares no secret, such as zeros
        raise Damaged from None


def unseal(keys: KeyPair, context: Context, box: Box) -> bytes:
    """Return what was sealed. Raises WrongKey, WrongContext or Damaged."""
    derived = head.check(Form.BOX, box, keys.public, context)
    try:
        info = derived.head + context.encode()
        return unpad(_SUITE.decrypt(box[head.SIZE :], keys.private, info))
    except (InvalidTag, ValueError):
        raise Damaged from None
