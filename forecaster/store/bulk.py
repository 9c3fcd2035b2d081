"""Readings to and from a table by the hundred thousand: no Python step per row on PostgreSQL.

PostgreSQL takes rows by binary COPY and answers one packed value per column. SQLite takes them by
`executemany` on the driver's own cursor, which is as fast as it gets without a server.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import text
from sqlmodel import Session

from forecaster.domain.reading import Moments
from forecaster.store.columns import Columns, empty
from forecaster.store.failures import database_errors
from forecaster.store.tables.base import as_text

_COLUMNS = "series_id, observed_at, recorded_at, value, estimated, batch_id"
_COPY = f"COPY readings ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_INSERT = f"INSERT INTO readings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 (constants)
_READ_POSTGRES = """
SELECT string_agg(int4send(series_id), ''::bytea),
    string_agg(timestamptz_send(observed_at), ''::bytea),
    string_agg(timestamptz_send(recorded_at), ''::bytea),
    string_agg(float8send(value), ''::bytea),
    string_agg(boolsend(estimated), ''::bytea)
FROM readings
WHERE series_id = ANY(%(keys)s) AND recorded_at <= %(known)s
    AND observed_at BETWEEN %(since)s AND %(until)s
"""
_READ_SQLITE = """
SELECT series_id, observed_at, recorded_at, value, estimated FROM readings
WHERE series_id IN (SELECT value FROM json_each(:keys)) AND recorded_at <= :known
    AND observed_at BETWEEN :since AND :until
"""

_EPOCH = np.datetime64("2000-01-01", "us")
"""PostgreSQL counts microseconds from here."""

_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TAIL = b"\xff\xff"
_FIELDS = (
    ("series_id", ">i4"),
    ("observed_at", ">i8"),
    ("recorded_at", ">i8"),
    ("value", ">f8"),
    ("estimated", "?"),
    ("batch_id", ">i4"),
)

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


def write(session: Session, columns: Columns, *, batch_id: int) -> None:
    """Append rows to `readings` inside the session's transaction; none of them may be there yet.

    Raises:
        StoreError: the database failed; the transaction is to be rolled back.
    """
    connection = session.connection()
    driver = connection.connection.driver_connection
    with database_errors(connection.engine.url):
        if isinstance(driver, psycopg.Connection):
            with driver.cursor().copy(_COPY) as copy:
                copy.write(_HEAD + packed(columns, batch_id=batch_id).tobytes() + _TAIL)
        elif isinstance(driver, sqlite3.Connection):
            driver.executemany(
                _INSERT,
                zip(
                    columns.key.tolist(),
                    _texts(columns.observed_at),
                    _texts(columns.recorded_at),
                    columns.value.tolist(),
                    columns.estimated.tolist(),
                    [batch_id] * len(columns),
                    strict=True,
                ),
            )
        else:
            raise TypeError(f"no bulk load is written for {type(driver).__name__}")


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
    if not keys:
        return empty()
    connection = session.connection()
    driver = connection.connection.driver_connection
    with database_errors(connection.engine.url):
        if isinstance(driver, psycopg.Connection):
            return _read_postgres(driver, keys, known_at=known_at, since=since, until=until)
    return _read_sqlite(session, keys, known_at=known_at, since=since, until=until)


def packed(columns: Columns, *, batch_id: int) -> NDArray[np.void]:
    """Return rows in PostgreSQL's binary COPY form: each field after its length in bytes."""
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, form in _FIELDS:
        layout += [(f"{name}_bytes", ">i4"), (name, form)]
    rows = np.empty(len(columns), np.dtype(layout))
    rows["fields"] = len(_FIELDS)
    for name, form in _FIELDS:
        rows[f"{name}_bytes"] = np.dtype(form).itemsize
    rows["series_id"] = columns.key
    rows["observed_at"] = (columns.observed_at - _EPOCH).astype(np.int64)
    rows["recorded_at"] = (columns.recorded_at - _EPOCH).astype(np.int64)
    rows["value"] = columns.value
    rows["estimated"] = columns.estimated
    rows["batch_id"] = batch_id
    return rows


def _read_postgres(
    driver: "psycopg.Connection[tuple[bytes | None, ...]]",
    keys: Sequence[int],
    *,
    known_at: datetime,
    since: datetime,
    until: datetime,
) -> Columns:
    with driver.cursor(binary=True) as cursor:
        cursor.execute(
            _READ_POSTGRES,
            {"keys": list(keys), "known": known_at, "since": since, "until": until},
        )
        answer = cursor.fetchone()
    key, observed, recorded, value, estimated = (part or b"" for part in answer or [b""] * 5)
    return Columns(
        key=np.frombuffer(key, ">i4").astype(np.int64),
        observed_at=_EPOCH + np.frombuffer(observed, ">i8").astype("timedelta64[us]"),
        recorded_at=_EPOCH + np.frombuffer(recorded, ">i8").astype("timedelta64[us]"),
        value=np.frombuffer(value, ">f8").astype(np.float64),
        estimated=np.frombuffer(estimated, np.bool_),
    )


def _read_sqlite(
    session: Session,
    keys: Sequence[int],
    *,
    known_at: datetime,
    since: datetime,
    until: datetime,
) -> Columns:
    answer = session.connection().execute(
        text(_READ_SQLITE),
        {
            "keys": json.dumps(list(keys)),
            "known": as_text(known_at),
            "since": as_text(since),
            "until": as_text(until),
        },
    )
    rows = answer.fetchall()
    if not rows:
        return empty()
    key, observed, recorded, value, estimated = zip(*rows, strict=True)
    return Columns(
        key=np.array(key, np.int64),
        observed_at=_moments(observed),
        recorded_at=_moments(recorded),
        value=np.array(value, np.float64),
        estimated=np.array(estimated, np.bool_),
    )


def _texts(moments: Moments) -> list[str]:
    """Return moments in the textual form of the store."""
    texts: list[str] = np.datetime_as_string(moments, unit="us", timezone="UTC").tolist()
    return texts


def _moments(texts: Sequence[str]) -> Moments:
    """Read moments back; the closing Z is cut off, because numpy knows no time zones."""
    return np.array(texts, "U26").astype("datetime64[us]")
