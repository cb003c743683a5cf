"""How staff sign in: second factors, running sessions, devices that were there before."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference


class StaffFactors(Base):
    """All second factors of a person: one-time code, passkeys, recovery codes."""

    __tablename__ = "staff_factors"

    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    #: Under the person's own key: it opens only after the right password, and only the person
    #: can have written it.
    sealed: Mapped[bytes]


class StaffSession(Base):
    """Somebody at work. Without this row the browser's cookie opens nothing any more."""

    __tablename__ = "staff_session"

    #: Random; also inside the sealed session.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), index=True)
    since: Mapped[date]
    #: The day on which it ends by itself.
    until: Mapped[date] = mapped_column(index=True)
    #: Under the person's own key: when it began, by which factor, what the person calls the device.
    sealed: Mapped[bytes]


class StaffDevice(Base):
    """A browser that a person has signed in with: strangers' guesses do not lock it out."""

    __tablename__ = "staff_device"

    #: SHA-256 of what the browser's cookie holds and the login: several people may share one.
    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), index=True)
    until: Mapped[date] = mapped_column(index=True)


class SavedFilter(Base):
    """A way to look at the queue that a person has kept."""

    __tablename__ = "saved_filter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), index=True)
    #: Under the person's own key: its name and what it filters by.
    sealed: Mapped[bytes]
