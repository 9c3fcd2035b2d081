"""The views that dashboards read: a public contract beside the results table."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

READINGS_NAMED = """
CREATE VIEW readings_named AS
SELECT s.source, s.name AS series, r.observed_at, r.recorded_at, r.value, r.estimated, b.digest
FROM readings r
JOIN series s ON s.id = r.series_id
JOIN batches b ON b.id = r.batch_id
"""

RUN_LOG = """
CREATE VIEW run_log AS
SELECT r.run_id, r.ladder, r.ladder_version, r.as_of, r.issued_at,
    COALESCE(s.state, r.state) AS state, COALESCE(s.state_reason, r.state_reason) AS state_reason,
    r.family, r.family_version, r.prior_set, r.data_digest, r.code_version, r.seed, r.wall_seconds
FROM runs r
LEFT JOIN run_states s ON s.id = (SELECT MAX(id) FROM run_states n WHERE n.run_id = r.run_id)
"""

RESULTS_HISTORY = """
CREATE VIEW results_history AS
SELECT r.run_id, r.ladder, r.ladder_version, r.theatre, r.domain, r.as_of, r.issued_at,
    r.horizon_steps, r.horizon_end, r.kind, r.rung, r.probability, r.lower, r.upper, r.mc_se,
    r.prior_share, l.state, l.state_reason, r.family, r.family_version, r.prior_set,
    r.data_digest, r.code_version, r.seed, r.prev_hash, r.hash
FROM results r
JOIN run_log l ON l.run_id = r.run_id
"""

RESULTS_LATEST = """
CREATE VIEW results_latest AS
SELECT h.run_id, h.ladder, h.ladder_version, h.theatre, h.domain, h.as_of, h.issued_at,
    h.horizon_steps, h.horizon_end, h.kind, h.rung, h.probability, h.lower, h.upper, h.mc_se,
    h.prior_share, h.state, h.state_reason, h.family, h.family_version, h.prior_set,
    h.data_digest, h.code_version, h.seed, h.prev_hash, h.hash
FROM results_history h
JOIN latest p ON p.run_id = h.run_id
"""

LADDER_NOW = """
CREATE VIEW ladder_now AS
WITH now_run AS (
    SELECT l.run_id, l.ladder, l.ladder_version, l.as_of, l.issued_at, l.state,
        (SELECT e.run_id FROM run_log e
         WHERE e.ladder = l.ladder AND e.ladder_version = l.ladder_version
             AND e.state = 'published' AND e.as_of < l.as_of
         ORDER BY e.as_of DESC, e.issued_at DESC LIMIT 1) AS previous_run_id
    FROM run_log l JOIN latest p ON p.run_id = l.run_id
),
reached AS (
    SELECT n.run_id, c.theatre, c.domain, c.horizon_steps, c.rung, k.position, c.probability,
        b.probability AS before,
        DENSE_RANK() OVER (
            PARTITION BY n.run_id, c.theatre, c.domain ORDER BY c.horizon_steps) AS place
    FROM now_run n
    JOIN results c ON c.run_id = n.run_id AND c.kind = 'reach'
    JOIN ladder_rungs k ON k.ladder = n.ladder AND k.version = n.ladder_version
        AND k.domain = c.domain AND k.rung = c.rung
    LEFT JOIN results b ON b.run_id = n.previous_run_id AND b.theatre = c.theatre
        AND b.domain = c.domain AND b.horizon_steps = c.horizon_steps
        AND b.kind = 'reach' AND b.rung = c.rung
),
above AS (
    SELECT s.run_id, s.theatre, s.domain, MIN(r.position) AS position
    FROM standings s
    JOIN now_run n ON n.run_id = s.run_id
    JOIN ladder_rungs k ON k.ladder = n.ladder AND k.version = n.ladder_version
        AND k.domain = s.domain AND k.rung = s.present_rung
    JOIN reached r ON r.run_id = s.run_id AND r.theatre = s.theatre AND r.domain = s.domain
        AND r.position > k.position
    GROUP BY s.run_id, s.theatre, s.domain
)
SELECT n.ladder, n.ladder_version, n.run_id, n.state, n.as_of, n.issued_at,
    s.theatre, s.domain, s.present_rung, s.label, s.observed_through, s.exposure,
    {age} AS age_hours, n.previous_run_id,
    MAX(r.rung) AS next_rung,
    MAX(CASE WHEN r.place = 1 THEN r.horizon_steps END) AS horizon_1,
    MAX(CASE WHEN r.place = 1 THEN r.probability END) AS reach_1,
    MAX(CASE WHEN r.place = 1 THEN r.probability - r.before END) AS change_1,
    MAX(CASE WHEN r.place = 2 THEN r.horizon_steps END) AS horizon_2,
    MAX(CASE WHEN r.place = 2 THEN r.probability END) AS reach_2,
    MAX(CASE WHEN r.place = 2 THEN r.probability - r.before END) AS change_2,
    MAX(CASE WHEN r.place = 3 THEN r.horizon_steps END) AS horizon_3,
    MAX(CASE WHEN r.place = 3 THEN r.probability END) AS reach_3,
    MAX(CASE WHEN r.place = 3 THEN r.probability - r.before END) AS change_3
FROM now_run n
JOIN standings s ON s.run_id = n.run_id
LEFT JOIN above a ON a.run_id = s.run_id AND a.theatre = s.theatre AND a.domain = s.domain
LEFT JOIN reached r ON r.run_id = s.run_id AND r.theatre = s.theatre AND r.domain = s.domain
    AND r.position = a.position
GROUP BY n.ladder, n.ladder_version, n.run_id, n.state, n.as_of, n.issued_at, s.theatre,
    s.domain, s.present_rung, s.label, s.observed_through, s.exposure, n.previous_run_id
"""

SCORES = """
CREATE VIEW scores AS
SELECT s.run_id, l.ladder, l.ladder_version, l.family, l.family_version, l.as_of, l.issued_at,
    s.theatre, s.domain, s.horizon_steps, s.rule, s.score, s.reference, s.reference_score,
    s.resolved_rung, s.resolved_at
FROM score_rows s
JOIN run_log l ON l.run_id = s.run_id
"""

AGE = {
    "sqlite": "ROUND((julianday('now') - julianday(n.issued_at)) * 24, 2)",
    "postgresql": "ROUND(EXTRACT(EPOCH FROM now() - n.issued_at) / 3600, 2)::float8",
}
"""The one expression that the two databases spell differently."""

NAMES = (
    "readings_named",
    "run_log",
    "results_history",
    "results_latest",
    "ladder_now",
    "scores",
)


def upgrade() -> None:
    op.execute(READINGS_NAMED)
    op.execute(RUN_LOG)
    op.execute(RESULTS_HISTORY)
    op.execute(RESULTS_LATEST)
    op.execute(LADDER_NOW.format(age=AGE[op.get_context().dialect.name]))
    op.execute(SCORES)


def downgrade() -> None:
    for name in reversed(NAMES):
        op.execute(f"DROP VIEW {name}")
