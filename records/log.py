"""The tables of the tamper-evident log: entries, tiles of the tree, checkpoints."""

from datetime import date

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class LogEntry(Base):
    """An act, committed in its own transaction; the sequencer gives it its place later."""

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_waiting", "position", "day"),
        {"sqlite_with_rowid": False},
    )

    #: RFC 6962 hash of the public leaf.
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    day: Mapped[date]
    #: With the day, the whole public content of the leaf.
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: What was committed to, sealed to the auditors.
    opening: Mapped[bytes]
    #: Index in the tree; empty while waiting.
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)


class LogTile(Base):
    """256 hashes of one level of the tree (C2SP tlog-tiles), fewer on the right edge."""

    __tablename__ = "log_tile"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class LogCheckpoint(Base):
    """A signed head of the tree, with the cosignatures it has gathered."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date]
