"""The reporter's identity: apart from the case, under a key that is cut among custodians."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, reference


class Identity(Base):
    """Name, address and contact, if the reporter gave them."""

    __tablename__ = "identity"

    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), primary_key=True)
    #: Which cut of which key: a share of an earlier one opens nothing. Counts from 1.
    epoch: Mapped[int]
    #: Under the identity key, which is stored only in shares.
    sealed: Mapped[bytes]
    #: How many custodians must release their share.
    needed: Mapped[int]
    given_on: Mapped[date]


class IdentityShare(Base):
    """One share of an identity key, sealed to one custodian."""

    __tablename__ = "identity_share"

    case_id: Mapped[UUID] = mapped_column(reference("identity.case_id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    box: Mapped[bytes]
