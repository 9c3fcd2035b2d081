"""Leases, retries and requests in the job ledger, and what each job run came to."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from forecaster.store.tables.base import UtcDateTime

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A slot of the calendar falls on a whole minute; one that a person began has microseconds.
BY_HAND = {
    "sqlite": "UPDATE job_runs SET origin = 'hand' WHERE substr(slot, 18) <> '00.000000Z'",
    "postgresql": "UPDATE job_runs SET origin = 'hand' WHERE date_trunc('minute', slot) <> slot",
}


def new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("subject", sa.String(), nullable=False, server_default=""),
        sa.Column("origin", sa.String(), nullable=False, server_default="calendar"),
        sa.Column("asked_by", sa.String(), nullable=False, server_default=""),
        sa.Column("as_of", UtcDateTime(), nullable=True),
        sa.Column("arguments", sa.String(), nullable=False, server_default="{}"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("progress", sa.Float(), nullable=False, server_default="0"),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=False, server_default=""),
    ]


def upgrade() -> None:
    with op.batch_alter_table("job_runs") as table:
        for column in new_columns():
            table.add_column(column)
        table.alter_column("claimed_at", existing_type=UtcDateTime(), nullable=True)
    op.create_index(op.f("ix_job_runs_state"), "job_runs", ["state"], unique=False)
    op.execute(BY_HAND[op.get_context().dialect.name])
    # Failures were final, and whoever ran is not running while its tables are altered.
    op.execute("UPDATE job_runs SET failures = 1 WHERE state = 'failed'")
    op.execute("UPDATE job_runs SET progress = 1 WHERE state IN ('done', 'refused', 'skipped')")
    op.execute("UPDATE job_runs SET lease_until = claimed_at WHERE state = 'running'")


def downgrade() -> None:
    """Forget requests that nobody has claimed: the older ledger has no place for them."""
    op.execute("DELETE FROM job_runs WHERE claimed_at IS NULL")
    op.execute("UPDATE job_runs SET state = 'failed' WHERE state IN ('dead', 'queued')")
    op.drop_index(op.f("ix_job_runs_state"), table_name="job_runs")
    with op.batch_alter_table("job_runs") as table:
        table.alter_column("claimed_at", existing_type=UtcDateTime(), nullable=False)
        for column in reversed(new_columns()):
            table.drop_column(column.name)
