"""The unit of work: one act, one transaction; and the sealed files that belong to it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Engine, Executable, Insert, delete, insert, select
from sqlalchemy.orm import Session

from records import database
from records.base import Base
from records.blobs import Blobs, open_blobs
from records.errors import BadConfiguration, BlobExists, BlobMissing, RecordsError
from records.held import HeldBlob
from records.home import read_mark
from records.instance import Instance
from records.settings import Settings


@dataclass(frozen=True)
class Store:
    """An opened instance: its database and its blobs."""

    engine: Engine
    blobs: Blobs
    #: Acts that this process does at once. More only take each other's processor and locks: with
    #: sixteen at once PostgreSQL does a quarter less in all than with four.
    turns: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(4), repr=False, compare=False
    )

    @cached_property
    def reader(self) -> Engine:
        """The same database for transactions that only read."""
        return database.for_reading(self.engine)


@dataclass
class Work:
    """One transaction in progress, as `writing` and `reading` give it."""

    session: Session
    blobs: Blobs
    given_up: list[UUID] = field(default_factory=list)
    #: What triage/publickeys.py has found in this transaction.
    public_keys: dict[str, Any] = field(default_factory=dict)

    def insert(self, table: type[Base], *rows: Mapping[str, Any]) -> None:
        """Insert new rows of one table at once, without the unit of work's bookkeeping.

        For the acts that many people do: it costs a fifth of adding objects to the session. Rows
        give the same columns; what is not NULL and has no default must be among them.
        """
        self.session.connection().execute(_insertion(table), rows)

    def ask(self, statement: Executable, **values: object) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement that was made once, with the values of its parameters.

        For what every page asks: making a statement anew costs several times its running.
        """
        self.session.flush()
        return self.session.connection().execute(statement, values)

    def adopt_blob(self, name: UUID) -> None:
        """Take a blob off hold: from now on a row of this act speaks of it.

        Raises BlobMissing if it is not on hold.
        """
        taken = self.session.execute(
            delete(HeldBlob).where(HeldBlob.id == name).returning(HeldBlob.id)
        )
        if taken.scalar_one_or_none() is None:
            raise BlobMissing(f"The blob {name} was never stored, or has been cleaned up.")

    def give_up_blob(self, name: UUID, today: date) -> None:
        """Delete a blob once this act, which removes its row, has been committed."""
        self.session.add(HeldBlob(id=name, since=today))
        self.given_up.append(name)


@cache
def _insertion(table: type[Base]) -> Insert:
    """Return the statement, made once: SQLAlchemy knows it again without looking through it."""
    return insert(table)


@contextmanager
def writing(store: Store) -> Iterator[Work]:
    """Do one act: committed when the block ends, undone when it raises.

    Raises DatabaseUnreachable where the database cannot do its part.
    """
    with (
        store.turns,
        database.explained(store.engine),
        Session(store.engine, expire_on_commit=False) as session,
    ):
        work = Work(session, store.blobs)
        session.connection()  # SQLite takes the write lock here, or waits for it
        yield work
        session.commit()
    drop_blobs(store, work.given_up)


@contextmanager
def reading(store: Store) -> Iterator[Work]:
    """Look at one consistent state, without waiting for writers; what is written is undone."""
    # Closing undoes, and leaves what was read usable.
    with database.explained(store.engine), Session(store.reader) as session:
        yield Work(session, store.blobs)
        if not database.is_sqlite(store.engine):
            # PostgreSQL has refused whatever was to be written, and at each rollback psycopg throws
            # its prepared statements away.
            session.expunge_all()
            session.commit()


def hold_blob(store: Store, name: UUID, sealed: Iterable[bytes], today: date) -> None:
    """Store a sealed blob ahead of the act that will adopt it; no transaction is held meanwhile.

    When this raises, the blob is not there. Raises BlobExists, BlobStoreFailed, or what `sealed`
    raises.
    """
    with writing(store) as work:
        work.session.add(HeldBlob(id=name, since=today))
    try:
        store.blobs.put(name, sealed)
    except BlobExists:
        with writing(store) as work:  # that blob belongs to somebody: leave it alone
            work.adopt_blob(name)
        raise
    except BaseException:
        drop_blobs(store, [name])
        raise


def drop_blobs(store: Store, names: list[UUID]) -> None:
    """Delete blobs that are on hold. What cannot be deleted now stays on hold for the clean-up."""
    for name in names:
        with suppress(RecordsError), writing(store) as work:
            work.adopt_blob(name)  # so that nobody else can: then it is gone, or still on hold
            store.blobs.delete(name)


def clean_up_blobs(store: Store, before: date) -> int:
    """Delete what has been on hold since before that day, and return how many blobs that were."""
    with reading(store) as work:
        orphans = select(HeldBlob.id).where(HeldBlob.since < before)
        names = list(work.session.execute(orphans).scalars())
    drop_blobs(store, names)
    store.blobs.clean_up(before)
    return len(names)


def open_store(settings: Settings) -> Store:
    """Open an instance that `dangvan init` made. Raises a RecordsError that tells the mend."""
    mark = read_mark(settings.home)
    engine = database.connect(settings.database)
    try:
        with database.explained(engine), database.for_reading(engine).connect() as connection:
            database.check_schema(connection)
            founded = connection.execute(select(Instance.identifier)).scalar_one_or_none()
        if founded != mark:
            raise BadConfiguration(
                f"The database is not the one that belongs to {settings.home}: "
                "check DANGVAN_HOME and DANGVAN_DATABASE_URL."
            )
        return Store(engine, open_blobs(settings))
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """Open an instance for the length of a block, and close its connections after it."""
    store = open_store(settings)
    try:
        yield store
    finally:
        store.engine.dispose()
