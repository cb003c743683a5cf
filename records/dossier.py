"""Dossiers: what of a case was handed to another office, sealed under a key of its own."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference, references


class DossierKind(StrEnum):
    """What a dossier is handed over for."""

    CRIME = "crime"
    PROTECTION = "protection"


class Part(StrEnum):
    """What a file of a dossier is: written for the hand-over, or evidence of the case."""

    DOCUMENT = "document"
    EVIDENCE = "evidence"


class Dossier(Base):
    """What was handed over, once."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_dossier_circle", "circle"),
        Index("ix_dossier_copied_to", "copied_to"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(reference("cases.id"))
    #: Counts from 1 within the case.
    number: Mapped[int]
    kind: Mapped[DossierKind] = mapped_column(String(16))
    #: The circle it was handed to; empty for a body outside.
    circle: Mapped[str | None] = mapped_column(String(64), reference("unit.code"))
    #: The circle that has a copy: the procuracy's (PCTN 62(1)).
    copied_to: Mapped[str | None] = mapped_column(String(64), reference("unit.code"))
    handed_on: Mapped[date]
    #: Sealed: what it is, to whom, for which articles, under which number; then what it says.
    cover: Mapped[bytes]
    text: Mapped[bytes]


class DossierKey(Base):
    """The key of a dossier, sealed to a circle that may read it."""

    __tablename__ = "dossier_key"
    __table_args__ = (
        references(["circle", "epoch"], ["unit_key.unit_code", "unit_key.epoch"]),
        Index("ix_dossier_key_circle", "circle", "epoch"),
        {"sqlite_with_rowid": False},
    )

    dossier_id: Mapped[UUID] = mapped_column(reference("dossier.id"), primary_key=True)
    circle: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    box: Mapped[bytes]


class DossierStaffKey(Base):
    """The key sealed to one of a circle: how a dossier is held while a colleague is recused.

    While there are such rows of a circle, its own key opens nothing of the dossier.
    """

    __tablename__ = "dossier_staff_key"
    __table_args__ = (
        Index("ix_dossier_staff_key_staff", "staff_id"),
        {"sqlite_with_rowid": False},
    )

    dossier_id: Mapped[UUID] = mapped_column(reference("dossier.id"), primary_key=True)
    circle: Mapped[str] = mapped_column(String(64), reference("unit.code"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    box: Mapped[bytes]


class DossierFile(Base):
    """A file of a dossier; its bytes are a sealed blob under the same identifier."""

    __tablename__ = "dossier_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dossier_id: Mapped[UUID] = mapped_column(reference("dossier.id"), index=True)
    part: Mapped[Part] = mapped_column(String(16))
    #: Sealed: neutral name, type, size, SHA-256.
    card: Mapped[bytes]
