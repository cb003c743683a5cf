"""Zip containers of office files: opened within limits, written anew without a trace of when."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cleaning.refusal import FileRefused, Refusal

_MIB = 1024 * 1024
_MOST_ENTRIES, _MOST_BYTES = 10_000, 256 * _MIB
#: A blank spreadsheet packs well, but not a hundred megabytes of document.
_SUSPECT_BYTES, _SUSPECT_RATIO = 64 * _MIB, 100
_ENCRYPTED = 0x1
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can tell


class Package:
    """The parts of a container, unpacked when they are asked for.

    Raises FileRefused: BOMB, ENCRYPTED or DAMAGED.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(content))
        except (BadZipFile, ValueError, NotImplementedError):
            raise FileRefused(Refusal.DAMAGED) from None
        entries = self._zip.infolist()
        total = sum(entry.file_size for entry in entries)
        if (
            len(entries) > _MOST_ENTRIES
            or total > _MOST_BYTES
            or (total > _SUSPECT_BYTES and total > _SUSPECT_RATIO * len(content))
        ):
            raise FileRefused(Refusal.BOMB)
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise FileRefused(Refusal.ENCRYPTED)
        self.names = frozenset(entry.filename for entry in entries)
        if len(self.names) != len(entries):  # readers differ in which one they take
            raise FileRefused(Refusal.DAMAGED)

    def read(self, name: str) -> bytes:
        """Return a part. Raises FileRefused(DAMAGED), also when there is none of that name."""
        try:
            # zipfile stops at the size that the directory tells, which has been added up above.
            return self._zip.read(name)
        except (BadZipFile, KeyError, ValueError, NotImplementedError, EOFError, zlib.error):
            raise FileRefused(Refusal.DAMAGED) from None


def packed(parts: dict[str, bytes], *, stored: frozenset[str] = frozenset()) -> bytes:
    """Return a container of these parts in this order; those named in `stored` uncompressed."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in parts.items():
            entry = ZipInfo(name, _EPOCH)
            entry.create_system = 0
            method = ZIP_STORED if name in stored else ZIP_DEFLATED
            archive.writestr(entry, content, method)
    return target.getvalue()
