"""Draws that are kept, how each run's posterior came about, and the views that say so."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

from forecaster.store.migrations.versions import v0002_views as before
from forecaster.store.migrations.versions.v0007_latest_by_ladder import RESULTS_LATEST as LATEST
from forecaster.store.tables.base import UtcDateTime

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


RUN_LOG = """
CREATE VIEW run_log AS
SELECT r.run_id, r.ladder, r.ladder_version, r.as_of, r.issued_at,
    COALESCE(s.state, r.state) AS state, COALESCE(s.state_reason, r.state_reason) AS state_reason,
    r.family, r.family_version, r.prior_set, r.data_digest, r.code_version, r.seed, r.wall_seconds,
    COALESCE(u.method, 'refit') AS method, COALESCE(u.fit_run, r.run_id) AS fit_run,
    COALESCE(u.fit_as_of, r.as_of) AS fit_as_of, u.k_hat, u.relative_size, u.agreement,
    u.largest_difference
FROM runs r
LEFT JOIN run_states s ON s.id = (SELECT MAX(id) FROM run_states n WHERE n.run_id = r.run_id)
LEFT JOIN run_updates u ON u.run_id = r.run_id
"""

RESULTS_HISTORY = """
CREATE VIEW results_history AS
SELECT r.run_id, r.ladder, r.ladder_version, r.theatre, r.domain, r.as_of, r.issued_at,
    r.horizon_steps, r.horizon_end, r.kind, r.rung, r.probability, r.lower, r.upper, r.mc_se,
    r.prior_share, l.state, l.state_reason, r.family, r.family_version, r.prior_set,
    r.data_digest, r.code_version, r.seed, r.prev_hash, r.hash, l.method, l.fit_run, l.fit_as_of
FROM results r
JOIN run_log l ON l.run_id = r.run_id
"""

RESULTS_LATEST = """
CREATE VIEW results_latest AS
SELECT h.run_id, h.ladder, h.ladder_version, h.theatre, h.domain, h.as_of, h.issued_at,
    h.horizon_steps, h.horizon_end, h.kind, h.rung, h.probability, h.lower, h.upper, h.mc_se,
    h.prior_share, h.state, h.state_reason, h.family, h.family_version, h.prior_set,
    h.data_digest, h.code_version, h.seed, h.prev_hash, h.hash, h.method, h.fit_run, h.fit_as_of
FROM results_history h
JOIN latest p ON p.run_id = h.run_id AND p.ladder = h.ladder
"""

AFTER = {
    "run_log": RUN_LOG,
    "results_history": RESULTS_HISTORY,
    "results_latest": RESULTS_LATEST,
}
BEFORE = {
    "run_log": before.RUN_LOG,
    "results_history": before.RESULTS_HISTORY,
    "results_latest": "CREATE" + LATEST.format(same_ladder="AND p.ladder = h.ladder"),
}


def upgrade() -> None:
    _make_tables()
    for name, view in AFTER.items():
        if op.get_context().dialect.name == "postgresql":
            # In place, so that readers keep their rights on it.
            op.execute(view.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))
        else:
            op.execute(f"DROP VIEW {name}")
            op.execute(view)


def downgrade() -> None:
    """Take the columns away again; the reading role must be given its rights anew."""
    for name in ("ladder_now", "scores", "results_latest", "results_history", "run_log"):
        op.execute(f"DROP VIEW {name}")
    _make_views(BEFORE)
    op.drop_table("run_updates")
    op.drop_index(op.f("ix_fits_ladder"), table_name="fits")
    op.drop_table("fits")


def _make_views(views: Mapping[str, str]) -> None:
    for view in views.values():
        op.execute(view)
    op.execute(before.LADDER_NOW.format(age=before.AGE[op.get_context().dialect.name]))
    op.execute(before.SCORES)


def _make_tables() -> None:
    op.create_table(
        "fits",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("ladder_version", sa.String(), nullable=False),
        sa.Column("ladder_digest", sa.String(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("prior_set", sa.String(), nullable=False),
        sa.Column("data_digest", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_fits_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_fits")),
    )
    op.create_index(op.f("ix_fits_ladder"), "fits", ["ladder"], unique=False)
    op.create_table(
        "run_updates",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("fit_run", sa.String(), nullable=False),
        sa.Column("fit_as_of", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("k_hat", sa.Float(), nullable=True),
        sa.Column("relative_size", sa.Float(), nullable=True),
        sa.Column("agreement", sa.Float(), nullable=True),
        sa.Column("largest_difference", sa.Float(), nullable=True),
        sa.CheckConstraint("method IN ('refit', 'reweight')", name=op.f("ck_run_updates_method")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name=op.f("fk_run_updates_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_updates")),
    )
