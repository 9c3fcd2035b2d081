"""What a backtest is called: the same plan, ladder and data have one id, so that it resumes."""

import hashlib

from sqlmodel import Session, func, select

from forecaster.domain.backtest import BacktestRecord
from forecaster.store.tables.backtests import BacktestRow


def newest_id(session: Session, record: BacktestRecord) -> str:
    """Return the id of the newest backtest of the record's plan, ladder and data, else empty."""
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
    )
    return session.exec(same).one()


def _numbered(record: BacktestRecord, number: int) -> str:
    text = f"{record.plan_digest}\n{record.ladder_digest}\n{record.data_digest}"
    stem = f"{record.plan_id}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    return stem if number == 1 else f"{stem}-{number}"
