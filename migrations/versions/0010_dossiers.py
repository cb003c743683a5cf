"""What of a case is handed to another office stands under a key of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("circle", sa.String(64), nullable=True),
        sa.Column("copied_to", sa.String(64), nullable=True),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("cover", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        _refers("dossier", ["case_id"], ["cases.id"]),
        _refers("dossier", ["circle"], ["unit.code"]),
        _refers("dossier", ["copied_to"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id", name="pk_dossier"),
        sa.UniqueConstraint("case_id", "number", name="uq_dossier_case_id_number"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dossier_circle", "dossier", ["circle"])
    op.create_index("ix_dossier_copied_to", "dossier", ["copied_to"])
    op.create_table(
        "dossier_key",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("circle", sa.String(64), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        _refers("dossier_key", ["dossier_id"], ["dossier.id"]),
        _refers("dossier_key", ["circle", "epoch"], ["unit_key.unit_code", "unit_key.epoch"]),
        sa.PrimaryKeyConstraint("dossier_id", "circle", "epoch", name="pk_dossier_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dossier_key_circle", "dossier_key", ["circle", "epoch"])
    op.create_table(
        "dossier_staff_key",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("circle", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        _refers("dossier_staff_key", ["dossier_id"], ["dossier.id"]),
        _refers("dossier_staff_key", ["circle"], ["unit.code"]),
        _refers("dossier_staff_key", ["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("dossier_id", "circle", "staff_id", name="pk_dossier_staff_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dossier_staff_key_staff", "dossier_staff_key", ["staff_id"])
    op.create_table(
        "dossier_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        _refers("dossier_file", ["dossier_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_file"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dossier_file_dossier_id", "dossier_file", ["dossier_id"])
    with op.batch_alter_table("case_event") as batch:
        batch.add_column(sa.Column("dossier_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            "fk_case_event_dossier_id",
            "dossier",
            ["dossier_id"],
            ["id"],
            deferrable=True,
            initially="DEFERRED",
        )
        batch.create_index("ix_case_event_dossier", ["dossier_id"])


def _refers(table: str, columns: list[str], targets: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        columns,
        targets,
        name=f"fk_{table}_{'_'.join(columns)}",
        deferrable=True,
        initially="DEFERRED",
    )


def downgrade() -> None:
    with op.batch_alter_table("case_event") as batch:
        batch.drop_index("ix_case_event_dossier")
        batch.drop_constraint("fk_case_event_dossier_id", type_="foreignkey")
        batch.drop_column("dossier_id")
    for table in ("dossier_file", "dossier_staff_key", "dossier_key", "dossier"):
        op.drop_table(table)
