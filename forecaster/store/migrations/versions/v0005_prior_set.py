"""The priors that were in force when a backtest was begun; older ones do not say."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "backtests", sa.Column("prior_set", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    # In place: copying the table, as a batch does on SQLite, would break the view of the scores.
    op.execute("ALTER TABLE backtests DROP COLUMN prior_set")
