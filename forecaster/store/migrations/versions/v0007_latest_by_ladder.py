"""The view of the latest results of one ladder reads that ladder's run alone.

`latest` names each run with its ladder; saying so in the join lets a database begin at the ladder
asked for, instead of reading every ladder's latest run and dropping what was not asked for.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RESULTS_LATEST = """
VIEW results_latest AS
SELECT h.run_id, h.ladder, h.ladder_version, h.theatre, h.domain, h.as_of, h.issued_at,
    h.horizon_steps, h.horizon_end, h.kind, h.rung, h.probability, h.lower, h.upper, h.mc_se,
    h.prior_share, h.state, h.state_reason, h.family, h.family_version, h.prior_set,
    h.data_digest, h.code_version, h.seed, h.prev_hash, h.hash
FROM results_history h
JOIN latest p ON p.run_id = h.run_id {same_ladder}
"""


def upgrade() -> None:
    _replace(RESULTS_LATEST.format(same_ladder="AND p.ladder = h.ladder"))


def downgrade() -> None:
    _replace(RESULTS_LATEST.format(same_ladder=""))


def _replace(view: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE {view}")  # in place: readers keep what was granted to them
        return
    op.execute("DROP VIEW results_latest")
    op.execute(f"CREATE {view}")
