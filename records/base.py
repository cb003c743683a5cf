"""What every table shares."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Every table: constraints with fixed names, and no hidden row number.

    SQLite would number rows in order of arrival; WITHOUT ROWID stores them by their random
    primary key instead. For PostgreSQL see records/rearrange.py.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        date: Date(),  # days, never a time of day
        bytes: LargeBinary(),
        str: String(200),
    }
    __table_args__: Any = {"sqlite_with_rowid": False}  # noqa: RUF012  (SQLAlchemy reads it)


def reference(column: str) -> ForeignKey:
    """Return a foreign key that is checked at commit: rows of one act may come in any order."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


def references(columns: list[str], targets: list[str]) -> ForeignKeyConstraint:
    """Return the same for several columns."""
    return ForeignKeyConstraint(columns, targets, deferrable=True, initially="DEFERRED")
