"""The repository of live scores: what is due to be scored, and what it scored; never edited."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from forecaster.store.sql import insert_once
from forecaster.store.tables.results import ResultRow, ScoreRow
from forecaster.store.tables.runs import RunRow, RunStateRow


@dataclass(frozen=True, slots=True)
class Target:
    """A forecast of one run whose horizon has ended: of one theatre and domain."""

    run_id: str
    theatre: str
    domain: str
    horizon_steps: int
    horizon_end: datetime


@dataclass(frozen=True, slots=True)
class LiveScore:
    """How a forecast did under one rule, beside a reference made as of the same moment.

    resolved_rung: the rung that came at the horizon; for `brier_reach_…`, the highest on the way.
    """

    run_id: str
    theatre: str
    domain: str
    horizon_steps: int
    rule: str
    reference: str
    score: float
    reference_score: float | None
    resolved_rung: str
    resolved_at: datetime


def due(session: Session, ladder: str, *, since: datetime, until: datetime) -> tuple[Target, ...]:
    """Return forecasts that were made before their horizon ended, and are not scored yet.

    Of runs that still stand as published: one that was superseded or withdrawn is not scored, and
    one that was made after the fact is no forecast.

    Args:
        session: an open session.
        ladder: its id.
        since: the earliest end of a horizon.
        until: the latest one.
    """
    row, score = ResultRow, ScoreRow
    scored = (
        select(col(score.run_id))
        .where(col(score.run_id) == row.run_id, col(score.theatre) == row.theatre)
        .where(col(score.domain) == row.domain, col(score.horizon_steps) == row.horizon_steps)
        .exists()
    )
    asked = (
        select(
            col(row.run_id),
            col(row.theatre),
            col(row.domain),
            col(row.horizon_steps),
            col(row.horizon_end),
        )
        .join(RunRow, col(RunRow.run_id) == row.run_id)
        .where(col(RunRow.ladder) == ladder, col(RunRow.state) == "published")
        .where(col(RunRow.run_id).not_in(select(col(RunStateRow.run_id))))
        .where(col(RunRow.issued_at) < row.horizon_end, col(row.kind) == "at", ~scored)
        .where(col(row.horizon_end) >= since, col(row.horizon_end) <= until)
        .distinct()
    )
    found = (Target(*values) for values in session.execute(asked))
    return tuple(sorted(found, key=lambda target: (target.run_id, target.horizon_steps)))


def add(session: Session, scores: Sequence[LiveScore]) -> int:
    """Store scores and return how many were not there yet; those that were stay as they are."""
    added = 0
    for score in scores:
        statement = insert_once(session, ScoreRow).returning(col(ScoreRow.run_id))
        added += len(session.connection().execute(statement, asdict(score)).fetchall())
    return added
