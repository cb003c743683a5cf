"""A device with passkeys, made of software: it answers as a browser and its device would."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

#: Somebody was there, and the device knows who.
_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


def asked_by(html: str) -> dict[str, Any]:
    """Return what a page asks passkeys."""
    found = html.split('data-ask="', 1)[1].split('"', 1)[0]
    asked: dict[str, Any] = json.loads(unescape(found))
    return asked


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Device:
    """A device with one key; `origin` is where its browser is, whatever a page says."""

    origin: str
    counts: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    flags: int = _PRESENT | _VERIFIED

    def make(self, asked: dict[str, Any]) -> str:
        """Answer a page that asks for a new key."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        about = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        data = self._data(asked["rp"]["id"], self.flags | _WITH_KEY) + about
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", asked)
        return self._answer(clientDataJSON=said, attestationObject=made)

    def prove(self, asked: dict[str, Any]) -> str:
        """Answer a page that asks for a key it knows."""
        assert {"id": text(self.id), "type": "public-key"} in asked["allowCredentials"]
        self.count += self.counts
        data, said = self._data(asked["rpId"], self.flags), self._said("webauthn.get", asked)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature)

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _said(self, kind: str, asked: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        spelled = {name: text(value) for name, value in response.items()}
        return json.dumps(
            {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
            | {"response": spelled}
        )
