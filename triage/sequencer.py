"""Merges waiting entries into the tree, and signs checkpoints: one sequencer at a time.

Only entries of days that are over are merged, in the order of their leaves: neither the moment
of a checkpoint nor a place in the tree tells an hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from ledger import tree
from ledger.check import verify_consistency
from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.entry import Opening, public_leaf
from ledger.errors import LedgerError, TileMissing
from ledger.note import Signer, Verifier
from ledger.proof import File, verify_proof
from ledger.tree import Hash, leaf_hash
from records.instance import Instance
from records.log import LogCheckpoint, LogEntry, LogTile
from records.settings import Settings
from records.work import Store, Work, writing
from triage import keyring
from triage.keyring import Head
from triage.logbook import MERGE_DELAY

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


def sequence(store: Store, settings: Settings, today: date) -> Iterator[int]:
    """Merge everything that waits from days before `today`; yield the entries of each batch.

    Each batch is one transaction with its own checkpoint. Two sequencers at once do no harm: the
    second waits for the first. What was signed last is remembered beside the key, so that a
    database put back in time, or made anew, is not signed over.
    Raises LogDamaged, or FolderUnusable if the key or that memory cannot be used.
    """
    key = keyring.read_key(settings, keyring.CHECKPOINT_KEY)
    while True:
        with writing(store) as work:
            merged = merge(work, key, today, keyring.read_head(settings))
            newest = head(work.session)
        keyring.remember_head(settings, newest)
        if merged:
            yield merged
        if merged < BATCH:
            return


def head(session: Session) -> Head:
    """Return the newest checkpoint. Raises LogDamaged if there is none."""
    newest = latest(session)
    if newest is None:
        raise LogDamaged("The log has no checkpoint. Restore the database from a backup.")
    return Head(newest.note, newest.issued_on)


def suspicious(session: Session, remembered: Head, today: date) -> int:
    """Count the waiting entries whose day cannot be true: they are never merged.

    Every run merges all that waits, so an entry from before the last run is backdated; and there
    are none from days to come.
    """
    return session.execute(
        select(func.count())
        .select_from(LogEntry)
        .where(
            LogEntry.position.is_(None),
            or_(LogEntry.day > today, LogEntry.day < remembered.issued_on - MERGE_DELAY),
        )
    ).scalar_one()


def _waiting(before: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return LogEntry.position.is_(None), LogEntry.day < before


def merge(work: Work, key: Signer, today: date, remembered: Head | None) -> int:
    """Merge one batch in the transaction of `work`, and return how many entries it had.

    `remembered` is what this key signed last, None at the founding, whose call signs a
    checkpoint over an empty tree. Raises LogDamaged.
    """
    session = work.session
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if session.execute(select(Instance.checkpoint_key)).scalar_one() != key.verifier.to_text():
        raise LogDamaged(
            "The checkpoint key is not the one of this instance: restore the right one."
        )
    tiles = StoredTiles(session)
    size = 0 if remembered is None else _checked_size(tiles, remembered, key.verifier)
    floor = date.min if remembered is None else remembered.issued_on - MERGE_DELAY
    entries = _next_batch(session, floor, today)
    if not entries and remembered is not None:
        return 0
    for position, entry in enumerate(entries, start=size):
        if leaf_hash(public_leaf(entry.day, entry.commitment)) != entry.leaf:
            raise LogDamaged(f"The waiting entry {entry.leaf.hex()} has been changed.")
        entry.position = position
    size = tree.append(tiles, size, [Hash(entry.leaf) for entry in entries])
    session.flush()
    checkpoint = Checkpoint(key.name, size, tree.root(tiles, size))
    session.add(LogCheckpoint(size=size, note=sign_checkpoint(checkpoint, key), issued_on=today))
    session.flush()
    return len(entries)


def _next_batch(session: Session, floor: date, today: date) -> Sequence[LogEntry]:
    batch = (
        select(LogEntry)
        .where(*_waiting(today), LogEntry.day >= floor)
        .order_by(LogEntry.day, LogEntry.leaf)
        .limit(BATCH)
    )
    return session.execute(batch).scalars().all()


def _checked_size(tiles: StoredTiles, remembered: Head, key: Verifier) -> int:
    """Return the stored tree's size, after making sure that it grew from what was signed last."""
    try:
        signed, _ = open_checkpoint(remembered.note, key)
        stored, _ = open_checkpoint(head(tiles.session).note, key)
        path = tree.consistency_proof(tiles, signed.size, stored.size)
        verify_consistency(signed.size, signed.root, stored.size, stored.root, path)
        intact = tree.root(tiles, stored.size) == stored.root
    except LedgerError:
        intact = False
    last = tiles.session.execute(select(func.max(LogEntry.position))).scalar_one()
    if not intact or (-1 if last is None else last) != stored.size - 1:
        raise LogDamaged(
            "The stored log does not continue what was signed last. Nothing was signed. Restore "
            "the database from a backup, and find out who changed it."
        )
    return stored.size


def proof_file(session: Session, opening: Opening) -> str | None:
    """Return the text of the proof file for a merged act, None while it waits.

    Raises LogDamaged rather than hand out a proof that does not hold.
    """
    entry = session.get(LogEntry, opening.leaf())
    newest = latest(session)
    if entry is None or entry.position is None or newest is None:
        return None
    key = Verifier.from_text(session.execute(select(Instance.checkpoint_key)).scalar_one())
    try:
        path = tree.inclusion_proof(StoredTiles(session), entry.position, newest.size)
        proof = File(opening.to_bytes(), newest.note, entry.position, tuple(path)).to_text()
        verify_proof(proof, key)
    except LedgerError:
        raise LogDamaged(
            "The stored log no longer proves this act: restore the database."
        ) from None
    return proof
