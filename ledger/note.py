"""Signed notes (C2SP signed-note) and Ed25519 keys in their text form."""

import re
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Malformed, NotSigned, SignatureRefused
from ledger.strict import b64, exact

NOTE, COSIGNATURE = 0x01, 0x04  # signature types: a log's own, and a witness's with its time
MAX_SIGNATURES = 64
_NAME = re.compile(r"[^\s+]+")
_KEY_BYTES, _ID_BYTES, _TIME_BYTES = 32, 4, 8


@dataclass(frozen=True)
class Verifier:
    """A public key: its name, its signature type and the 32 bytes of Ed25519."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        named = _NAME.fullmatch(self.name) and self.kind in {NOTE, COSIGNATURE}
        if not named or len(self.public) != _KEY_BYTES:
            raise Malformed("key", "its name, its type or its length is not allowed")

    @property
    def id(self) -> bytes:
        """The 4 bytes that, with the name, tell keys apart."""
        return sha256(b"%s\n%c%s" % (self.name.encode(), self.kind, self.public)).digest()[:4]

    def to_text(self) -> str:
        """Return `name+hex id+base64(type || public key)`."""
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @classmethod
    def from_text(cls, text: str) -> "Verifier":
        """Return the key written by `to_text`, or raise `Malformed`."""
        return exact("public key", text, lambda key: cls(*_key(key)), cls.to_text)

    def check(self, text: str, signature: bytes) -> int | None:
        """Return the time of a cosignature (POSIX seconds), or raise `SignatureRefused`."""
        cut = _TIME_BYTES if self.kind == COSIGNATURE else 0
        time = int.from_bytes(signature[:cut], "big") if cut else None
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature[cut:], _message(text, time))
        except InvalidSignature:
            raise SignatureRefused(f"The signature of {self.name} is false.") from None
        if time and time >= 2**63:  # tlog-cosignature: MUST NOT exceed 2^63 - 1
            raise SignatureRefused(f"The time that {self.name} gave is impossible.")
        return time


@dataclass(frozen=True)
class Signer:
    """A private key: its name, its signature type and the 32-byte seed, which is never shown."""

    name: str
    kind: int
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, self.kind, private.public_key().public_bytes_raw())

    def to_text(self) -> str:
        """Return `PRIVATE+KEY+name+hex id+base64(type || seed)`: a secret."""
        secret = b64(bytes([self.kind]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{secret}"

    @classmethod
    def from_text(cls, text: str) -> "Signer":
        """Return the key written by `to_text`, or raise `Malformed`."""
        return exact("private key", text, lambda key: cls(*_key(key[12:])), cls.to_text)


@dataclass(frozen=True)
class Signed:
    """A signature that was verified: whose, and for a cosignature its time in POSIX seconds."""

    key: Verifier
    time: int | None


def sign(text: str, signer: Signer, time: int | None = None) -> str:
    """Return the note of `text` (ending in a newline) with one signature.

    `time` (POSIX seconds) is for keys of type `COSIGNATURE`, and for them only.
    """
    if (time is None) == (signer.kind == COSIGNATURE):
        raise Malformed("signature", "a cosignature has a time, any other signature has none")
    stamp = b"" if time is None else time.to_bytes(_TIME_BYTES, "big")
    signature = Ed25519PrivateKey.from_private_bytes(signer.seed).sign(_message(text, time))
    note = join_note((text, [(signer.name, signer.verifier.id + stamp + signature)]))
    if split_note(note)[0] != text:
        raise Malformed("note", "its text does not end in a newline")
    return note


def open_note(note: str, verifiers: Iterable[Verifier]) -> tuple[str, tuple[Signed, ...]]:
    """Return the text and, once each, who signed it; signatures by other keys are ignored.

    Raises `Malformed`, `SignatureRefused` if any known key's signature is false, `NotSigned`.
    """
    text, signatures = split_note(note)
    known = {(key.name, key.id): key for key in verifiers}
    signed = dict[Verifier, int | None]()
    for name, blob in signatures:
        if key := known.get((name, blob[:_ID_BYTES])):
            signed.setdefault(key, key.check(text, blob[_ID_BYTES:]))
    if not signed:
        raise NotSigned("None of the keys you trust signed this.")
    return text, tuple(Signed(key, time) for key, time in signed.items())


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text and the signatures, unverified: (key name, key id || signature)."""
    return exact("note", note, _split, join_note)


def join_note(parts: tuple[str, list[tuple[str, bytes]]]) -> str:
    """Return the note that `split_note` takes apart."""
    return f"{parts[0]}\n" + "".join(f"— {name} {b64(blob)}\n" for name, blob in parts[1])


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, _, tail = note.rpartition("\n\n")
    lines = [line.split(" ") for line in tail[:-1].split("\n")]
    signatures = [(name, b64decode(blob)) for _, name, blob in lines]
    fit = all(_NAME.fullmatch(name) and len(blob) > _ID_BYTES for name, blob in signatures)
    if not fit or len(signatures) > MAX_SIGNATURES:
        raise ValueError
    return f"{text}\n", signatures


def _key(text: str) -> tuple[str, int, bytes]:
    name, _, key = text.split("+", 2)
    return name, b64decode(key)[0], b64decode(key)[1:]


def _message(text: str, time: int | None) -> bytes:
    return ("" if time is None else f"cosignature/v1\ntime {time}\n").encode() + text.encode()
