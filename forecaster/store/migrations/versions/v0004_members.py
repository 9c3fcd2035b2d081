"""The families that a run mixed, and their weights."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "run_details", sa.Column("members", sa.String(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    with op.batch_alter_table("run_details") as batch:
        batch.drop_column("members")
