"""Sealing one small thing under a secret key: AES-256-GCM (docs/FORMAT.md section 6)."""

from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault import head
from vault.context import Context
from vault.errors import Damaged
from vault.head import Form
from vault.keys import SecretKey
from vault.padding import pad, unpad

Item = NewType("Item", bytes)


def seal(key: SecretKey, context: Context, data: bytes) -> Item:
    """Seal `data` (at most 16 MiB, else ValueError) under `key`, bound to `context`."""
    derived = head.derive(Form.ITEM, head.new_salt(), key, context)
    cipher = AESGCM(derived.content_key)
    return Item(derived.head + cipher.encrypt(derived.nonce, pad(data), derived.head))


def unseal(key: SecretKey, context: Context, item: Item) -> bytes:
    """Return what was sealed. Raises WrongKey, WrongContext or Damaged."""
    derived = head.check(Form.ITEM, item, key, context)
    cipher = AESGCM(derived.content_key)
    try:
        return unpad(cipher.decrypt(derived.nonce, item[head.SIZE :], derived.head))
    except InvalidTag:
        raise Damaged from None
