"""The reporter's identity: apart from the case, under a key that is cut among custodians."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Text, text
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


class CustodianCard(Base):
    """Which key of a custodian shares may be sealed to, and who vouches for it (triage.vouching).

    Cards of earlier keys, and of custodians who left, stay: others were admitted by them.
    """

    __tablename__ = "custodian_card"

    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    #: SHA-256 of the public key, in hexadecimal.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: The card and the signatures under it, a signed note (C2SP).
    note: Mapped[str] = mapped_column(Text)
    #: The day on which the custodian has shown it.
    since: Mapped[date]


class IdentityRequest(Base):
    """Somebody asks to know who a reporter is; a case has one such request at a time."""

    __tablename__ = "identity_request"
    __table_args__ = (
        Index(
            "uq_identity_request_open",
            "case_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(reference("cases.id"), index=True)
    requester_id: Mapped[UUID] = mapped_column(reference("staff.id"))
    #: What answers are sealed to: the requester's own key on the day of the request.
    requester_key: Mapped[bytes]
    #: Of which cut of the identity key shares are asked for.
    epoch: Mapped[int]
    asked_on: Mapped[date]
    #: The last day on which custodians may answer.
    answer_by: Mapped[date]
    #: For how many days the identity may be read once it is released.
    reading_days: Mapped[int]
    #: The last of these days; empty until enough custodians have released their shares.
    read_until: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_because: Mapped[str | None] = mapped_column(String(16))


class IdentityAnswer(Base):
    """What one custodian is asked, and what they answered."""

    __tablename__ = "identity_answer"
    __table_args__ = (
        Index("ix_identity_answer_staff", "staff_id"),
        {"sqlite_with_rowid": False},
    )

    request_id: Mapped[UUID] = mapped_column(reference("identity_request.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(reference("staff.id"), primary_key=True)
    #: Ground and necessity, sealed to the custodian; empty once the request has ended.
    question: Mapped[bytes | None]
    answered_on: Mapped[date | None]
    released: Mapped[bool | None]
    #: Sealed to the requester: the share, deleted when the request ends; or why it was declined.
    answer: Mapped[bytes | None]
