"""Merges waiting entries into the tree, and signs checkpoints: one sequencer at a time.

Only entries of days that are over are merged, in the order of their leaves: neither the moment
of a checkpoint nor a place in the tree tells an hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from ledger import tree
from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.entry import Opening
from ledger.errors import ProofRefused, TileMissing
from ledger.note import Signer, Verifier
from ledger.proof import File
from ledger.tree import Hash
from records.log import LogCheckpoint, LogEntry, LogTile
from records.work import Store, Work, writing

#: Entries merged in one transaction.
BATCH = 10_000
#: Any constant will do; PostgreSQL has one name space of such locks per database.
_LOCK = 0x44616E6756616E


class LogDamaged(Exception):
    """The stored tree contradicts the last signed checkpoint: restore it, do not sign."""


@dataclass(frozen=True)
class StoredTiles:
    """The tiles of the tree as rows of the database."""

    session: Session

    def read(self, level: int, index: int) -> bytes:
        """Return the hashes of one tile. Raises TileMissing."""
        tile = self.session.get(LogTile, (level, index))
        if tile is None:
            raise TileMissing(f"Tile {index} of level {level} is not stored.")
        return tile.hashes

    def write(self, level: int, index: int, hashes: bytes) -> None:
        """Store one tile, in place of a shorter one if there was."""
        self.session.merge(LogTile(level=level, number=index, hashes=hashes))


def latest(session: Session) -> LogCheckpoint | None:
    """Return the newest stored checkpoint, None before the first."""
    newest = select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()


def waiting(session: Session, before: date) -> int:
    """Count the entries of days before `before` that are not in the tree yet."""
    return session.execute(
        select(func.count()).select_from(LogEntry).where(*_waiting(before))
    ).scalar_one()


def sequence(store: Store, key: Signer, today: date) -> Iterator[int]:
    """Merge everything that waits from days before `today`; yield the entries of each batch.

    Each batch is one transaction with its own checkpoint. Two sequencers at once do no harm: the
    second waits for the first. Raises LogDamaged.
    """
    while True:
        with writing(store) as work:
            merged = merge(work, key, today)
        if merged:
            yield merged
        if merged < BATCH:
            return


def _waiting(before: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return LogEntry.position.is_(None), LogEntry.day < before


def merge(work: Work, key: Signer, today: date) -> int:
    """Merge one batch in the transaction of `work`, and return how many entries it had.

    The very first call signs a checkpoint even over an empty tree. Raises LogDamaged.
    """
    session = work.session
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    tiles = StoredTiles(session)
    last = latest(session)
    size = _checked_size(tiles, last, key.verifier)
    entries = _next_batch(session, today)
    if not entries and last is not None:
        return 0
    for position, entry in enumerate(entries, start=size):
        entry.position = position
    size = tree.append(tiles, size, [Hash(entry.leaf) for entry in entries])
    session.flush()
    checkpoint = Checkpoint(key.name, size, tree.root(tiles, size))
    session.add(LogCheckpoint(size=size, note=sign_checkpoint(checkpoint, key), issued_on=today))
    return len(entries)


def _next_batch(session: Session, today: date) -> Sequence[LogEntry]:
    batch = (
        select(LogEntry).where(*_waiting(today)).order_by(LogEntry.day, LogEntry.leaf).limit(BATCH)
    )
    return session.execute(batch).scalars().all()


def _checked_size(tiles: StoredTiles, last: LogCheckpoint | None, key: Verifier) -> int:
    """Return the tree's size, after making sure that it is the tree that was signed last."""
    if last is None:
        return 0
    checkpoint, _ = open_checkpoint(last.note, key)
    try:
        intact = tree.root(tiles, checkpoint.size) == checkpoint.root
    except (TileMissing, ProofRefused):
        intact = False
    if not intact:
        raise LogDamaged(
            f"The log's stored tree does not give the root of its checkpoint of size "
            f"{checkpoint.size}. Nothing was signed. Restore the table log_tile from a backup."
        )
    return checkpoint.size


def proof_file(session: Session, opening: Opening) -> str | None:
    """Return the text of the proof file for a merged act, None while it waits."""
    entry = session.get(LogEntry, opening.leaf())
    newest = latest(session)
    if entry is None or entry.position is None or newest is None:
        return None
    path = tree.inclusion_proof(StoredTiles(session), entry.position, newest.size)
    return File(opening.to_bytes(), newest.note, entry.position, tuple(path)).to_text()
