"""Parts of a backtest as rows, and rows as parts of a backtest."""

from datetime import datetime
from typing import cast

from forecaster.domain.backtest import OriginForecast, Plan, Score
from forecaster.domain.backtest_record import BacktestRecord, OriginRecord, OriginState
from forecaster.domain.ladder import Ladder
from forecaster.store.backtest_payload import encode_forecast
from forecaster.store.diagnostics import from_columns, to_columns
from forecaster.store.missing import from_column, to_column
from forecaster.store.quarantine import storable
from forecaster.store.tables.backtests import BacktestForecastRow, BacktestRow, BacktestScoreRow

_RECORD = tuple(BacktestRecord.__dataclass_fields__)


def record_of(
    plan: Plan,
    ladder: Ladder,
    *,
    data_digest: str,
    prior_set: str,
    code_version: str,
    at: datetime,
) -> BacktestRecord:
    """Return the backtest that a plan describes, not yet called anything."""
    return BacktestRecord(
        backtest_id="",
        plan_id=plan.id,
        plan_digest=plan.digest,
        plan_text=plan.text,
        ladder=ladder.id,
        ladder_version=ladder.version,
        ladder_digest=ladder.digest,
        domain=plan.domain,
        data_digest=data_digest,
        prior_set=prior_set,
        code_version=code_version,
        began_at=at,
    )


def to_record(row: BacktestRow) -> BacktestRecord:
    """Return the backtest of a row."""
    return BacktestRecord(**{name: getattr(row, name) for name in _RECORD})


def origin_of(forecast: OriginForecast, *, code_version: str, at: datetime) -> OriginRecord:
    """Return what there is to say of a forecast besides its numbers, as one that is done."""
    return OriginRecord(
        forecaster=forecast.forecaster,
        version=forecast.version,
        origin=forecast.origin,
        state="done",
        reason="",
        diagnostics=forecast.diagnostics,
        seconds=forecast.seconds,
        seed=forecast.seed,
        code_version=code_version,
        made_at=at,
    )


def forecast_columns(
    backtest_id: str, record: OriginRecord, forecast: OriginForecast | None
) -> dict[str, object]:
    """Return the columns of a forecast, or of an origin that has none."""
    return to_columns(record.diagnostics) | {
        "backtest_id": backtest_id,
        "forecaster": record.forecaster,
        "origin": record.origin,
        "family_version": record.version,
        "code_version": record.code_version,
        "seed": int(record.seed),
        "seconds": float(record.seconds),
        "state": record.state,
        "state_reason": storable(record.reason),
        "made_at": record.made_at,
        "payload": None if forecast is None else encode_forecast(forecast),
    }


def to_origin(row: BacktestForecastRow) -> OriginRecord:
    """Return what a row says besides its payload, which is not looked at."""
    return OriginRecord(
        forecaster=row.forecaster,
        version=row.family_version,
        origin=row.origin,
        state=cast(OriginState, row.state),
        reason=row.state_reason,
        diagnostics=None if row.passed is None else from_columns(row),
        seconds=row.seconds,
        seed=row.seed,
        code_version=row.code_version,
        made_at=row.made_at,
    )


def score_columns(backtest_id: str, score: Score, *, at: datetime) -> dict[str, object]:
    """Return the columns of a score; a bound that is not a number counts as none."""
    return {
        "backtest_id": backtest_id,
        "made_at": at,
        "forecaster": score.forecaster,
        "theatre": score.theatre,
        "rung": score.rung,
        "horizon_steps": int(score.horizon_steps),
        "score": score.score,
        "reference": score.reference,
        "n": int(score.n),
        "value": to_column(score.value),
        "lower": to_column(score.lower),
        "upper": to_column(score.upper),
    }


def to_score(row: BacktestScoreRow) -> Score:
    """Return the score of a row."""
    return Score(
        forecaster=row.forecaster,
        score=row.score,
        theatre=row.theatre,
        rung=row.rung,
        horizon_steps=row.horizon_steps,
        n=row.n,
        value=from_column(row.value),
        lower=row.lower,
        upper=row.upper,
        reference=row.reference,
    )
