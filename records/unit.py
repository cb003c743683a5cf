"""Units: circles of people who share a key pair. Their names and places stand in rules/."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference, references


class Unit(Base):
    """A unit that can hold cases, or the circle of auditors."""

    __tablename__ = "unit"

    #: The code of rules/units.toml.
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]


class UnitKey(Base):
    """A unit's key pair of one epoch; a new epoch begins when a member leaves."""

    __tablename__ = "unit_key"
    __table_args__ = (
        Index(
            "uq_unit_key_current",
            "unit_code",
            unique=True,
            sqlite_where=text("retired_on IS NULL"),
            postgresql_where=text("retired_on IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    unit_code: Mapped[str] = mapped_column(reference("unit.code"), primary_key=True)
    #: Counts from 1.
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[bytes]
    #: The private half sealed to the escrow key, for disaster.
    escrow_box: Mapped[bytes]
    drawn_on: Mapped[date]
    #: Empty for the one key that things are sealed to today.
    retired_on: Mapped[date | None]


class UnitKeyHolder(Base):
    """The private half of a unit key, sealed to one member."""

    __tablename__ = "unit_key_holder"
    __table_args__ = (
        references(["unit_code", "epoch"], ["unit_key.unit_code", "unit_key.epoch"]),
        {"sqlite_with_rowid": False},
    )

    unit_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    box: Mapped[bytes]
    since: Mapped[date]
