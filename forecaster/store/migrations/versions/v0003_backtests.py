"""Backtests: their tables, and the view of their scores."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forecaster.store.tables.base import UtcDateTime

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCORES_BACKTEST = """
CREATE VIEW scores_backtest AS
SELECT s.backtest_id, b.plan_id, b.plan_digest, b.ladder, b.ladder_version, b.domain,
    b.data_digest, b.began_at, s.made_at, s.forecaster, s.theatre, s.rung, s.horizon_steps,
    s.score, s.reference, s.n, s.value, s.lower, s.upper
FROM backtest_scores s
JOIN backtests b ON b.backtest_id = s.backtest_id
WHERE s.made_at = (SELECT MAX(n.made_at) FROM backtest_scores n WHERE n.backtest_id = s.backtest_id)
"""


def upgrade() -> None:
    op.create_table(
        "backtests",
        sa.Column("backtest_id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("plan_digest", sa.String(), nullable=False),
        sa.Column("plan_text", sa.String(), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("ladder_version", sa.String(), nullable=False),
        sa.Column("ladder_digest", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("data_digest", sa.String(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ladder", "ladder_version", "ladder_digest"],
            ["ladders.id", "ladders.version", "ladders.digest"],
            name="fk_backtests_ladder_ladders",
        ),
        sa.PrimaryKeyConstraint("backtest_id", name=op.f("pk_backtests")),
    )
    op.create_index(op.f("ix_backtests_ladder"), "backtests", ["ladder"], unique=False)
    op.create_table(
        "backtest_forecasts",
        sa.Column("backtest_id", sa.String(), nullable=False),
        sa.Column("forecaster", sa.String(), nullable=False),
        sa.Column("origin", UtcDateTime(), nullable=False),
        sa.Column("family_version", sa.String(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("max_rhat", sa.Float(), nullable=True),
        sa.Column("min_ess_bulk", sa.Float(), nullable=True),
        sa.Column("min_ess_tail", sa.Float(), nullable=True),
        sa.Column("divergences", sa.Integer(), nullable=True),
        sa.Column("draws", sa.Integer(), nullable=True),
        sa.Column("min_bfmi", sa.Float(), nullable=True),
        sa.Column("worst", sa.String(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('done', 'refused', 'failed')", name=op.f("ck_backtest_forecasts_state")
        ),
        sa.CheckConstraint(
            "state = 'failed' OR payload IS NOT NULL", name=op.f("ck_backtest_forecasts_payload")
        ),
        sa.ForeignKeyConstraint(
            ["backtest_id"],
            ["backtests.backtest_id"],
            name=op.f("fk_backtest_forecasts_backtest_id_backtests"),
        ),
        sa.PrimaryKeyConstraint(
            "backtest_id", "forecaster", "origin", name=op.f("pk_backtest_forecasts")
        ),
    )
    op.create_table(
        "backtest_outcomes",
        sa.Column("backtest_id", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["backtest_id"],
            ["backtests.backtest_id"],
            name=op.f("fk_backtest_outcomes_backtest_id_backtests"),
        ),
        sa.PrimaryKeyConstraint("backtest_id", name=op.f("pk_backtest_outcomes")),
    )
    op.create_table(
        "backtest_scores",
        sa.Column("backtest_id", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("forecaster", sa.String(), nullable=False),
        sa.Column("theatre", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("horizon_steps", sa.Integer(), nullable=False),
        sa.Column("score", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("lower", sa.Float(), nullable=True),
        sa.Column("upper", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["backtest_id"],
            ["backtests.backtest_id"],
            name=op.f("fk_backtest_scores_backtest_id_backtests"),
        ),
        sa.PrimaryKeyConstraint(
            "backtest_id",
            "made_at",
            "forecaster",
            "theatre",
            "rung",
            "horizon_steps",
            "score",
            "reference",
            name=op.f("pk_backtest_scores"),
        ),
    )
    op.execute(SCORES_BACKTEST)


def downgrade() -> None:
    op.execute("DROP VIEW scores_backtest")
    op.drop_table("backtest_scores")
    op.drop_table("backtest_outcomes")
    op.drop_table("backtest_forecasts")
    op.drop_index(op.f("ix_backtests_ladder"), table_name="backtests")
    op.drop_table("backtests")
