"""The log's two signing keys on disk.

The promise key is for the public site, the checkpoint key for the sequencer: a machine that does
only one of the two jobs holds only that key.
"""

from ledger.errors import LedgerError
from ledger.note import Signer
from records.errors import FolderUnusable
from records.settings import Settings

CHECKPOINT_KEY = "checkpoint.key"
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
        raise FolderUnusable(
            f"The key {path} is missing, damaged or cannot be read by this user: "
            "restore it from the backup, or mend its owner and rights."
        ) from None
