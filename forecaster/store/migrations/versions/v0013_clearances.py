"""Markings hold in the views that a role of the database may read (ADR 0018).

What the public views read is put behind `shown_…`: the same rows without what is marked closer than
the clearance of the role that asks. The service keeps views of its own, `service_…`, which show
everything, because it filters for each person. SQLite has no roles, so nothing is left out there.
"""

import re
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

from forecaster.store.migrations.versions import v0002_views as first
from forecaster.store.migrations.versions import v0003_backtests as backtests
from forecaster.store.migrations.versions import v0008_fits as fits
from forecaster.store.migrations.versions import v0012_operations_views as operations

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MARKINGS = "'TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'"
_CIRCLES = f"ARRAY[{_MARKINGS}]::text[]"

CONCEALED = """
CREATE VIEW concealed AS
SELECT m.kind, m.subject
FROM (
    SELECT DISTINCT ON (kind, subject) kind, subject, marking
    FROM markings ORDER BY kind, subject, id DESC
) m
WHERE NOT has_table_privilege('results'::regclass, 'SELECT')
    AND COALESCE(array_position({circles}, m.marking::text), 6) > COALESCE((
        SELECT MAX(array_position({circles}, r.clearance::text)) FROM readers r
        WHERE pg_has_role(to_regrole(quote_ident(r.role))::oid, 'USAGE')), 1)
"""
"""What the asking role must not be shown: nothing, if it may read the results themselves, as the
owner may; else whatever is marked closer than the widest clearance among the roles it acts for. A
role without one has TLP:CLEAR, and a marking of no known name is closer than all."""

SHOWN_RUNS = """
CREATE VIEW shown_runs AS
SELECT l.* FROM service_run_log l
WHERE l.ladder NOT IN (SELECT subject FROM concealed WHERE kind = 'ladder')
    AND l.run_id NOT IN (SELECT subject FROM concealed WHERE kind = 'run')
"""
"""`NOT IN`, here and below, looks into a table of hashes that is made once for a question. Of what
`NOT EXISTS` leaves the planner expects so little that it reads the markings anew for each row."""

SHOWN_LATEST = """
CREATE VIEW shown_latest AS
SELECT p.ladder, p.run_id FROM latest p
WHERE p.ladder NOT IN (SELECT subject FROM concealed WHERE kind = 'ladder')
    AND p.run_id NOT IN (SELECT subject FROM concealed WHERE kind = 'run')
UNION ALL
SELECT p.ladder, (
    SELECT l.run_id FROM shown_runs l WHERE l.ladder = p.ladder AND l.state = 'published'
    ORDER BY l.as_of DESC, l.issued_at DESC LIMIT 1)
FROM latest p
WHERE p.run_id IN (SELECT subject FROM concealed WHERE kind = 'run')
"""
"""Where the run that readers see is hidden from the role, the newest published one that is not."""

SHOWN_JOB_RUNS = """
CREATE VIEW shown_job_runs AS
SELECT j.* FROM job_runs j
WHERE NOT EXISTS (SELECT FROM concealed)
    OR (j.run_id NOT IN (SELECT subject FROM concealed WHERE kind = 'run')
        AND j.subject NOT IN (
            SELECT o.subject FROM job_runs o JOIN runs r ON r.run_id = o.run_id
            JOIN concealed c ON c.kind = 'ladder' AND c.subject = r.ladder)
        AND (strpos(j.job, ':') = 0
            OR substr(j.job, strpos(j.job, ':') + 1) IN (
                (SELECT id FROM ladders UNION SELECT source FROM series
                UNION SELECT source FROM source_checks)
                EXCEPT SELECT subject FROM concealed WHERE kind <> 'run')
            OR j.subject IN (
                SELECT o.subject FROM job_runs o JOIN shown_runs r ON r.run_id = o.run_id
                WHERE o.subject <> '')))
"""
"""Where anything is hidden from the role, a job is shown if it is known to be about something that
is not. A ladder that the settings name by a file is known by the runs that its jobs made."""

_OF_LADDER = """
CREATE VIEW shown_{name} AS
SELECT t.* FROM {name} t
WHERE t.ladder NOT IN (SELECT subject FROM concealed WHERE kind = 'ladder')
"""
_OF_SOURCE = """
CREATE VIEW shown_{name} AS
SELECT t.* FROM {name} t
WHERE t.source NOT IN (SELECT subject FROM concealed WHERE kind = 'source')
"""

SHOWN = {
    "concealed": CONCEALED.format(circles=_CIRCLES),
    "shown_runs": SHOWN_RUNS,
    "shown_latest": SHOWN_LATEST,
    "shown_backtests": _OF_LADDER.format(name="backtests"),
    "shown_series": _OF_SOURCE.format(name="series"),
    "shown_source_checks": _OF_SOURCE.format(name="source_checks"),
    "shown_rejects": _OF_SOURCE.format(name="rejects"),
    "shown_job_runs": SHOWN_JOB_RUNS,
}
INSTEAD = {
    "run_log": "shown_runs",
    **{name.removeprefix("shown_"): name for name in SHOWN if name != "shown_runs"},
}
"""What a public view reads now in the place of what it read before."""

SERVED = ("run_log", "ladder_now", "scores", "scores_backtest")
"""The public views that the service reads too."""

RUN_LOG = "CREATE VIEW run_log AS SELECT * FROM shown_runs"
RESULTS_LATEST = (
    fits.RESULTS_HISTORY.replace("VIEW results_history", "VIEW results_latest")
    + "JOIN latest p ON p.run_id = r.run_id AND p.ladder = r.ladder"
)
"""The same as before, without another public view in it: the planner never looks into those."""


def upgrade() -> None:
    kind = op.get_context().dialect.name
    op.create_table(
        "readers",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("clearance", sa.String(), nullable=False),
        sa.CheckConstraint(f"clearance IN ({_MARKINGS})", name=op.f("ck_readers_clearance")),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_readers")),
    )
    before = public(kind)
    own = {name: f"service_{name}" for name in SERVED}
    for name in SERVED:
        view = before[name].replace(f"VIEW {name} AS", f"VIEW service_{name} AS")
        op.execute(_reading(view, own))
    if kind == "postgresql":
        for view in SHOWN.values():
            op.execute(view)
        for view in {**before, "run_log": RUN_LOG, "results_latest": RESULTS_LATEST}.values():
            _replace(_behind_a_barrier(_reading(view, INSTEAD)))


def downgrade() -> None:
    """Show everything to every reader again."""
    kind = op.get_context().dialect.name
    if kind == "postgresql":
        for view in public(kind).values():
            _replace(view)
        for name in reversed(SHOWN):
            op.execute(f"DROP VIEW {name}")
    for name in reversed(SERVED):
        op.execute(f"DROP VIEW service_{name}")
    op.drop_table("readers")


def public(kind: str) -> Mapping[str, str]:
    """Return the public views as they were, in an order in which they can be made."""
    return {
        **fits.AFTER,
        "ladder_now": first.LADDER_NOW.format(age=first.AGE[kind]),
        "scores": first.SCORES,
        "scores_backtest": backtests.SCORES_BACKTEST,
        **operations.views(kind),
    }


def _reading(view: str, instead: Mapping[str, str]) -> str:
    """Return a view that reads others in the place of those that it names."""
    for name, other in instead.items():
        view = re.sub(rf"\b(FROM|JOIN) {name}\b", rf"\1 {other}", view)
    return view


def _behind_a_barrier(view: str) -> str:
    """Let no condition of a reader see a row before the view has left it out.

    The message of an error would give away what such a condition had seen.
    """
    return re.sub(r"CREATE VIEW (\w+) AS", r"CREATE VIEW \1 WITH (security_barrier) AS", view)


def _replace(view: str) -> None:
    op.execute(view.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))  # readers keep their rights
