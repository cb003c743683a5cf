"""Staff: who may sign in, as what, with which key."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference


class Role(StrEnum):
    """What a person does here; who sees what stands in docs/architecture.md."""

    INSPECTOR = "inspector"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    POLICE_LIAISON = "police_liaison"
    PROCURACY_LIAISON = "procuracy_liaison"
    PROTECTION_OFFICER = "protection_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Staff(Base):
    """One person."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    #: Where digests go, without any content of cases; empty for no digest.
    email: Mapped[str | None]
    #: Who the person is at the city's own sign-in (OIDC "sub"); empty where that is not used.
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    public_key: Mapped[bytes]
    #: The private half, locked with the person's password, and whether a second factor is set.
    locked_seed: Mapped[bytes]
    #: The private half sealed to the escrow key, for a lost password.
    escrow_box: Mapped[bytes]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]


class StaffRole(Base):
    """A role held at a unit."""

    __tablename__ = "staff_role"

    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(reference("unit.code"), primary_key=True)
    role: Mapped[Role] = mapped_column(String(32), primary_key=True)


class Substitution(Base):
    """A colleague of the same unit who stands in for somebody absent, for some days."""

    __tablename__ = "substitution"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    unit_code: Mapped[str] = mapped_column(reference("unit.code"), index=True)
    absent_id: Mapped[UUID] = mapped_column(reference("staff.id"))
    substitute_id: Mapped[UUID] = mapped_column(reference("staff.id"), index=True)
    #: What the absent person does at the unit.
    role: Mapped[Role] = mapped_column(String(32))
    first_on: Mapped[date]
    #: The last day; moved to an earlier one when the person is back sooner.
    last_on: Mapped[date]
