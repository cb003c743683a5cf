"""Takes files in: recognised, cleaned, scanned and sealed while they arrive, never on the disk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from uuid import UUID, uuid4

import cleaning
from cleaning import Limits, Scanner
from records.work import Store, drop_blobs, hold_blob
from triage.casefile import OpenCase
from triage.submission import StoredFile
from triage.text import one_line
from vault import stream
from vault.context import Purpose

_LONGEST_NAME = 120


@dataclass
class _Measured:
    """Pieces on their way into the store: counts and hashes them."""

    pieces: Iterable[bytes]
    size: int = 0

    def __post_init__(self) -> None:
        self._hash = sha256()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.size += len(piece)
            self._hash.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        """The hash of what has passed, in hex."""
        return self._hash.hexdigest()


def take(  # noqa: PLR0913, PLR0917  (a file, where it goes, and what is asked of it)
    store: Store,
    case: OpenCase,
    name: str,
    pieces: Iterable[bytes],
    limits: Limits,
    scanner: Scanner | None,
    today: date,
    *,
    keep_original: bool,
) -> tuple[StoredFile, ...]:
    """Take one file in, and return the copy that staff see and, if asked for, its original.

    The sealed bytes are on hold until an act adopts them; nothing is there when this raises
    FileRefused, Infected, ScannerUnavailable or a RecordsError.
    """
    scanned = cleaning.scanning(pieces, scanner)
    received = cleaning.receive(scanned, limits, keep_original=keep_original)
    kind = received.kind
    reason = "" if received.not_cleaned is None else str(received.not_cleaned)
    base = StoredFile(uuid4(), _name(name, kind.suffix), kind.mime, 0, "", reason)
    copy = put(store, case, Purpose.CASE_FILE, base, received.content, today)
    if received.original is None:
        return (copy,)
    was = received.original_kind
    untouched = StoredFile(uuid4(), _name(name, was.suffix), was.mime, 0, "", original_of=copy.id)
    try:
        original = [received.original]
        return copy, put(store, case, Purpose.CASE_ORIGINAL, untouched, original, today)
    except BaseException:
        drop_blobs(store, [copy.id])
        raise


def drop(store: Store, files: Iterable[UUID]) -> None:
    """Remove files that no case has adopted."""
    drop_blobs(store, list(files))


def read(store: Store, case: OpenCase, file: StoredFile) -> Iterator[bytes]:
    """Yield a file's plaintext. What was handed out counts only once the iterator has ended.

    Raises BlobMissing, BlobStoreFailed or a VaultError.
    """
    purpose = Purpose.CASE_FILE if file.original_of is None else Purpose.CASE_ORIGINAL
    context = case.context(purpose, file.id.bytes)
    return stream.unseal(case.key, context, store.blobs.get(file.id))


def put(  # noqa: PLR0913, PLR0917
    store: Store,
    case: OpenCase,
    purpose: Purpose,
    file: StoredFile,
    pieces: Iterable[bytes],
    today: date,
) -> StoredFile:
    """Seal a file's plaintext on its way into the store, and return it with size and hash.

    It is on hold until an act adopts it; nothing is there when this raises.
    """
    measured = _Measured(pieces)
    sealed = stream.seal(case.key, case.context(purpose, file.id.bytes), measured)
    hold_blob(store, file.id, sealed, today)
    return replace(file, size=measured.size, sha256=measured.sha256)


def shown_name(given: str) -> str:
    """Return a file's own name, without folders and without anything that could mislead."""
    return PureWindowsPath(PurePosixPath(one_line(given)).name).name[: _LONGEST_NAME + 8]


def _name(given: str, suffix: str) -> str:
    """Return the name under which a file is kept: it ends as its content says."""
    last = shown_name(given)
    stem = last.rpartition(".")[0] or last or "tep"
    return f"{stem[:_LONGEST_NAME]}{suffix}"
