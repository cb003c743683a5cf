"""For the desk: factors, sessions, substitutions, filters, templates, days, keys of people."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW = (
    "reply_template",
    "calendar_day",
    "saved_filter",
    "staff_device",
    "staff_session",
    "staff_factors",
    "substitution",
    "case_staff_key",
)


def upgrade() -> None:
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("subject", sa.String(255), nullable=True))
        batch.create_unique_constraint("uq_staff_subject", ["subject"])
    with op.batch_alter_table("cases") as batch:
        batch.drop_index("ix_cases_due")
        batch.create_index("ix_cases_due", ["unit_code", "due_on", "id"])
        batch.create_index("ix_cases_assigned", ["assigned_to", "due_on"])
    _create_keys_and_absences()
    _create_signing_in()
    _create_office()


def _create_keys_and_absences() -> None:
    op.create_table(
        "case_staff_key",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        _to("case_staff_key", "case_id", "cases.id"),
        _to("case_staff_key", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name="pk_case_staff_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_staff_key_staff", "case_staff_key", ["staff_id"])
    op.create_table(
        "substitution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(64), nullable=False),
        sa.Column("absent_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        _to("substitution", "unit_code", "unit.code"),
        _to("substitution", "absent_id", "staff.id"),
        _to("substitution", "substitute_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name="pk_substitution"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_substitution_unit_code", "substitution", ["unit_code"])
    op.create_index("ix_substitution_substitute_id", "substitution", ["substitute_id"])


def _create_signing_in() -> None:
    op.create_table(
        "staff_factors",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _to("staff_factors", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_staff_factors"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _to("staff_session", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_device",
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _to("staff_device", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("mark", name="pk_staff_device"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _to("saved_filter", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filter"),
        sqlite_with_rowid=False,
    )
    for table in ("staff_session", "staff_device", "saved_filter"):
        op.create_index(f"ix_{table}_staff_id", table, ["staff_id"])
    for table in ("staff_session", "staff_device"):
        op.create_index(f"ix_{table}_until", table, ["until"])


def _create_office() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        _to("calendar_day", "entered_by", "staff.id"),
        sa.PrimaryKeyConstraint("day", name="pk_calendar_day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reply_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(64), nullable=True),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        _to("reply_template", "unit_code", "unit.code"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_template"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reply_template_unit_code", "reply_template", ["unit_code"])


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [target],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )


def downgrade() -> None:
    for table in _NEW:
        op.drop_table(table)
    with op.batch_alter_table("cases") as batch:
        batch.drop_index("ix_cases_assigned")
        batch.drop_index("ix_cases_due")
        batch.create_index("ix_cases_due", ["unit_code", "due_on"])
    with op.batch_alter_table("staff") as batch:
        batch.drop_constraint("uq_staff_subject", type_="unique")
        batch.drop_column("subject")
