"""The instance itself: one row, written when it is founded; later only its clocks change it."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base


class Instance(Base):
    """Which instance this database belongs to, and its public keys."""

    __tablename__ = "instance"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), {"sqlite_with_rowid": False})

    #: Always 1: there is one instance to a database.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    #: The same as in the home folder, so that the two cannot be mixed up.
    identifier: Mapped[UUID]
    #: The log's name in its checkpoints (C2SP tlog-checkpoint).
    origin: Mapped[str]
    #: Verifier key of the checkpoints (C2SP signed-note).
    checkpoint_key: Mapped[str]
    #: Verifier key of the promises of inclusion.
    promise_key: Mapped[str]
    #: What the manifests of dossiers are signed with (X.509, PEM); None until one is made.
    signing_certificate_pem: Mapped[str | None] = mapped_column(Text)
    #: Public half of the offline escrow key.
    escrow_key: Mapped[bytes]
    #: How many escrow shares are needed, and how many there are.
    escrow_needed: Mapped[int]
    escrow_count: Mapped[int]
    founded_on: Mapped[date]
    #: The edition of the rules by which the clocks of all open cases were last made.
    clocks_made_by: Mapped[str | None] = mapped_column(String(64))
    #: The day of the last sweep that failed nowhere.
    swept_on: Mapped[date | None]
