"""Readings out of a table by the hundred thousand: no Python step per row on PostgreSQL.

PostgreSQL answers one packed value per column: of all series together, or of each. SQLite answers
row by row, on the driver's own cursor.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import psycopg
from sqlmodel import Session

from forecaster.domain.reading import Moments
from forecaster.store.bulk import POSTGRES_EPOCH
from forecaster.store.columns import Columns, Keys, empty
from forecaster.store.failures import database_errors
from forecaster.store.merge import last_known
from forecaster.store.tables.base import TEXT_LENGTH, as_text


@dataclass(frozen=True)
class _Question:
    """One question to the table, as each database is asked it; `keys` are the series."""

    postgresql: str
    sqlite: str


_PACKED = """
    string_agg(timestamptz_send(observed_at), ''::bytea),
    string_agg(timestamptz_send(recorded_at), ''::bytea),
    string_agg(float8send(value), ''::bytea),
    string_agg(boolsend(estimated), ''::bytea)
"""
_ROWS_SQLITE = """
SELECT series_id, observed_at, recorded_at, value, estimated FROM readings
WHERE series_id IN (SELECT value FROM json_each(:keys)) AND recorded_at <= :known
"""

_ALL = _Question(
    postgresql=f"""
SELECT string_agg(int4send(series_id), ''::bytea), {_PACKED} FROM readings
WHERE series_id = ANY(%(keys)s) AND recorded_at <= %(known)s
    AND observed_at BETWEEN %(since)s AND %(until)s
""",  # noqa: S608 (constants)
    sqlite=f"{_ROWS_SQLITE} AND observed_at BETWEEN :since AND :until",
)

# Series by series, the key gives the rows in order: the last of each period costs no sort.
LAST_POSTGRES = f"""
SELECT asked.id, packed.* FROM unnest(%(keys)s::int[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT {_PACKED} FROM (
        SELECT DISTINCT ON (observed_at) observed_at, recorded_at, value, estimated
        FROM readings
        WHERE series_id = asked.id AND recorded_at <= %(known)s AND observed_at >= %(since)s
        ORDER BY observed_at DESC, recorded_at DESC
    ) AS known
) AS packed
"""  # noqa: S608 (constants)

# Two conditions joined by OR would use neither index. Late batches are few where the series' rows
# are many, which the planner cannot know: the batches come first.
CHANGED = _Question(
    postgresql=f"""
WITH late AS MATERIALIZED (
    SELECT series_id, observed_at, recorded_at, value, estimated FROM readings
    WHERE batch_id > %(batch)s
)
SELECT string_agg(int4send(series_id), ''::bytea), {_PACKED} FROM (
    SELECT series_id, observed_at, recorded_at, value, estimated FROM readings
    WHERE series_id = ANY(%(keys)s) AND recorded_at > %(then)s AND recorded_at <= %(known)s
    UNION ALL
    SELECT series_id, observed_at, recorded_at, value, estimated FROM late
    WHERE series_id = ANY(%(keys)s) AND recorded_at <= %(then)s
) AS changed
""",  # noqa: S608 (constants)
    sqlite=f"{_ROWS_SQLITE} AND (recorded_at > :then OR batch_id > :batch)",
)

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)

type Postgres = psycopg.Connection[tuple[bytes | None, ...]]
type Limits = Mapping[str, datetime | int]


def read(
    session: Session,
    keys: Sequence[int],
    *,
    since: datetime = BEGINNING,
    until: datetime = END,
) -> Columns:
    """Return every stored row of the series about [since, until], in no particular order."""
    return _read(session, _ALL, keys, {"known": END, "since": since, "until": until})


def read_last(
    session: Session, keys: Sequence[int], *, known_at: datetime, since: datetime = BEGINNING
) -> Columns:
    """Return the row recorded last by `known_at` for each series and period from `since`.

    Rows come in no particular order.
    """
    limits: Limits = {"known": known_at, "since": since}
    driver = _driver(session)
    if isinstance(driver, sqlite3.Connection):
        return last_known(_read(session, _ALL, keys, {**limits, "until": END}))
    with database_errors(session.connection().engine.url):
        return _read_by_series(driver, LAST_POSTGRES, {"keys": list(keys), **limits})


def read_changed(
    session: Session, keys: Sequence[int], *, then: datetime, known_at: datetime, after_batch: int
) -> Columns:
    """Return every row of the series known by `known_at` that a reader at `then` did not see.

    Those are what was recorded in (then, known_at], and what was recorded before but stored
    later: in a batch after `after_batch`. Rows come in no particular order.
    """
    return _read(session, CHANGED, keys, {"then": then, "known": known_at, "batch": after_batch})


def _read(session: Session, question: _Question, keys: Sequence[int], limits: Limits) -> Columns:
    if not keys:
        return empty()
    driver = _driver(session)
    with database_errors(session.connection().engine.url):
        if isinstance(driver, psycopg.Connection):
            return _read_together(driver, question.postgresql, {"keys": list(keys), **limits})
        return _read_sqlite(driver, question.sqlite, keys, limits)


def _driver(session: Session) -> Postgres | sqlite3.Connection:
    driver = session.connection().connection.driver_connection
    if isinstance(driver, psycopg.Connection | sqlite3.Connection):
        return driver
    raise TypeError(f"no bulk read is written for {type(driver).__name__}")


def _read_together(driver: Postgres, sql: str, told: Mapping[str, object]) -> Columns:
    """Read the one row in which every column of all series is packed."""
    with driver.cursor(binary=True) as cursor:
        cursor.execute(sql.encode(), told)
        key, *packed = cursor.fetchone() or (None,) * 5
    return _unpacked(np.frombuffer(key or b"", ">i4").astype(np.int64), packed)


def _read_by_series(driver: Postgres, sql: str, told: Mapping[str, object]) -> Columns:
    """Read a row per series, in which its columns are packed."""
    with driver.cursor(binary=True) as cursor:
        cursor.execute(sql.encode(), told)
        rows = cursor.fetchall()
    keys = np.array([row[0] for row in rows], np.int64)
    columns = [[row[place] or b"" for row in rows] for place in range(1, 5)]
    lengths = [len(values) for values in columns[-1]]  # one byte for each `estimated`
    return _unpacked(np.repeat(keys, lengths), [b"".join(values) for values in columns])


def _unpacked(key: Keys, packed: Sequence[bytes | None]) -> Columns:
    observed, recorded, value, estimated = (part or b"" for part in packed)
    return Columns(
        key=key,
        observed_at=POSTGRES_EPOCH + np.frombuffer(observed, ">i8").astype("timedelta64[us]"),
        recorded_at=POSTGRES_EPOCH + np.frombuffer(recorded, ">i8").astype("timedelta64[us]"),
        value=np.frombuffer(value, ">f8").astype(np.float64),
        estimated=np.frombuffer(estimated, np.bool_),
    )


def _read_sqlite(
    driver: sqlite3.Connection, sql: str, keys: Sequence[int], limits: Limits
) -> Columns:
    told = {n: as_text(v) if isinstance(v, datetime) else v for n, v in limits.items()}
    found = driver.execute(sql, {"keys": json.dumps(list(keys)), **told}).fetchall()
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
    """Read moments back, all of one length; the closing Z is cut off, for numpy knows no zones."""
    joined = np.frombuffer("".join(texts).encode(), f"S{TEXT_LENGTH}")
    return joined.astype(f"S{TEXT_LENGTH - 1}").astype("datetime64[us]")
