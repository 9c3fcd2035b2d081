"""Views of how the service itself is doing: sources, rejects, jobs, diagnostics, past standings.

They name columns of the first schema alone, so they may be made at any later one. No raw rejected
row is shown, and no claim of a process: a dashboard needs neither.
"""

from collections.abc import Mapping, Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SOURCES_NOW = """
CREATE VIEW sources_now AS
WITH newest AS (
    SELECT s.source, COUNT(*) AS series,
        MAX((SELECT MAX(r.observed_at) FROM readings r WHERE r.series_id = s.id))
            AS observed_through
    FROM series s
    GROUP BY s.source
),
refused AS (
    SELECT source, COUNT(*) AS rejects FROM rejects GROUP BY source
),
checked AS (
    SELECT * FROM source_checks WHERE id IN (SELECT MAX(id) FROM source_checks GROUP BY source)
),
named AS (
    SELECT source FROM newest UNION SELECT source FROM checked UNION SELECT source FROM refused
)
SELECT k.source, COALESCE(c.state, 'never asked') AS state, COALESCE(c.reason, '') AS reason,
    c.checked_at, {checked} AS checked_hours, n.observed_through, {observed} AS observed_hours,
    COALESCE(n.series, 0) AS series, c.rows_received, c.rows_new, c.rows_rejected,
    c.rows_expected, COALESCE(q.rejects, 0) AS rejects
FROM named k
LEFT JOIN newest n ON n.source = k.source
LEFT JOIN checked c ON c.source = k.source
LEFT JOIN refused q ON q.source = k.source
"""

SOURCE_LOG = """
CREATE VIEW source_log AS
SELECT source, state, reason, checked_at, last_observed_at, rows_received, rows_new,
    rows_rejected, rows_expected
FROM source_checks
"""

REJECT_LOG = """
CREATE VIEW reject_log AS
SELECT source, reason, COUNT(*) AS n, MIN(recorded_at) AS first_at, MAX(recorded_at) AS last_at
FROM rejects
GROUP BY source, reason
"""

JOB_LOG = """
CREATE VIEW job_log AS
SELECT j.job, j.slot, j.state, j.owner, j.claimed_at, j.finished_at,
    {waited} AS wait_seconds, {ran} AS run_seconds, j.detail
FROM job_runs j
"""

RUN_DIAGNOSTICS = """
CREATE VIEW run_diagnostics AS
SELECT l.run_id, l.ladder, l.ladder_version, l.family, l.as_of, l.issued_at, l.state,
    l.method, l.wall_seconds, r.passed, r.reason, r.max_rhat, r.min_ess_bulk, r.min_ess_tail,
    r.divergences, r.draws, r.min_bfmi, r.worst, l.k_hat, l.relative_size
FROM runs r
JOIN run_log l ON l.run_id = r.run_id
"""

STANDINGS_HISTORY = """
CREATE VIEW standings_history AS
SELECT l.run_id, l.ladder, l.ladder_version, l.as_of, l.issued_at, l.state, s.theatre, s.domain,
    s.present_rung, k.position AS rung_position, k.name AS rung_name, s.observed_through,
    s.measure, s.exposure, s.label
FROM standings s
JOIN run_log l ON l.run_id = s.run_id
LEFT JOIN ladder_rungs k ON k.ladder = l.ladder AND k.version = l.ladder_version
    AND k.domain = s.domain AND k.rung = s.present_rung
"""

VIEWS = {
    "sources_now": SOURCES_NOW,
    "source_log": SOURCE_LOG,
    "reject_log": REJECT_LOG,
    "job_log": JOB_LOG,
    "run_diagnostics": RUN_DIAGNOSTICS,
    "standings_history": STANDINGS_HISTORY,
}

BETWEEN = {
    "sqlite": "ROUND((julianday({until}) - julianday({since})) * 86400 / {unit}, {places})",
    "postgresql": "ROUND(EXTRACT(EPOCH FROM {until} - {since}) / {unit}, {places})::float8",
}
"""The time from one instant to another: the one expression that the databases spell differently."""

NOW = {"sqlite": "'now'", "postgresql": "now()"}


def upgrade() -> None:
    for view in views(op.get_context().dialect.name).values():
        op.execute(view)


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {name}")


def views(kind: str) -> Mapping[str, str]:
    """Return the views as one kind of database spells them."""

    def between(since: str, until: str, unit: float, places: int) -> str:
        return BETWEEN[kind].format(since=since, until=until, unit=unit, places=places)

    spans = {
        "checked": between("c.checked_at", NOW[kind], 3600.0, 2),
        "observed": between("n.observed_through", NOW[kind], 3600.0, 2),
        "waited": between("j.slot", "j.claimed_at", 1.0, 3),
        "ran": between("j.claimed_at", "j.finished_at", 1.0, 3),
    }
    return {name: view.format(**spans) for name, view in VIEWS.items()}
