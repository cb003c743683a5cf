"""Sealed sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_session_expires_on", "session", ["expires_on"], unique=False)


def downgrade() -> None:
    op.drop_table("session")
