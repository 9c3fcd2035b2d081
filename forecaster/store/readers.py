"""Readers of the results: a database role that sees the public views, as far as it is cleared."""

from sqlalchemy import Engine, text
from sqlmodel import Session

from forecaster.domain.account import UNMARKED, Marking
from forecaster.errors import StoreError
from forecaster.store.tables.people import ReaderRow

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


def let_read(engine: Engine, role: str, clearance: Marking = UNMARKED) -> bool:
    """Let an existing role of a PostgreSQL database read the public views, up to a clearance.

    What is marked closer is left out of every view, by the database itself, for as long as the
    role has that clearance; it cannot give itself another. Twice is harmless. Returns whether the
    clearance is another one than before.

    Raises:
        StoreError: the database has no roles, or none of that name.
    """
    if engine.dialect.name != "postgresql":
        raise StoreError("SQLite has no roles: give readers a read-only copy of the file instead")
    quoted = engine.dialect.identifier_preparer.quote_identifier(role)
    with Session(engine) as session, session.begin():
        connection = session.connection()
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        if connection.execute(known, {"role": role}).first() is None:
            raise StoreError(f"the database has no role {role!r}: let its operator create it first")
        held = session.get(ReaderRow, role)
        changed = held is None or held.clearance != clearance
        session.merge(ReaderRow(role=role, clearance=clearance))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
        for view in VIEWS:
            connection.execute(text(f"GRANT SELECT ON {view} TO {quoted}"))
    return changed
