"""What administrators keep besides units and staff: days of the calendar, templates of replies."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference


class CalendarDay(Base):
    """A day that a decision made a day off, or a working day, after rules/ was released."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    #: Whether it is a day off; otherwise it is worked.
    off: Mapped[bool]
    name: Mapped[str]
    #: The decision or announcement that says so.
    basis: Mapped[str]
    entered_by: Mapped[UUID] = mapped_column(reference("staff.id"))
    entered_on: Mapped[date]


class ReplyTemplate(Base):
    """A text for messages to reporters, to be edited before it is sent."""

    __tablename__ = "reply_template"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    #: Whose it is; empty for all units.
    unit_code: Mapped[str | None] = mapped_column(reference("unit.code"), index=True)
    #: "vi" or "en".
    language: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    changed_on: Mapped[date]
