"""The package for an office outside: a ZIP file of the dossier, encrypted with age as it is made.

Evidence passes through in pieces: neither memory nor the disk ever holds a file in the clear.
"""

import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

import pyrage

from papers.manifest import Entry, Manifest, ManifestRefused

MANIFEST = "manifest.json"
SIGNATURE = "manifest.p7s"
_NO_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP can say
_READABLE = 0o600 << 16


class RecipientRefused(Exception):
    """Text that is no public key of age (``age1…``); `given` is that text, empty for none.

    The message leaves it out: somebody may have pasted a secret key.
    """

    def __init__(self, given: str) -> None:
        super().__init__("no public key of age")
        self.given = given


def recipients(given: Iterable[str]) -> tuple[pyrage.x25519.Recipient, ...]:
    """Return the keys that a package is encrypted to. Raises RecipientRefused."""
    keys = tuple(map(_recipient, given))
    if not keys:
        raise RecipientRefused("")
    return keys


def _recipient(given: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(given.strip())
    except pyrage.RecipientError:
        raise RecipientRefused(given) from None


def pack(
    sink: BinaryIO,
    manifest: bytes,
    signature: bytes,
    files: Mapping[str, Iterable[bytes]],
    to: Sequence[str],
) -> None:
    """Write the encrypted package of a manifest, its signature and its files (by name) to a sink.

    Files are read once, in the manifest's order, when their turn comes. Raises RecipientRefused,
    ManifestRefused if a file is missing, one too many, or not what the manifest says, and whatever
    reading a file or writing raises: what the sink holds by then is no package, throw it away.
    """
    keys = recipients(to)
    entries = Manifest.from_bytes(manifest).files
    if {entry.name for entry in entries} != set(files):
        raise ManifestRefused("the files are not those of the manifest")
    reserved = [Entry.of(MANIFEST, "application/json", manifest)]
    reserved += [Entry.of(SIGNATURE, "application/pkcs7-signature", signature)]
    if {MANIFEST, SIGNATURE} & set(files):
        raise ManifestRefused("a file has the name of the manifest or of its signature")
    contents = {MANIFEST: [manifest], SIGNATURE: [signature], **files}
    zipped = _Reader(_zip((*reserved, *entries), contents))
    written = _Writer(sink)
    try:
        pyrage.encrypt_io(zipped, written, keys)
    except pyrage.EncryptError:
        if zipped.failure is None and written.failure is None:
            raise
    # age hides the reason of what failed, and all of it where the last write fails.
    for failure in (zipped.failure, written.failure):
        if failure is not None:
            raise failure


def _zip(entries: Iterable[Entry], contents: Mapping[str, Iterable[bytes]]) -> Iterator[bytes]:
    """Yield a ZIP file while it is written; a file's bytes are checked as they pass."""
    written = _Drain()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry in entries:
            header = zipfile.ZipInfo(entry.name, _NO_DAY)
            header.compress_type = zipfile.ZIP_DEFLATED
            header.create_system, header.external_attr = 3, _READABLE
            header.file_size = entry.size
            with archive.open(header, "w") as member:
                for piece in entry.checked(contents[entry.name]):
                    member.write(piece)
                    yield from written.drained()
    yield from written.drained()


class _Drain:
    """What zipfile writes into, emptied after each piece. It cannot seek, as zipfile notices."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Do nothing: what is written is there."""

    close = flush

    def drained(self) -> Generator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces


class _Reader:
    """Pieces as a file to read from; keeps why reading failed."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._left:
                self._left = next(self._pieces)
        except StopIteration:
            return b""
        except BaseException as failure:
            self.failure = failure
            raise
        size = len(self._left) if size < 0 else size
        taken, self._left = self._left[:size], self._left[size:]
        return taken


class _Writer:
    """A file to write to; keeps why writing failed."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self.failure: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            return self._sink.write(piece)
        except BaseException as failure:
            self.failure = failure
            raise

    def flush(self) -> None:
        try:
            self._sink.flush()
        except BaseException as failure:
            self.failure = failure
            raise
