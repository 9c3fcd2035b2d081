"""The run of a ladder that was issued last is found by an index: every poll asks for it."""

from collections.abc import Sequence

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_runs_ladder_issued_at"), "runs", ["ladder", "issued_at", "run_id"], unique=False
    )
    op.drop_index(op.f("ix_runs_ladder"), table_name="runs")


def downgrade() -> None:
    op.create_index(op.f("ix_runs_ladder"), "runs", ["ladder"], unique=False)
    op.drop_index(op.f("ix_runs_ladder_issued_at"), table_name="runs")
