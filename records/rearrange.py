"""Takes the order of arrival out of where rows lie on the disk.

Identifiers are random and days are all that is stored, but a database keeps traces of order: the
place of a row in the file, and in PostgreSQL the number of the transaction that wrote it. Run
once a night, this lays rows out by their random keys.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    LargeBinary,
    Table,
    Text,
    literal,
    text,
    update,
)

from records.blobs import Blobs, FolderBlobs
from records.errors import DatabaseUnreachable
from records.tables import METADATA

_EMPTY: dict[type, ColumnElement[Any]] = {
    LargeBinary: literal(b"", LargeBinary()),
    Text: literal("", Text()),
}


def rearrange(engine: Engine, blobs: Blobs) -> Iterator[str]:
    """Lay out every table by primary key, and blur the times of blobs in a folder.

    Yields a word for each step before it is taken. Takes a lock on each table while it is
    rewritten: run it at night. Safe to repeat.
    """
    if engine.dialect.name == "sqlite":
        yield "database file"
        _rearrange_sqlite(engine)
    else:
        yield from _rearrange_postgresql(engine)
    if isinstance(blobs, FolderBlobs):
        yield "times of sealed files"
        blobs.blur_times()


def _rearrange_sqlite(engine: Engine) -> None:
    connection = engine.raw_connection()  # VACUUM runs outside any transaction
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.close()
    finally:
        connection.close()
    if busy:
        raise DatabaseUnreachable(
            "The write-ahead log could not be emptied, because somebody was reading. It still "
            "holds the order of arrival: run `dangvan rearrange` again."
        )


def _rearrange_postgresql(engine: Engine) -> Iterator[str]:
    yield from _cluster(engine, "placing")
    # Every value is written again, in the order of the rows: so that neither the number of a
    # transaction nor those that PostgreSQL gives to long values (TOAST) tell which came first.
    yield "numbers of transactions and of long values"
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(update(table).values(_same_again(table)))
    yield from _cluster(engine, "placing again")


def _cluster(engine: Engine, step: str) -> Iterator[str]:
    """Write each table anew in the order of its primary key, which is random."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        quote = connection.dialect.identifier_preparer.quote
        for table in METADATA.sorted_tables:
            yield f"{step}, table {table.name}"
            key = quote(str(table.primary_key.name))
            connection.execute(text(f"CLUSTER {quote(table.name)} USING {key}"))
            connection.execute(text(f"VACUUM (ANALYZE) {quote(table.name)}"))


def _same_again(table: Table) -> dict[Column[Any], ColumnElement[Any]]:
    long = [column for column in table.columns if isinstance(column.type, LargeBinary | Text)]
    first = table.primary_key.columns[0]
    # Joined with nothing, a value stays the same but is stored anew.
    return {first: first} | {column: column.op("||")(_EMPTY[type(column.type)]) for column in long}
