"""The statements that let one process have a slot: each is a single one, so none can interleave.

Whoever loses a race for a row waits for the winner's transaction on PostgreSQL, and then sees the
condition fail; on SQLite only one transaction writes at a time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, col

from forecaster.store.ledger_rows import Claim
from forecaster.store.sql import Insert
from forecaster.store.tables.jobs import JobRunRow

Row = JobRunRow

RETURNED = (
    col(Row.id),
    col(Row.attempts),
    col(Row.failures),
    col(Row.run_id),
    col(Row.origin),
)


def waiting(at: datetime) -> ColumnElement[bool]:
    """Return the condition of a slot that is free: queued, or failed and due again."""
    unheld = or_(col(Row.not_before).is_(None), col(Row.not_before) <= at)
    queued = and_(col(Row.state) == "queued", col(Row.slot) <= at, unheld)
    return or_(queued, and_(col(Row.state) == "failed", col(Row.not_before) <= at))


def lost(at: datetime) -> ColumnElement[bool]:
    """Return the condition of a slot whose process has not renewed its lease."""
    return and_(col(Row.state) == "running", col(Row.lease_until) < at)


def held(claim: Claim) -> ColumnElement[bool]:
    """Return the condition of a slot that is still the claim's: same owner, same attempt."""
    return and_(
        col(Row.id) == claim.id,
        col(Row.owner) == claim.owner,
        col(Row.attempts) == claim.attempt,
        col(Row.state) == "running",
    )


def claim_statement(
    session: Session, values: Mapping[str, Any], *, at: datetime, attempts: int
) -> Any:  # noqa: ANN401 — SQLAlchemy's own, of either dialect
    """Return an INSERT of a claimed row that takes over the row there is, where that is free."""
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    was_lost = col(Row.state) == "running"
    statement: Insert = insert(Row).values(**values)
    return statement.on_conflict_do_update(
        index_elements=["job", "slot"],
        set_={
            "state": "running",
            "owner": values["owner"],
            "claimed_at": values["claimed_at"],
            "lease_until": values["lease_until"],
            "finished_at": None,
            "not_before": None,
            "progress": 0.0,
            "attempts": col(Row.attempts) + 1,
            "failures": col(Row.failures) + case((was_lost, 1), else_=0),
            "detail": case((was_lost, "taken over from " + col(Row.owner)), else_=Row.detail),
        },
        where=or_(waiting(at), and_(lost(at), spare(attempts))),
    ).returning(*RETURNED)


def spare(attempts: int) -> ColumnElement[bool]:
    """Return the condition of a lost slot that may be tried once more; by hand it never is."""
    return and_(col(Row.origin) != "hand", col(Row.failures) + 1 < attempts)
