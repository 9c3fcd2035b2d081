"""Scores of a backtest: added as a whole set each time, the newest of which is shown."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from sqlmodel import Session, func, insert, select

from forecaster.domain.backtest import Score
from forecaster.errors import StoreError
from forecaster.store.backtest_rows import score_columns, to_score
from forecaster.store.missing import to_column
from forecaster.store.sql import lock
from forecaster.store.tables.backtests import BacktestScoreRow


def put(session: Session, backtest_id: str, scores: Sequence[Score], *, at: datetime) -> bool:
    """Store a set of scores made at `at`; False if the newest set says the same already.

    Raises:
        StoreError: the newest set is not older than `at`, or two scores are about the same thing.
    """
    lock(session, BacktestScoreRow)
    rows = [score_columns(backtest_id, score, at=at) for score in scores]
    newest = made_at(session, backtest_id)
    if newest is not None:
        if _told(scores) == _told(read(session, backtest_id, {})):
            return False
        if newest >= at:
            raise StoreError(
                f"the scores of backtest {backtest_id} were made at {newest.isoformat()}, which is "
                f"not before {at.isoformat()}: score it again with a clock that is right"
            )
    if rows:
        session.connection().execute(insert(BacktestScoreRow), rows)
    return bool(rows)


def read(
    session: Session,
    backtest_id: str,
    wanted: dict[str, str | int | None],
    *,
    until: datetime | None = None,
) -> tuple[Score, ...]:
    """Return the newest scores whose columns have the wanted values; None wants them all.

    until: the newest set is looked for up to this moment.
    """
    newest = made_at(session, backtest_id, until=until)
    asked = select(BacktestScoreRow).where(
        BacktestScoreRow.backtest_id == backtest_id, BacktestScoreRow.made_at == newest
    )
    for name, value in wanted.items():
        if value is not None:
            asked = asked.where(getattr(BacktestScoreRow, name) == value)
    return tuple(sorted((to_score(row) for row in session.exec(asked)), key=attrgetter("about")))


def made_at(
    session: Session, backtest_id: str, *, until: datetime | None = None
) -> datetime | None:
    """Return when the newest scores, up to a moment if one is given, were made; None if none."""
    asked = select(func.max(BacktestScoreRow.made_at))
    asked = asked.where(BacktestScoreRow.backtest_id == backtest_id)
    if until is not None:
        asked = asked.where(BacktestScoreRow.made_at <= until)
    return session.exec(asked).one()


def _told(scores: Sequence[Score]) -> list[tuple[object, ...]]:
    """Return what scores say in a form that can be compared: not-a-number equals itself."""
    return [
        (s.about, s.n, to_column(s.value), to_column(s.lower), to_column(s.upper))
        for s in sorted(scores, key=attrgetter("about"))
    ]
