"""The unit of work: one act, one transaction, blobs included."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from records import database
from records.blobs import Blobs, open_blobs
from records.errors import BadConfiguration, RecordsError
from records.home import read_mark
from records.instance import Instance
from records.settings import Settings


@dataclass(frozen=True)
class Store:
    """An opened instance: its database and its blobs."""

    engine: Engine
    blobs: Blobs

    @cached_property
    def reader(self) -> Engine:
        """The same database for transactions that only read."""
        return database.for_reading(self.engine)


@dataclass
class Work:
    """One transaction in progress, as `writing` and `reading` give it."""

    session: Session
    _blobs: Blobs
    _added: list[UUID] = field(default_factory=list)
    _doomed: list[UUID] = field(default_factory=list)

    def add_blob(self, name: UUID, sealed: Iterable[bytes]) -> None:
        """Store a sealed blob now; it is taken away again if the transaction fails."""
        self._added.append(name)
        self._blobs.put(name, sealed)

    def read_blob(self, name: UUID) -> Iterator[bytes]:
        """Yield a sealed blob. Raises BlobMissing."""
        return self._blobs.get(name)

    def remove_blob(self, name: UUID) -> None:
        """Delete a blob once the transaction has been committed."""
        self._doomed.append(name)


@contextmanager
def writing(store: Store) -> Iterator[Work]:
    """Do one act: committed when the block ends, undone with its blobs when it raises."""
    with Session(store.engine, expire_on_commit=False) as session:
        work = Work(session, store.blobs)
        try:
            session.connection()  # SQLite takes the write lock here, or waits for it
            yield work
            session.flush()
        except BaseException:
            session.rollback()
            for name in work._added:  # noqa: SLF001  (the same module)
                with suppress(RecordsError, OSError):
                    store.blobs.delete(name)
            raise
        # If the answer to a commit is lost, nobody knows whether it took place: the blobs stay,
        # and the clean-up later removes those that no row speaks of.
        session.commit()
    for name in work._doomed:  # noqa: SLF001
        store.blobs.delete(name)


@contextmanager
def reading(store: Store) -> Iterator[Work]:
    """Look at one consistent state, without waiting for writers; what is written is undone."""
    with Session(store.reader) as session:  # closing undoes, and leaves what was read usable
        yield Work(session, store.blobs)


def open_store(settings: Settings) -> Store:
    """Open an instance that `dangvan init` made. Raises a RecordsError that tells the mend."""
    mark = read_mark(settings.home)
    engine = database.connect(settings.database)
    try:
        with database.explained(engine), engine.connect() as connection:
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
