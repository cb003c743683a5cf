"""Clocks, notices, recusals, digests; what steps of a case say in the open."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("email", sa.String(200), nullable=True))
    _alter_cases()
    with op.batch_alter_table("case_event") as batch:
        batch.add_column(sa.Column("terms", sa.Text(), nullable=False, server_default="{}"))
        batch.alter_column("opening", existing_type=sa.LargeBinary(), nullable=True)
    with op.batch_alter_table("case_event") as batch:
        batch.alter_column("terms", existing_type=sa.Text(), server_default=None)
    _tell_filings()
    _create_clocks()
    _create_informed()


def _alter_cases() -> None:
    with op.batch_alter_table("cases") as batch:
        for name, first in (
            ("police_state", "police_none"),
            ("protection_state", "protection_none"),
        ):
            batch.add_column(sa.Column(name, sa.String(64), nullable=False, server_default=first))
        batch.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("assigned_to", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            "fk_cases_assigned_to",
            "staff",
            ["assigned_to"],
            ["id"],
            deferrable=True,
            initially="DEFERRED",
        )
        batch.create_index("ix_cases_due", ["unit_code", "due_on"])
    with op.batch_alter_table("cases") as batch:
        for name in ("police_state", "protection_state"):
            batch.alter_column(name, existing_type=sa.String(64), server_default=None)


def _tell_filings() -> None:
    """Cases of before have been filed and not moved: what they are now is how they were filed."""
    connection = op.get_bind()
    cases = sa.table(
        "cases",
        *(sa.column(name) for name in ("id", "kind", "category", "unit_code", "state")),
    )
    events = sa.table("case_event", *(sa.column(name) for name in ("case_id", "kind", "terms")))
    for row in connection.execute(sa.select(cases)).all():
        terms = {
            "kind": row.kind,
            "category": row.category,
            "unit": row.unit_code,
            "state": row.state,
        }
        connection.execute(
            sa.update(events)
            .where(events.c.case_id == row.id, events.c.kind == "case.filed")
            .values(terms=json.dumps(terms))
        )


def _create_clocks() -> None:
    op.create_table(
        "case_clock",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_code", sa.String(64), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in ("due_on", "paused_until", "met_on", "void_on", "notice_on")
        ),
        _to("case_clock", "case_id", "cases.id"),
        _to("case_clock", "unit_code", "unit.code"),
        sa.PrimaryKeyConstraint("case_id", "rule", "run", name="pk_case_clock"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_clock_due", "case_clock", ["unit_code", "due_on"])
    op.create_index("ix_case_clock_notice", "case_clock", ["notice_on"])
    op.create_table(
        "case_notice",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("unit_code", sa.String(64), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        _to("case_notice", "case_id", "cases.id"),
        sa.PrimaryKeyConstraint("case_id", "rule", "run", "level", name="pk_case_notice"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_notice_unit", "case_notice", ["unit_code", "given_on"])
    op.create_table(
        "case_recusal",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        _to("case_recusal", "case_id", "cases.id"),
        _to("case_recusal", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name="pk_case_recusal"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sent_digest",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        _to("sent_digest", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("staff_id", "day", "number", name="pk_sent_digest"),
        sqlite_with_rowid=False,
    )


def _create_informed() -> None:
    op.create_table(
        "case_informed",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(64), nullable=False),
        _to("case_informed", "case_id", "cases.id"),
        sa.PrimaryKeyConstraint("case_id", "unit_code", name="pk_case_informed"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_informed_unit", "case_informed", ["unit_code"])


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [target],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )


def downgrade() -> None:
    for table in ("case_informed", "sent_digest", "case_recusal", "case_notice", "case_clock"):
        op.drop_table(table)
    # Steps that the clock took by itself have no opening, which the earlier schema demands.
    op.execute("DELETE FROM case_event WHERE opening IS NULL")
    with op.batch_alter_table("case_event") as batch:
        batch.drop_column("terms")
        batch.alter_column("opening", existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table("cases") as batch:
        batch.drop_index("ix_cases_due")
        batch.drop_constraint("fk_cases_assigned_to", type_="foreignkey")
        for name in ("assigned_to", "due_on", "protection_state", "police_state"):
            batch.drop_column(name)
    with op.batch_alter_table("staff") as batch:
        batch.drop_column("email")
