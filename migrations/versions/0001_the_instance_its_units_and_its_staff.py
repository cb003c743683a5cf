"""The instance, its units and its staff."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instance",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identifier", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("checkpoint_key", sa.String(length=200), nullable=False),
        sa.Column("promise_key", sa.String(length=200), nullable=False),
        sa.Column("escrow_key", sa.LargeBinary(), nullable=False),
        sa.Column("escrow_needed", sa.Integer(), nullable=False),
        sa.Column("escrow_count", sa.Integer(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_instance_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_unit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("locked_seed", sa.LargeBinary(), nullable=False),
        sa.Column("escrow_box", sa.LargeBinary(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
            name="fk_staff_role_staff_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"],
            ["unit.code"],
            name="fk_staff_role_unit_code",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("staff_id", "unit_code", "role", name="pk_staff_role"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_key",
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("escrow_box", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_code"],
            ["unit.code"],
            name="fk_unit_key_unit_code",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("unit_code", "epoch", name="pk_unit_key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_unit_key_current",
        "unit_key",
        ["unit_code"],
        unique=True,
        sqlite_where=sa.text("retired_on IS NULL"),
        postgresql_where=sa.text("retired_on IS NULL"),
    )
    op.create_table(
        "unit_key_holder",
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
            name="fk_unit_key_holder_staff_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_code", "epoch"],
            ["unit_key.unit_code", "unit_key.epoch"],
            name="fk_unit_key_holder_unit_code_epoch",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("unit_code", "epoch", "staff_id", name="pk_unit_key_holder"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("unit_key_holder")
    op.drop_table("unit_key")
    op.drop_table("staff_role")
    op.drop_table("staff")
    op.drop_table("unit")
    op.drop_table("instance")
