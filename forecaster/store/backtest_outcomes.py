"""What happened after the origins of a backtest: stored once, and never edited."""

from datetime import datetime

from sqlmodel import Session

from forecaster.domain.backtest import Outcomes
from forecaster.errors import NotFoundError, StoreError
from forecaster.store.backtest_payload import decode_outcomes, encode_outcomes
from forecaster.store.tables.backtests import BacktestOutcomeRow


def put(session: Session, backtest_id: str, outcomes: Outcomes, *, at: datetime) -> None:
    """Store what then happened; storing the same again does nothing.

    Raises:
        StoreError: other outcomes are stored.
    """
    payload = encode_outcomes(outcomes)
    held = session.get(BacktestOutcomeRow, backtest_id)
    if held is None:
        session.add(BacktestOutcomeRow(backtest_id=backtest_id, payload=payload, made_at=at))
        session.flush()
    elif encode_outcomes(decode_outcomes(held.payload)) != payload:
        raise StoreError(
            f"backtest {backtest_id} holds other outcomes, and none is ever edited: "
            "begin another with --fresh"
        )


def read(session: Session, backtest_id: str) -> Outcomes:
    """Return what then happened.

    Raises:
        NotFoundError: no outcomes are stored yet.
    """
    row = session.get(BacktestOutcomeRow, backtest_id)
    if row is None:
        raise NotFoundError(f"backtest {backtest_id} has no outcomes yet: run its plan")
    return decode_outcomes(row.payload)
