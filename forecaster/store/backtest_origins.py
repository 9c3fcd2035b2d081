"""Forecasts of a backtest by forecaster and origin: each stored once, read back in order."""

from collections.abc import Sequence

import psycopg
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from forecaster.domain.backtest import OriginForecast
from forecaster.domain.backtest_record import OriginRecord, OriginState
from forecaster.errors import StoreError
from forecaster.store.backtest_payload import decode_forecast
from forecaster.store.backtest_rows import forecast_columns, to_origin
from forecaster.store.failures import database_errors
from forecaster.store.sql import insert_once
from forecaster.store.tables.backtests import BacktestForecastRow

_READ_POSTGRES = """
SELECT payload FROM backtest_forecasts
WHERE backtest_id = %(id)s AND state = ANY(%(states)s) AND payload IS NOT NULL
    AND (%(forecaster)s::text IS NULL OR forecaster = %(forecaster)s)
"""


def add(
    session: Session, backtest_id: str, record: OriginRecord, forecast: OriginForecast | None
) -> bool:
    """Store what one forecaster said from one origin; False if something is stored for it.

    Raises:
        StoreError: the state does not fit, or the forecaster is stored with another version.
    """
    _require_state(record)
    require_version(session, backtest_id, record.forecaster, record.version)
    row = forecast_columns(backtest_id, record, forecast)
    insert = insert_once(session, BacktestForecastRow).returning(col(BacktestForecastRow.origin))
    return session.connection().execute(insert, row).first() is not None


def forecasts(
    session: Session, backtest_id: str, forecaster: str | None, states: Sequence[OriginState]
) -> tuple[OriginForecast, ...]:
    """Return forecasts in the wanted states by origin, then by forecaster."""
    payloads = _payloads(session, backtest_id, forecaster, states)
    found = (decode_forecast(payload) for payload in payloads)
    return tuple(sorted(found, key=lambda forecast: (forecast.origin, forecast.forecaster)))


def log(session: Session, backtest_id: str) -> tuple[OriginRecord, ...]:
    """Return how every forecaster fared at every origin so far; no payload is opened."""
    asked = (
        select(BacktestForecastRow)
        .where(BacktestForecastRow.backtest_id == backtest_id)
        .options(defer(BacktestForecastRow.payload, raiseload=True))  # type: ignore[arg-type]
    )
    records = (to_origin(row) for row in session.exec(asked))
    return tuple(sorted(records, key=lambda record: (record.origin, record.forecaster)))


def require_version(session: Session, backtest_id: str, forecaster: str, version: str) -> None:
    """Refuse a version of a forecaster that is not the stored one, if one is stored.

    Raises:
        StoreError: another version is stored.
    """
    asked = select(BacktestForecastRow.family_version).where(
        BacktestForecastRow.backtest_id == backtest_id,
        BacktestForecastRow.forecaster == forecaster,
    )
    held = session.exec(asked.limit(1)).first()
    if held is not None and held != version:
        raise StoreError(
            f"backtest {backtest_id} holds {forecaster} in version {held} and got version "
            f"{version}, and versions are never mixed: begin another with --fresh"
        )


def _require_state(record: OriginRecord) -> None:
    what = f"{record.forecaster} from {record.origin:%Y-%m-%d}"
    if record.state != "done" and not record.reason.strip():
        raise StoreError(f"{what} is {record.state} without a reason: give one")
    diagnostics = record.diagnostics
    if record.state == "done" and diagnostics is not None and not diagnostics.passed:
        raise StoreError(
            f"{what} failed its diagnostics ({diagnostics.reason}): store it as refused"
        )


def _payloads(
    session: Session, backtest_id: str, forecaster: str | None, states: Sequence[OriginState]
) -> list[bytes]:
    """Return payloads in no order; from PostgreSQL as bytes, which as text take many times over."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        wanted = {"id": backtest_id, "forecaster": forecaster, "states": list(states)}
        with database_errors(connection.engine.url), driver.cursor(binary=True) as cursor:
            return [payload for (payload,) in cursor.execute(_READ_POSTGRES, wanted)]
    asked = select(BacktestForecastRow.payload).where(
        BacktestForecastRow.backtest_id == backtest_id,
        col(BacktestForecastRow.state).in_(states),
        col(BacktestForecastRow.payload).is_not(None),
    )
    if forecaster is not None:
        asked = asked.where(BacktestForecastRow.forecaster == forecaster)
    return [payload for payload in session.exec(asked) if payload is not None]
