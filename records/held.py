"""Sealed files that no row speaks of yet, or no longer.

A blob is written outside any transaction, because an upload may take minutes. So it goes on hold
before its first byte, leaves it in the transaction of the act that adopts it, and goes back on
hold in the transaction that gives it up. Whatever is still on hold days later is an orphan.
"""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class HeldBlob(Base):
    """A sealed blob without a row of its own."""

    __tablename__ = "held_blob"

    #: Name of the blob.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date]
