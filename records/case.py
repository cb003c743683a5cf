"""Cases: in the open the least that clocks, routing and statistics need; the rest is sealed."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference, references


class Case(Base):
    """One report and what became of it."""

    __tablename__ = "cases"  # "case" is a word of SQL
    __table_args__ = (
        # unit_code leads, so that a distributed database can shard by unit.
        # Each ends in the order of the queue, which pages through it without counting.
        Index("ix_cases_due", "unit_code", "due_on", "arrived_on", "id"),
        Index("ix_cases_state", "unit_code", "state", "due_on", "arrived_on", "id"),
        Index("ix_cases_assigned", "assigned_to", "unit_code", "due_on", "arrived_on", "id"),
        Index("ix_cases_newest", "unit_code", "arrived_on", "id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    #: The responsible unit.
    unit_code: Mapped[str] = mapped_column(reference("unit.code"))
    #: Codes of rules/: the kind of submission, its category, the channel it came by.
    kind: Mapped[str] = mapped_column(String(64))
    category: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    #: Code of the ward or commune, if one was named.
    ward: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(64))
    state_since: Mapped[date]
    #: States of what runs beside the case: the police, the protection of the reporter.
    police_state: Mapped[str] = mapped_column(String(64))
    protection_state: Mapped[str] = mapped_column(String(64))
    urgent: Mapped[bool]
    #: Derived from the clocks: the earliest last day of those that run.
    due_on: Mapped[date | None]
    #: Whom the head gave it to.
    assigned_to: Mapped[UUID | None] = mapped_column(reference("staff.id"))
    #: The day only.
    arrived_on: Mapped[date]
    #: Derived from the receipt code, which itself is nowhere (docs/FORMAT.md section 7).
    lookup_id: Mapped[bytes] = mapped_column(unique=True)
    #: The case key under the receipt's wrapping key, and sealed to the escrow key.
    receipt_wrap: Mapped[bytes]
    escrow_wrap: Mapped[bytes]


class CaseKey(Base):
    """The case key, sealed to a unit that may read the case."""

    __tablename__ = "case_key"
    __table_args__ = (
        references(["unit_code", "epoch"], ["unit_key.unit_code", "unit_key.epoch"]),
        Index("ix_case_key_unit", "unit_code", "epoch"),
        {"sqlite_with_rowid": False},
    )

    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    box: Mapped[bytes]


class CaseStaffKey(Base):
    """The case key, sealed to one person: how a case is held from which a colleague is recused.

    While there are such rows the unit's own key opens nothing of the case.
    """

    __tablename__ = "case_staff_key"
    __table_args__ = (
        Index("ix_case_staff_key_staff", "staff_id"),
        {"sqlite_with_rowid": False},
    )

    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    box: Mapped[bytes]


class CaseInformed(Base):
    """A unit that is told that the case exists, of what kind and in what state; it holds no key."""

    __tablename__ = "case_informed"
    __table_args__ = (
        Index("ix_case_informed_unit", "unit_code"),
        {"sqlite_with_rowid": False},
    )

    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(64), primary_key=True)


class CaseItem(Base):
    """A sealed text of a case: facts, narrative, title, note, message and so on."""

    __tablename__ = "case_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), index=True)
    #: The vault's purpose, such as "case.note".
    purpose: Mapped[str] = mapped_column(String(32))
    added_on: Mapped[date]
    sealed: Mapped[bytes]


class CaseFile(Base):
    """A file of a case; its bytes are a sealed blob under the same identifier."""

    __tablename__ = "case_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), index=True)
    #: Whether it is the original, kept because the reporter asked for it.
    original: Mapped[bool]
    added_on: Mapped[date]
    #: Sealed: name, type, size, SHA-256.
    card: Mapped[bytes]


class CaseEvent(Base):
    """A step in the life of a case."""

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        Index("ix_case_event_dossier", "dossier_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(reference("cases.id"))
    #: Counts from 1 within the case, so that events replay in order.
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(64))
    happened_on: Mapped[date]
    #: What clocks, routing and statistics need of the inputs: JSON of codes of rules/ and days.
    terms: Mapped[str] = mapped_column(Text)
    #: Sealed; the decision's text, the reasons.
    detail: Mapped[bytes | None]
    #: Sealed: the opening of the ledger entry, for the proof that the reporter may have. Empty for
    #: what the clock did by itself, without anybody's key.
    opening: Mapped[bytes | None]
    #: For a step of a dossier: which one, whose key seals detail and opening instead of the case's.
    dossier_id: Mapped[UUID | None] = mapped_column(reference("dossier.id"))
    #: The ledger entry of this act.
    leaf: Mapped[bytes] = mapped_column(reference("log_entry.leaf"), unique=True)
