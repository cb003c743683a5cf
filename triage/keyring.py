"""The log's two signing keys on disk.

The promise key is for the public site, the checkpoint key for the sequencer: a machine that does
only one of the two jobs holds only that key.
"""

import fcntl
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from secrets import token_hex

from ledger.errors import LedgerError
from ledger.note import Signer
from records.blobs import make_names_durable
from records.errors import FolderUnusable
from records.home import write_private
from records.settings import Settings

CHECKPOINT_KEY = "checkpoint.key"
#: The newest checkpoint this key has signed: beside the key, out of the database's reach.
LAST_HEAD = "checkpoint.last"
PROMISE_KEY = "promise.key"


def promise_name(origin: str) -> str:
    """Return the name of the promise key of a log."""
    return f"{origin}/promise"


def read_key(settings: Settings, file: str) -> Signer:
    """Read one of the two keys. Raises FolderUnusable, without a word of what the file holds."""
    path = settings.keys / file
    try:
        return Signer.from_text(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError, LedgerError):
        raise _unusable(path) from None


@dataclass(frozen=True)
class Head:
    """A signed checkpoint and the day it was issued on."""

    note: str
    issued_on: date

    @property
    def size(self) -> int:
        """The number of leaves it was signed over. Raises ValueError."""
        return int(self.note.split("\n", 2)[1])


def remember_head(settings: Settings, head: Head) -> None:
    """Keep what was signed last, durably; never less than is kept already.

    Raises FolderUnusable.
    """
    path = settings.keys / LAST_HEAD
    new = path.with_name(f"{LAST_HEAD}.{token_hex(8)}")
    try:
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        raise _unusable(path) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # two sequencers: the older must not come last
        if path.exists() and read_head(settings).size >= head.size:
            return
        write_private(new, f"{head.issued_on}\n{head.note}")
        new.replace(path)
        make_names_durable(path.parent)
    except OSError:
        raise _unusable(path) from None
    finally:
        os.close(descriptor)


def read_head(settings: Settings) -> Head:
    """Return what was signed last. Raises FolderUnusable."""
    path = settings.keys / LAST_HEAD
    try:
        day, _, note = path.read_text(encoding="utf-8").partition("\n")
        head = Head(note, date.fromisoformat(day))
        head.size  # noqa: B018  (or it is no checkpoint)
    except (OSError, ValueError, IndexError):
        raise _unusable(path) from None
    return head


def _unusable(path: Path) -> FolderUnusable:
    return FolderUnusable(
        f"The file {path} is missing, damaged or cannot be used by this user: "
        "restore it from the backup, or mend its owner and rights."
    )
