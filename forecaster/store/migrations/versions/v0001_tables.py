"""The tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forecaster.store.tables.base import UtcDateTime

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_source"), "batches", ["source"], unique=False)
    op.create_table(
        "job_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("slot", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_job_runs_job_slot")),
    )
    op.create_table(
        "judgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("theatre", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
        sa.UniqueConstraint("digest", name=op.f("uq_judgements_digest")),
    )
    op.create_index(op.f("ix_judgements_ladder"), "judgements", ["ladder"], unique=False)
    op.create_table(
        "ladder_rungs",
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "ladder", "version", "domain", "rung", name=op.f("pk_ladder_rungs")
        ),
    )
    op.create_table(
        "ladders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", "digest", name=op.f("pk_ladders")),
    )
    op.create_table(
        "prior_versions",
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("prior_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("distribution", sa.String(), nullable=False),
        sa.Column("parameters", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("ladder", "prior_id", "version", name=op.f("pk_prior_versions")),
    )
    op.create_table(
        "readings",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("observed_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "series_id", "observed_at", "recorded_at", name=op.f("pk_readings")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rejects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejects")),
        sa.UniqueConstraint("source", "digest", name=op.f("uq_rejects_source_digest")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("name", name=op.f("uq_series_name")),
    )
    op.create_index(op.f("ix_series_source"), "series", ["source"], unique=False)
    op.create_table(
        "source_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("last_observed_at", UtcDateTime(), nullable=True),
        sa.Column("rows_received", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("rows_expected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_checks")),
    )
    op.create_index(op.f("ix_source_checks_source"), "source_checks", ["source"], unique=False)
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("ladder_version", sa.String(), nullable=False),
        sa.Column("ladder_digest", sa.String(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("family_version", sa.String(), nullable=False),
        sa.Column("prior_set", sa.String(), nullable=False),
        sa.Column("data_digest", sa.String(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("wall_seconds", sa.Float(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("max_rhat", sa.Float(), nullable=True),
        sa.Column("min_ess_bulk", sa.Float(), nullable=True),
        sa.Column("min_ess_tail", sa.Float(), nullable=True),
        sa.Column("divergences", sa.Integer(), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("min_bfmi", sa.Float(), nullable=True),
        sa.Column("worst", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ladder", "ladder_version", "ladder_digest"],
            ["ladders.id", "ladders.version", "ladders.digest"],
            name="fk_runs_ladder_ladders",
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_ladder"), "runs", ["ladder"], unique=False)
    op.create_table(
        "chain_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name=op.f("fk_chain_links_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_links")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_chain_links_prev_hash")),
        sa.UniqueConstraint("run_id", name=op.f("uq_chain_links_run_id")),
    )
    op.create_table(
        "latest",
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_latest_run_id_runs")),
        sa.PrimaryKeyConstraint("ladder", name=op.f("pk_latest")),
    )
    op.create_table(
        "results",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("ladder_version", sa.String(), nullable=False),
        sa.Column("theatre", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("horizon_steps", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("horizon_end", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("lower", sa.Float(), nullable=True),
        sa.Column("upper", sa.Float(), nullable=True),
        sa.Column("mc_se", sa.Float(), nullable=True),
        sa.Column("prior_share", sa.Float(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("family_version", sa.String(), nullable=False),
        sa.Column("prior_set", sa.String(), nullable=False),
        sa.Column("data_digest", sa.String(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('at', 'reach', 'fall')", name=op.f("ck_results_kind")),
        sa.CheckConstraint(
            "state <> 'published' OR probability IS NOT NULL", name=op.f("ck_results_published")
        ),
        sa.CheckConstraint("prior_share BETWEEN 0 AND 1", name=op.f("ck_results_prior_share")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_results_probability")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_results_run_id_runs")),
        sa.PrimaryKeyConstraint(
            "run_id", "theatre", "domain", "horizon_steps", "kind", "rung", name=op.f("pk_results")
        ),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_results_prev_hash")),
    )
    op.create_table(
        "run_details",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("judged", sa.String(), nullable=False),
        sa.Column("fans", sa.String(), nullable=False),
        sa.Column("effects", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name=op.f("fk_run_details_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_details")),
    )
    op.create_table(
        "run_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name=op.f("fk_run_states_run_id_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_states")),
    )
    op.create_index(op.f("ix_run_states_run_id"), "run_states", ["run_id"], unique=False)
    op.create_table(
        "score_rows",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("theatre", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("horizon_steps", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reference_score", sa.Float(), nullable=True),
        sa.Column("resolved_rung", sa.String(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name=op.f("fk_score_rows_run_id_runs")
        ),
        sa.PrimaryKeyConstraint(
            "run_id",
            "theatre",
            "domain",
            "horizon_steps",
            "rule",
            "reference",
            name=op.f("pk_score_rows"),
        ),
    )
    op.create_table(
        "standings",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("theatre", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("present_rung", sa.String(), nullable=False),
        sa.Column("observed_through", UtcDateTime(), nullable=True),
        sa.Column("measure", sa.Float(), nullable=True),
        sa.Column("exposure", sa.Float(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("history", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_standings_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "theatre", "domain", name=op.f("pk_standings")),
    )


def downgrade() -> None:
    op.drop_table("standings")
    op.drop_table("score_rows")
    op.drop_index(op.f("ix_run_states_run_id"), table_name="run_states")
    op.drop_table("run_states")
    op.drop_table("run_details")
    op.drop_table("results")
    op.drop_table("latest")
    op.drop_table("chain_links")
    op.drop_index(op.f("ix_runs_ladder"), table_name="runs")
    op.drop_table("runs")
    op.drop_index(op.f("ix_source_checks_source"), table_name="source_checks")
    op.drop_table("source_checks")
    op.drop_index(op.f("ix_series_source"), table_name="series")
    op.drop_table("series")
    op.drop_table("rejects")
    op.drop_table("readings")
    op.drop_table("prior_versions")
    op.drop_table("ladders")
    op.drop_table("ladder_rungs")
    op.drop_index(op.f("ix_judgements_ladder"), table_name="judgements")
    op.drop_table("judgements")
    op.drop_table("job_runs")
    op.drop_index(op.f("ix_batches_source"), table_name="batches")
    op.drop_table("batches")
