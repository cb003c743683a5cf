"""Where sealed files are kept: one interface, a folder by default."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from io import FileIO, RawIOBase
from pathlib import Path
from secrets import token_hex
from typing import Protocol
from uuid import UUID

from records.errors import (
    BadConfiguration,
    BlobExists,
    BlobMissing,
    BlobStoreFailed,
    FolderUnusable,
)
from records.settings import Settings

_READ = 256 * 1024
_PARTIAL = ".partial-"
#: Modification times, in seconds of 1970: as it was put, and after the night.
_NEW, _BLURRED = 0, 86_400
_NAME = re.compile(r"[0-9a-f]{32}")


class Blobs(Protocol):
    """A store of sealed blobs, named by the random identifier of their row.

    The pieces are sealed already (vault/stream.py): a store never sees plaintext.
    """

    def put(self, name: UUID, pieces: Iterable[bytes]) -> None:
        """Store a blob; when this returns it survives power loss, when it raises it is not there.

        Raises BlobExists, BlobStoreFailed, or what `pieces` raises.
        """

    def get(self, name: UUID) -> Iterator[bytes]:
        """Yield the blob in pieces. Raises BlobMissing before the first, or BlobStoreFailed."""

    def delete(self, name: UUID) -> None:
        """Remove the blob; one that is not there is no error."""

    def names(self) -> Iterator[UUID]:
        """Yield the name of every whole blob, in no particular order."""

    def clean_up(self, before: date) -> None:
        """Remove what puts that were cut off before that day have left behind."""

    def room(self) -> int | None:
        """Return the bytes that are left, None where nobody can tell. Raises BlobStoreFailed."""


class FolderBlobs:
    """Blobs in a folder of this machine, 256 folders deep by the first two letters."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, name: UUID) -> Path:
        return self._folder / name.hex[:2] / name.hex

    def put(self, name: UUID, pieces: Iterable[bytes]) -> None:
        """Write beside the final name, make durable, then link into place."""
        path = self._path(name)
        partial = path.with_name(_PARTIAL + token_hex(8))
        try:
            with _explained():
                _make_folder(path.parent)
                descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                for piece in pieces:  # what the source raises is not the store's failure
                    with _explained():
                        _write(file, piece)
                with _explained():
                    os.utime(
                        file.fileno(), (_NEW, _NEW)
                    )  # the hour of arrival is nobody's business
                    os.fsync(file.fileno())
            with _explained():
                _place(partial, path)
        except FileExistsError:
            raise BlobExists(f"The blob {name} exists already.") from None
        finally:
            with suppress(OSError):
                partial.unlink()
                make_names_durable(path.parent)  # a refused file leaves no hour on the folder

    def get(self, name: UUID) -> Iterator[bytes]:
        """Read in pieces of 256 KiB."""
        try:
            with _explained():
                file = self._path(name).open("rb", buffering=0)
        except FileNotFoundError:
            raise BlobMissing(f"The blob {name} is missing.") from None
        return _read(file)

    def delete(self, name: UUID) -> None:
        """Unlink, durably."""
        path = self._path(name)
        with suppress(FileNotFoundError), _explained():
            path.unlink()
            make_names_durable(path.parent)

    def names(self) -> Iterator[UUID]:
        """Walk the folder; what is no blob of ours is passed over."""
        for path in self._folder.glob("??/*"):
            if _NAME.fullmatch(path.name):
                yield UUID(hex=path.name)

    def clean_up(self, before: date) -> None:
        """Remove partial files last touched before that day."""
        for path in self._folder.glob(f"??/{_PARTIAL}*"):
            with suppress(FileNotFoundError):
                if date.fromtimestamp(path.stat().st_ctime) < before:  # noqa: DTZ012  (a day or two)
                    path.unlink()

    def room(self) -> int | None:
        """Ask the file system."""
        try:
            return shutil.disk_usage(self._folder).free
        except OSError as error:
            raise BlobStoreFailed(f"The folder of sealed files failed: {error.strerror}.") from None

    def blur_times(self) -> None:
        """Take what the file system knows of the order of arrival off new blobs.

        Each is copied, in the random order of names, so that its birth, its change and its inode
        tell nothing; the modification time then says that this has been done.
        """
        for path in sorted(self._path(name) for name in self.names()):
            with suppress(FileNotFoundError), _explained():
                if path.stat().st_mtime == _NEW:
                    _copy_over(path)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise  # the caller knows what these mean here
    except OSError as error:
        raise BlobStoreFailed(f"The folder of sealed files failed: {error.strerror}.") from None


def _write(file: RawIOBase, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[file.write(view) or 0 :]


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        make_names_durable(folder.parent)


def _place(partial: Path, path: Path) -> None:
    os.link(partial, path)  # unlike a rename, this never replaces
    try:
        partial.unlink()
        make_names_durable(path.parent)
    except OSError:
        path.unlink()
        raise


def _copy_over(path: Path) -> None:
    partial = path.with_name(_PARTIAL + token_hex(8))
    try:
        shutil.copyfile(path, partial)
        partial.chmod(0o600)
        with partial.open("rb") as file:
            os.utime(file.fileno(), (_BLURRED, _BLURRED))
            os.fsync(file.fileno())
        partial.replace(path)
        make_names_durable(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def make_names_durable(folder: Path) -> None:
    """Make what a folder holds survive power loss, and forget when it last changed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.utime(descriptor, (_NEW, _NEW))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(file: FileIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_READ):
            yield piece


def open_blobs(settings: Settings) -> Blobs:
    """Return the store that the settings name. Raises a RecordsError that tells the mend."""
    if settings.blobs_url is not None:
        try:
            from records.blobs_s3 import S3Blobs  # noqa: PLC0415  (needs the extra "s3")
        except ModuleNotFoundError:
            raise BadConfiguration(
                "DANGVAN_BLOBS_URL names an S3 store: install dangvan[s3]."
            ) from None
        store = S3Blobs(settings)
        store.check()
        return store
    if not os.access(settings.blobs, os.R_OK | os.W_OK | os.X_OK):
        raise FolderUnusable(
            f"The folder {settings.blobs} is missing or cannot be written by this user: "
            "run `dangvan init`, or mend its owner and rights."
        )
    return FolderBlobs(settings.blobs)
