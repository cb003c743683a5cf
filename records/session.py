"""Sealed sessions: what a browser's cookie, and nothing else, can open again."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class SessionRow(Base):
    """A draft, an opened mailbox, a member of staff at work: the row does not tell which."""

    __tablename__ = "session"

    #: Random; half of the cookie.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Under the session key, the other half of the cookie, which is stored nowhere.
    sealed: Mapped[bytes]
    #: The day after which it is removed; the exact moment is inside.
    expires_on: Mapped[date] = mapped_column(index=True)
