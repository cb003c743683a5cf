"""The receipt code, a reporter's only way back in (docs/FORMAT.md section 7)."""

import unicodedata
from dataclasses import dataclass, field
from secrets import choice
from typing import NewType

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import MistypedReceipt
from vault.keys import SecretKey

#: 32 bytes under which the server finds a case; it tells nothing of the code.
LookupId = NewType("LookupId", bytes)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
LENGTH = 24
_GROUP = 4
_LOOK_ALIKES = str.maketrans("OIL", "011")
_IGNORED = {"Zs", "Pd", "Pc", "Cf", "Cc"}
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def _check_character(body: str) -> str:
    """Sum alpha^(i+1) times the i-th character, by Horner's rule in GF(2^5)."""
    check = 0
    for character in reversed(body):
        check = (check ^ _VALUES[character]) << 1
        if check & 0b100000:
            check ^= 0b100101  # x^5 + x^2 + 1
    return ALPHABET[check]


def canonical(text: str) -> str:
    """Read characters as a person types them: case, separators and look-alikes do not matter."""
    seen = unicodedata.normalize("NFKC", text[: 16 * LENGTH]).upper().translate(_LOOK_ALIKES)
    return "".join(c for c in seen if unicodedata.category(c) not in _IGNORED and c != ".")


@dataclass(frozen=True)
class Receipt:
    """A well-formed code, in canonical form: 24 characters without separators."""

    code: str = field(repr=False)

    @classmethod
    def draw(cls) -> "Receipt":
        """Draw 115 random bits and their check character."""
        body = "".join(choice(ALPHABET) for _ in range(LENGTH - 1))
        return cls(body + _check_character(body))

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read what a person typed: case, spaces, dashes and look-alikes do not matter.

        Raises MistypedReceipt with reason "character", "length" or "check".
        """
        letters = canonical(text)
        if any(character not in _VALUES for character in letters):
            raise MistypedReceipt("character")
        if len(letters) != LENGTH or len(text) > 16 * LENGTH:
            raise MistypedReceipt("length")
        if _check_character(letters[:-1]) != letters[-1]:
            raise MistypedReceipt("check")
        return cls(letters)

    @property
    def grouped(self) -> str:
        """The code as it is shown: six groups of four with hyphens."""
        return "-".join(self.code[i : i + _GROUP] for i in range(0, LENGTH, _GROUP))

    @property
    def lookup_id(self) -> LookupId:
        """What the server finds the case by."""
        return LookupId(self._derive(b"lookup"))

    @property
    def wrapping_key(self) -> SecretKey:
        """What the case key is sealed under for the reporter."""
        return SecretKey(self._derive(b"wrap"))

    def _derive(self, info: bytes) -> bytes:
        secret = self.code[:-1].encode()
        return HKDF(SHA256(), length=32, salt=b"dangvan/1/receipt", info=info).derive(secret)
