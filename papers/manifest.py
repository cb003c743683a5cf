"""The manifest of a package: which dossier, from whom, and every file with its size and SHA-256.

Canonical JSON: UTF-8, keys sorted, no spaces, so that one manifest has one form and one signature.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any

FORMAT = "dangvan-dossier-1"
_LONGEST = 1 << 20
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\.[a-z0-9]{1,8}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,126}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ManifestRefused(Exception):
    """Bytes that are no manifest, or a file that is not what its manifest says."""


@dataclass(frozen=True)
class Entry:
    """One file: neutral name, media type, size in bytes, SHA-256 in hex.

    Raises ManifestRefused for a name with folders or capital letters, and the like.
    """

    name: str
    type: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        fits = (
            _NAME.fullmatch(self.name)
            and _TYPE.fullmatch(self.type)
            and type(self.size) is int
            and self.size >= 0
            and _SHA256.fullmatch(self.sha256)
        )
        if not fits:
            raise ManifestRefused(f"no entry of a manifest: {self}")

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> "Entry":
        """Return the entry of a file that is at hand."""
        return cls(name, media_type, len(content), sha256(content).hexdigest())

    def checked(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass a file's bytes on. Raises ManifestRefused, at the latest at their end."""
        hashed, size = sha256(), 0
        for piece in pieces:
            hashed.update(piece)
            size += len(piece)
            if size > self.size:
                break
            yield piece
        if size != self.size or hashed.hexdigest() != self.sha256:
            raise ManifestRefused(f"{self.name} is not the file that the manifest names")


@dataclass(frozen=True)
class Manifest:
    """What a package holds. Raises ManifestRefused for two files of one name."""

    dossier: str
    day: date
    sender: str
    files: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if len({entry.name for entry in self.files}) != len(self.files):
            raise ManifestRefused("two files have the same name")

    def to_bytes(self) -> bytes:
        """Return the canonical form, which is signed."""
        values = {
            "format": FORMAT,
            "dossier": self.dossier,
            "day": self.day.isoformat(),
            "sender": self.sender,
            "files": [asdict(entry) for entry in self.files],
        }
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """Read a manifest. Raises ManifestRefused for anything but the canonical form of one."""
        if len(content) > _LONGEST:
            raise ManifestRefused("too long for a manifest")
        try:
            manifest = cls._read(json.loads(content))
        except (ValueError, TypeError, KeyError, RecursionError) as reason:
            raise ManifestRefused("no manifest") from reason
        if manifest.to_bytes() != content:
            raise ManifestRefused("a manifest, but not in its canonical form")
        return manifest

    @classmethod
    def _read(cls, values: dict[str, Any]) -> "Manifest":
        files = tuple(Entry(**entry) for entry in values["files"])
        dossier, sender = values["dossier"], values["sender"]
        if not (isinstance(dossier, str) and isinstance(sender, str)):
            raise ManifestRefused("a name that is no text")
        return cls(dossier, date.fromisoformat(values["day"]), sender, files)
