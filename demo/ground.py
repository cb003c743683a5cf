"""Where a demo city stands: built beside its home folder, and moved there whole or not at all."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from records.errors import FolderUnusable, RecordsError
from records.home import read_mark, write_private
from records.settings import Settings

#: In the folder of keys; an instance without it is no demo.
_KEY = "demo.key"


class NoDemo(RecordsError):
    """What is asked for exists only in a demo city."""


@contextmanager
def building(home: Path) -> Iterator[Path]:
    """Yield where to build; when the block ends, that becomes the home folder in one move.

    When it raises, nothing remains; what an interrupted building left behind is removed.
    Raises FolderUnusable.
    """
    place = home.with_name(f".{home.name}.building")
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise FolderUnusable(f"{home} holds other files. Choose an empty folder: DANGVAN_HOME.")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _unusable(place, error) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderUnusable(f"Another `dangvan start-dev` is building {home}.") from None
        city = place / "city"
        shutil.rmtree(city, ignore_errors=True)
        try:
            yield city
            os.sync()  # building it does not wait for the disk at every act
            try:
                city.rename(home)
            except OSError as error:
                raise _unusable(home, error) from None
        finally:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(descriptor)


def _unusable(folder: Path, error: OSError) -> FolderUnusable:
    return FolderUnusable(f"The folder {folder} cannot be used: {error.strerror}.")


def keep_secret(settings: Settings, secret: str) -> None:
    """Make an instance a demo city, and keep the secret of its one-time codes."""
    write_private(settings.keys / _KEY, f"{secret}\n")


def read_secret(settings: Settings) -> str:
    """Return the secret of the one-time codes. Raises NoDemo, NotInitialised."""
    if not is_demo(settings):
        raise NoDemo(
            f"{settings.home} holds a real instance, no demo city: serve it with `dangvan serve`, "
            "or choose another DANGVAN_HOME."
        )
    return (settings.keys / _KEY).read_text(encoding="ascii").strip()


def is_demo(settings: Settings) -> bool:
    """Tell whether an instance is a demo city. Raises NotInitialised."""
    read_mark(settings.home)
    return (settings.keys / _KEY).exists()
