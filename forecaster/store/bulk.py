"""Readings into a table by the hundred thousand: no Python step per row on PostgreSQL.

PostgreSQL takes rows by binary COPY. SQLite takes them by `executemany` on the driver's own cursor,
which is as fast as it gets without a server. `bulk_read` brings them back.
"""

import sqlite3

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlmodel import Session

from forecaster.domain.reading import Moments
from forecaster.store.columns import Columns
from forecaster.store.failures import database_errors

POSTGRES_EPOCH = np.datetime64("2000-01-01", "us")
"""PostgreSQL counts microseconds from here."""

_COLUMNS = "series_id, observed_at, recorded_at, value, estimated, batch_id"
_COPY = f"COPY readings ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_INSERT = f"INSERT INTO readings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 (constants)

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
    rows["observed_at"] = (columns.observed_at - POSTGRES_EPOCH).astype(np.int64)
    rows["recorded_at"] = (columns.recorded_at - POSTGRES_EPOCH).astype(np.int64)
    rows["value"] = columns.value
    rows["estimated"] = columns.estimated
    rows["batch_id"] = batch_id
    return rows


def _texts(moments: Moments) -> list[str]:
    """Return moments in the textual form of the store."""
    texts: list[str] = np.datetime_as_string(moments, unit="us", timezone="UTC").tolist()
    return texts
