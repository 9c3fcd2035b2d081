"""What a backtest is called: same plan, ladder, data and priors, same id, so that it resumes."""

import hashlib

from sqlmodel import Session, func, select

from forecaster.domain.backtest_record import BacktestRecord
from forecaster.store.tables.backtests import BacktestRow


def newest_id(session: Session, record: BacktestRecord) -> str:
    """Return the id of the newest backtest that stands on what the record does, else empty."""
    number = _count(session, record)
    return _numbered(record, number) if number else ""


def next_id(session: Session, record: BacktestRecord) -> str:
    """Return the id of one more: `<plan>-<ten digits of the digests>`, then `…-2`, `…-3`."""
    return _numbered(record, _count(session, record) + 1)


def _count(session: Session, record: BacktestRecord) -> int:
    same = (
        select(func.count())
        .select_from(BacktestRow)
        .where(BacktestRow.plan_id == record.plan_id)
        .where(BacktestRow.plan_digest == record.plan_digest)
        .where(BacktestRow.ladder_digest == record.ladder_digest)
        .where(BacktestRow.data_digest == record.data_digest)
        .where(BacktestRow.prior_set == record.prior_set)
    )
    return session.exec(same).one()


def _numbered(record: BacktestRecord, number: int) -> str:
    parts = (record.plan_digest, record.ladder_digest, record.data_digest, record.prior_set)
    stem = f"{record.plan_id}-{hashlib.sha256('\n'.join(parts).encode()).hexdigest()[:10]}"
    return stem if number == 1 else f"{stem}-{number}"
