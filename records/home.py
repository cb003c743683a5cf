"""The home folder of an instance: made whole or not at all.

Everything is prepared in `.founding` inside the home folder. The database's commit decides: before
it an interrupted founding is swept away, after it the next start of `dangvan init` finishes it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from records.blobs import make_names_durable
from records.errors import AlreadyInitialised, FolderUnusable, NotInitialised

MARK = "instance.id"
_STAGE = ".founding"


def stage_of(home: Path) -> Path:
    """Return the folder in which a founding is prepared."""
    return home / _STAGE


def read_mark(folder: Path) -> UUID:
    """Return the instance's identifier. Raises NotInitialised."""
    try:
        return UUID((folder / MARK).read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise NotInitialised(
            f"There is no instance in {folder}: run `dangvan init`, or set DANGVAN_HOME."
        ) from None
    except OSError as error:
        raise _unusable(folder, error) from None
    except ValueError:
        raise FolderUnusable(f"{folder / MARK} is damaged: restore it from the backup.") from None


@contextmanager
def founding(home: Path) -> Iterator[Path]:
    """Hold the home folder for one founding and yield the stage, which may be a left-over.

    A home folder that did not exist and holds nothing afterwards is removed again.
    Raises AlreadyInitialised or FolderUnusable.
    """
    made = not home.exists()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _unusable(home, error) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyInitialised(f"Another `dangvan init` is at work in {home}.") from None
        found = {entry.name for entry in home.iterdir()}
        if MARK in found:
            raise AlreadyInitialised(
                f"{home} holds an instance already. Choose another DANGVAN_HOME for a new one."
            )
        if found and _STAGE not in found:
            raise FolderUnusable(
                f"{home} holds other files ({min(found)} …). Choose an empty folder."
            )
        yield stage_of(home)
    finally:
        os.close(descriptor)
        if made and home.is_dir() and not any(home.iterdir()):
            home.rmdir()


def prepare(stage: Path, identifier: UUID, *, with_blobs: bool) -> None:
    """Make the stage: its folders, and the identifier that ties it to the database."""
    with _explained(stage.parent):
        for folder in (stage, stage / "keys", *([stage / "blobs"] if with_blobs else [])):
            folder.mkdir(mode=0o700)
        write_private(stage / MARK, f"{identifier}\n")


def make_durable(stage: Path) -> None:
    """Make the whole stage survive power loss: to be called before the database's commit."""
    with _explained(stage.parent):
        for folder in (*(path for path in stage.iterdir() if path.is_dir()), stage, stage.parent):
            make_names_durable(folder)


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner reads, durably."""
    with _explained(path.parent):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with _explained(path.parent), os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def settle(stage: Path) -> None:
    """Move everything from the stage into place, the identifier last. Repeatable."""
    with _explained(stage.parent):
        names = sorted(entry.name for entry in stage.iterdir())
        for name in sorted(names, key=lambda name: name == MARK):
            (stage / name).rename(stage.parent / name)
            make_names_durable(stage.parent)
        stage.rmdir()


def sweep(stage: Path) -> None:
    """Remove a stage whose founding never took place."""
    shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unusable(home, error) from None


def _unusable(home: Path, error: OSError) -> FolderUnusable:
    return FolderUnusable(
        f"The folder {home} cannot be used: {error.strerror}. "
        "Choose another DANGVAN_HOME, or mend its owner and rights."
    )
