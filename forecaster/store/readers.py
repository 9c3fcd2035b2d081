"""Readers of the results: a database role that sees the public views, and nothing else."""

from sqlalchemy import Engine, text

from forecaster.errors import StoreError

VIEWS = (
    "results_latest",
    "results_history",
    "ladder_now",
    "standings_history",
    "scores",
    "scores_backtest",
    "run_log",
    "run_diagnostics",
    "sources_now",
    "source_log",
    "reject_log",
    "job_log",
)
"""What `docs/results.md` promises to dashboards; `readings_named` is not among them: readings may
be under terms that do not allow handing them on."""


def let_read(engine: Engine, role: str) -> None:
    """Let an existing role of a PostgreSQL database read the public views; twice is harmless.

    Raises:
        StoreError: the database has no roles, or none of that name.
    """
    if engine.dialect.name != "postgresql":
        raise StoreError("SQLite has no roles: give readers a read-only copy of the file instead")
    quoted = engine.dialect.identifier_preparer.quote_identifier(role)
    with engine.begin() as connection:
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        if connection.execute(known, {"role": role}).first() is None:
            raise StoreError(f"the database has no role {role!r}: let its operator create it first")
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
        for view in VIEWS:
            connection.execute(text(f"GRANT SELECT ON {view} TO {quoted}"))
