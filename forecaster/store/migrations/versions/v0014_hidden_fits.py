"""A run that is hidden from a reading role is not named as the one whose fit another stands on."""

from collections.abc import Sequence

from alembic import op

from forecaster.store.migrations.versions.v0013_clearances import SHOWN_RUNS as BEFORE

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SHOWN_RUNS = """
CREATE VIEW shown_runs AS
SELECT l.run_id, l.ladder, l.ladder_version, l.as_of, l.issued_at, l.state, l.state_reason,
    l.family, l.family_version, l.prior_set, l.data_digest, l.code_version, l.seed, l.wall_seconds,
    l.method,
    CASE WHEN l.fit_run NOT IN (SELECT subject FROM concealed WHERE kind = 'run')
        THEN l.fit_run END AS fit_run,
    l.fit_as_of, l.k_hat, l.relative_size, l.agreement, l.largest_difference
FROM service_run_log l
WHERE l.ladder NOT IN (SELECT subject FROM concealed WHERE kind = 'ladder')
    AND l.run_id NOT IN (SELECT subject FROM concealed WHERE kind = 'run')
"""


def upgrade() -> None:
    _show_runs_as(SHOWN_RUNS)


def downgrade() -> None:
    """Name it again."""
    _show_runs_as(BEFORE)


def _show_runs_as(view: str) -> None:
    if op.get_context().dialect.name == "postgresql":  # SQLite has no roles
        op.execute(view.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))
