"""Readings out of a table by the hundred thousand: no Python step per row on PostgreSQL.

PostgreSQL answers one packed value per column. What is asked stands in statements of the same
form for both databases: the rows chosen, and then how they travel.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import psycopg
from sqlalchemy import text
from sqlmodel import Session

from forecaster.domain.reading import Moments
from forecaster.store.bulk import POSTGRES_EPOCH
from forecaster.store.columns import Columns, empty
from forecaster.store.failures import database_errors
from forecaster.store.tables.base import as_text

_ALL = """
SELECT {columns} FROM readings
WHERE series_id {among} AND recorded_at <= {known} AND observed_at BETWEEN {since} AND {until}
"""

_CHANGED = """
SELECT {columns} FROM readings
WHERE series_id {among} AND recorded_at > {then} AND recorded_at <= {known}
UNION ALL
SELECT {columns} FROM readings
WHERE series_id {among} AND batch_id > {batch} AND recorded_at <= {earlier}
"""

_COLUMNS = "series_id, observed_at, recorded_at, value, estimated"
_AMONG_SQLITE = "IN (SELECT value FROM json_each(:keys))"
_PACKED = """
SELECT string_agg(int4send(series_id), ''::bytea),
    string_agg(timestamptz_send(observed_at), ''::bytea),
    string_agg(timestamptz_send(recorded_at), ''::bytea),
    string_agg(float8send(value), ''::bytea),
    string_agg(boolsend(estimated), ''::bytea)
FROM ({rows}) AS chosen
"""

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)

type Limit = datetime | int


def read(
    session: Session,
    keys: Sequence[int],
    *,
    known_at: datetime = END,
    since: datetime = BEGINNING,
    until: datetime = END,
) -> Columns:
    """Return every stored row of the series known by `known_at` about [since, until].

    Rows come in no particular order.
    """
    return _read(session, _ALL, keys, {"known": known_at, "since": since, "until": until})


def read_changed(
    session: Session, keys: Sequence[int], *, then: datetime, known_at: datetime, after_batch: int
) -> Columns:
    """Return every row of the series known by `known_at` that a reader at `then` did not see.

    Those are what was recorded in (then, known_at], and what was recorded before but stored
    later: in a batch after `after_batch`. Rows come in no particular order.
    """
    limits: dict[str, Limit] = {"then": then, "known": known_at, "batch": after_batch}
    return _read(session, _CHANGED, keys, limits | {"earlier": min(then, known_at)})


def _read(session: Session, rows: str, keys: Sequence[int], limits: Mapping[str, Limit]) -> Columns:
    if not keys:
        return empty()
    connection = session.connection()
    driver = connection.connection.driver_connection
    with database_errors(connection.engine.url):
        if isinstance(driver, psycopg.Connection):
            return _read_postgres(driver, rows, keys, limits)
    return _read_sqlite(session, rows, keys, limits)


def _read_postgres(
    driver: "psycopg.Connection[tuple[bytes | None, ...]]",
    rows: str,
    keys: Sequence[int],
    limits: Mapping[str, Limit],
) -> Columns:
    names = {name: f"%({name})s" for name in limits}
    chosen = rows.format(columns=_COLUMNS, among="= ANY(%(keys)s)", **names)
    with driver.cursor(binary=True) as cursor:
        cursor.execute(_PACKED.format(rows=chosen).encode(), {"keys": list(keys), **limits})
        answer = cursor.fetchone()
    key, observed, recorded, value, estimated = (part or b"" for part in answer or [b""] * 5)
    return Columns(
        key=np.frombuffer(key, ">i4").astype(np.int64),
        observed_at=POSTGRES_EPOCH + np.frombuffer(observed, ">i8").astype("timedelta64[us]"),
        recorded_at=POSTGRES_EPOCH + np.frombuffer(recorded, ">i8").astype("timedelta64[us]"),
        value=np.frombuffer(value, ">f8").astype(np.float64),
        estimated=np.frombuffer(estimated, np.bool_),
    )


def _read_sqlite(
    session: Session, rows: str, keys: Sequence[int], limits: Mapping[str, Limit]
) -> Columns:
    names = {name: f":{name}" for name in limits}
    told = {n: as_text(v) if isinstance(v, datetime) else v for n, v in limits.items()}
    answer = session.connection().execute(
        text(rows.format(columns=_COLUMNS, among=_AMONG_SQLITE, **names)),
        {"keys": json.dumps(list(keys)), **told},
    )
    found = answer.fetchall()
    if not found:
        return empty()
    key, observed, recorded, value, estimated = zip(*found, strict=True)
    return Columns(
        key=np.array(key, np.int64),
        observed_at=_moments(observed),
        recorded_at=_moments(recorded),
        value=np.array(value, np.float64),
        estimated=np.array(estimated, np.bool_),
    )


def _moments(texts: Sequence[str]) -> Moments:
    """Read moments back; the closing Z is cut off, because numpy knows no time zones."""
    return np.array(texts, "U26").astype("datetime64[us]")
