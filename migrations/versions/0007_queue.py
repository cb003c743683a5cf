"""Indexes in the order of the staff's queue."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ORDER = ["due_on", "arrived_on", "id"]


def upgrade() -> None:
    for name in ("ix_cases_queue", "ix_cases_due", "ix_cases_assigned"):
        op.drop_index(name, "cases")
    op.create_index("ix_cases_due", "cases", ["unit_code", *_ORDER])
    op.create_index("ix_cases_state", "cases", ["unit_code", "state", *_ORDER])
    op.create_index("ix_cases_assigned", "cases", ["assigned_to", "unit_code", *_ORDER])
    op.create_index("ix_cases_newest", "cases", ["unit_code", "arrived_on", "id"])


def downgrade() -> None:
    for name in ("ix_cases_newest", "ix_cases_assigned", "ix_cases_state", "ix_cases_due"):
        op.drop_index(name, "cases")
    op.create_index("ix_cases_queue", "cases", ["unit_code", "state", "arrived_on"])
    op.create_index("ix_cases_due", "cases", ["unit_code", "due_on", "id"])
    op.create_index("ix_cases_assigned", "cases", ["assigned_to", "due_on"])
