"""Keys and key pairs (docs/FORMAT.md section 1)."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import shake_256
from secrets import token_bytes
from typing import NewType

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from vault.errors import Damaged

#: 32 random bytes that seal items and streams: a case key, identity key, wrapping or session key.
SecretKey = NewType("SecretKey", bytes)
#: 32 random bytes from which a key pair is made: the private half in its shortest form.
Seed = NewType("Seed", bytes)
#: 1,216 bytes: ML-KEM-768 encapsulation key (1,184) and X25519 public key (32).
PublicKey = NewType("PublicKey", bytes)

_MLKEM_PUBLIC = 1184


def new_secret_key() -> SecretKey:
    """Draw 32 random bytes."""
    return SecretKey(token_bytes(32))


def new_seed() -> Seed:
    """Draw 32 random bytes."""
    return Seed(token_bytes(32))


@dataclass(frozen=True)
class KeyPair:
    """An MLKEM768-X25519 key pair; the seed never shows in a repr."""

    seed: Seed = field(repr=False)

    @cached_property
    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        """Expand the seed as X-Wing does."""
        expanded = shake_256(self.seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        return mlkem, X25519PrivateKey.from_private_bytes(expanded[64:])

    @cached_property
    def private(self) -> MLKEM768X25519PrivateKey:
        """The private half."""
        return MLKEM768X25519PrivateKey(*self._halves)

    @cached_property
    def public(self) -> PublicKey:
        """The public half, 1,216 bytes."""
        return PublicKey(b"".join(half.public_key().public_bytes_raw() for half in self._halves))


@lru_cache(maxsize=256)  # the same few units, auditors and escrow key, again and again
def load_public(key: PublicKey) -> MLKEM768X25519PublicKey:
    """Parse a public key. Raises Damaged if it is none."""
    try:  # each half refuses any length but its own
        mlkem = MLKEM768PublicKey.from_public_bytes(key[:_MLKEM_PUBLIC])
        x25519 = X25519PublicKey.from_public_bytes(key[_MLKEM_PUBLIC:])
        return MLKEM768X25519PublicKey(mlkem, x25519)
    except ValueError:
        raise Damaged from None
