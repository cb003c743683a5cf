"""Remember by which edition of the rules clocks were last made, so that a change reaches them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instance", sa.Column("clocks_made_by", sa.String(64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("instance") as batch:
        batch.drop_column("clocks_made_by")
