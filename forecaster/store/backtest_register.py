"""The register of backtests: which were begun, and on what each of them stands."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime

from sqlmodel import Session, col, select

from forecaster.domain.backtest import Plan
from forecaster.domain.backtest_record import BacktestRecord
from forecaster.domain.ladder import Ladder
from forecaster.errors import NotFoundError, StoreError
from forecaster.store.backtest_ids import newest_id, next_id
from forecaster.store.backtest_rows import record_of, to_record
from forecaster.store.ladders import LadderRepository
from forecaster.store.sql import lock
from forecaster.store.tables.backtests import BacktestRow


def begin(
    session: Session,
    plan: Plan,
    *,
    ladder: Ladder,
    data_digest: str,
    prior_set: str,
    code_version: str,
    at: datetime,
    fresh: bool,
) -> str:
    """Return the id of the backtest of this plan, ladder, data and priors, begun if need be.

    Raises:
        StoreError: a digest or the name of the prior set is missing, or the ladder's version is
            stored with another meaning.
    """
    _require_named(plan, data_digest, prior_set)
    LadderRepository(session).ensure(ladder, at)
    lock(session, BacktestRow)
    record = record_of(
        plan,
        ladder,
        data_digest=data_digest,
        prior_set=prior_set,
        code_version=code_version,
        at=at,
    )
    if not fresh and (held := newest_id(session, record)):
        return held
    record = replace(record, backtest_id=next_id(session, record))
    session.add(BacktestRow(**asdict(record)))
    session.flush()
    return record.backtest_id


def get(session: Session, backtest_id: str) -> BacktestRecord:
    """Return a backtest.

    Raises:
        NotFoundError: there is none of that id; the message lists the newest ones.
    """
    row = session.get(BacktestRow, backtest_id)
    if row is None:
        newest = ", ".join(b.backtest_id for b in newest_first(session, None, 5)) or "none"
        raise NotFoundError(
            f"no backtest is called {backtest_id!r}; the newest are: {newest}: "
            "name one of these, or run the plan"
        )
    return to_record(row)


def newest_first(session: Session, ladder: str | None, limit: int) -> Iterator[BacktestRecord]:
    """Yield backtests, of one ladder or of all, the one begun last first."""
    asked = select(BacktestRow).order_by(
        col(BacktestRow.began_at).desc(), col(BacktestRow.backtest_id).desc()
    )
    if ladder is not None:
        asked = asked.where(BacktestRow.ladder == ladder)
    return map(to_record, session.exec(asked.limit(limit)))


def _require_named(plan: Plan, data_digest: str, prior_set: str) -> None:
    if not plan.digest or not data_digest:
        raise StoreError(
            f"backtest plan {plan.id} or its data has no digest: read the plan from its file"
        )
    if not prior_set:
        raise StoreError(f"backtest plan {plan.id} has no prior set: name the one in force")
