"""Keep the certificate that offices check the manifests of dossiers with."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instance", sa.Column("signing_certificate_pem", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("instance") as batch:
        batch.drop_column("signing_certificate_pem")
