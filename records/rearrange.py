"""Takes the order of arrival out of where rows lie on the disk.

Identifiers are random and days are all that is stored, but a database keeps traces of order: the
place of a row in the file, and in PostgreSQL the number of the transaction that wrote it. Run
once a night, this lays rows out by their random keys.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, Date, Engine, Table, text, update

from records.blobs import Blobs, FolderBlobs
from records.tables import METADATA

#: What is younger than this has not been through a full night yet.
_NIGHT = timedelta(days=2)


def rearrange(engine: Engine, blobs: Blobs, today: date) -> Iterator[str]:
    """Lay out every table by primary key, and blur the times of blobs in a folder.

    Yields a word for each step before it is taken. Takes a lock on each table while it is
    rewritten: run it at night. Safe to repeat.
    """
    if engine.dialect.name == "sqlite":
        yield "database file"
        _rearrange_sqlite(engine)
    else:
        yield from _rearrange_postgresql(engine, today)
    if isinstance(blobs, FolderBlobs):
        yield "times of sealed files"
        blobs.blur_times(blobs.names())


def _rearrange_sqlite(engine: Engine) -> None:
    connection = engine.raw_connection()  # VACUUM runs outside any transaction
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        connection.close()


def _rearrange_postgresql(engine: Engine, today: date) -> Iterator[str]:
    yield "numbers of transactions"
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            _give_one_transaction_number(connection, table, today - _NIGHT)
    # CLUSTER writes the table anew in the order of its primary key, which is random.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        quote = connection.dialect.identifier_preparer.quote
        for table in METADATA.sorted_tables:
            yield f"table {table.name}"
            key = quote(str(table.primary_key.name))
            connection.execute(text(f"CLUSTER {quote(table.name)} USING {key}"))
            connection.execute(text(f"VACUUM (ANALYZE) {quote(table.name)}"))


def _give_one_transaction_number(connection: Connection, table: Table, since: date) -> None:
    """Rewrite the young rows in one transaction, so that its number tells them apart no more."""
    days = [c for c in table.columns if isinstance(c.type, Date) and not c.nullable]
    statement = update(table).values({table.primary_key.columns[0]: table.primary_key.columns[0]})
    if days:
        statement = statement.where(days[0] >= since)
    connection.execute(statement)
