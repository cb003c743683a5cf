"""The clocks of cases: wholly derived from events and rules, kept so that queues need no replay."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference


class CaseClock(Base):
    """One deadline of one case. `dangvan recompute` makes the table anew from the events."""

    __tablename__ = "case_clock"
    __table_args__ = (
        Index("ix_case_clock_due", "unit_code", "due_on"),
        Index("ix_case_clock_notice", "notice_on"),
        {"sqlite_with_rowid": False},
    )

    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), primary_key=True)
    #: The deadline of rules/, and how often it has begun in this case, from 1.
    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The unit in charge while it runs, of the last one when it ended.
    unit_code: Mapped[str] = mapped_column(String(64), reference("unit.code"))
    started_on: Mapped[date]
    #: The last day; empty for a duty without a term.
    due_on: Mapped[date | None]
    #: The last day of the pauses so far.
    paused_until: Mapped[date | None]
    met_on: Mapped[date | None]
    void_on: Mapped[date | None]
    #: The next day on which somebody must be told; empty when there is none.
    notice_on: Mapped[date | None]


class CaseNotice(Base):
    """That a clock has reached a level: a warning, a breach, the urging by the superior."""

    __tablename__ = "case_notice"
    __table_args__ = (
        Index("ix_case_notice_unit", "unit_code", "given_on"),
        {"sqlite_with_rowid": False},
    )

    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: Who is told: the unit in charge, or its superior.
    unit_code: Mapped[str] = mapped_column(String(64))
    #: The day the level was reached, and the day it was noticed: later after a missed day.
    reached_on: Mapped[date]
    given_on: Mapped[date]


class CaseRecusal(Base):
    """That a person must not know of a case (31/2019 Art. 10(3))."""

    __tablename__ = "case_recusal"

    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    since: Mapped[date]


class SentDigest(Base):
    """That a person has had the digest of one of the fixed times of a day."""

    __tablename__ = "sent_digest"

    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    #: Which of the day's digests, counted from 1.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
