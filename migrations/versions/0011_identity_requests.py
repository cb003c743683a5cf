"""Requests for identities, and what custodians answer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint(
        [column], [target], name=name, initially="DEFERRED", deferrable=True
    )


def upgrade() -> None:
    op.create_table(
        "identity_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column("requester_key", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("reading_days", sa.Integer(), nullable=False),
        sa.Column("read_until", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(length=16), nullable=True),
        _reference("identity_request", "case_id", "cases.id"),
        _reference("identity_request", "requester_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_request"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identity_request_case_id", "identity_request", ["case_id"])
    op.create_index(
        "uq_identity_request_open",
        "identity_request",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "identity_answer",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        _reference("identity_answer", "request_id", "identity_request.id"),
        _reference("identity_answer", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("request_id", "staff_id", name="pk_identity_answer"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identity_answer_staff", "identity_answer", ["staff_id"])


def downgrade() -> None:
    op.drop_table("identity_answer")
    op.drop_table("identity_request")
