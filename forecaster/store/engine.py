"""Opening a database: SQLite in a file, or PostgreSQL, with the same schema on both."""

import sqlite3
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from forecaster.errors import StoreError
from forecaster.store.failures import name_of, translate_errors

BUSY_SECONDS = 30
"""How long a writer waits for another one before the database counts as locked."""

CONNECT_SECONDS = 10
"""How long a PostgreSQL server may take to answer before it counts as away."""


def make_engine(url: str) -> Engine:
    """Return an engine for a SQLite or PostgreSQL URL; nothing is opened until it is used.

    The folder of a SQLite file is created. Every failure of the engine is a `StoreError`.

    Raises:
        StoreError: the URL cannot be used, or the folder cannot be made.
    """
    parsed = _parse(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = _sqlite(parsed) if is_sqlite else _postgresql(parsed)
    translate_errors(engine)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            "the database URL cannot be read: give it as sqlite:///FILE or "
            "postgresql://USER:PASSWORD@HOST:PORT/NAME"
        ) from None
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreError(
            f"no database of kind {parsed.drivername!r} can be used: "
            "give a sqlite:/// or postgresql:// URL"
        )
    return parsed


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS} | dict(url.query),
    )

    @event.listens_for(engine, "connect")
    def _(connection: psycopg.Connection, _record: object) -> None:
        # Compiling a query takes longer than any of ours, which are read by their keys.
        connection.execute("SET jit = off")
        connection.commit()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return engine


def _sqlite(url: URL) -> Engine:
    _make_folder(url)
    waits = {} if "timeout" in url.query else {"timeout": BUSY_SECONDS}
    engine = create_engine(url, connect_args=waits)

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")  # safe with a write-ahead log

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        # A writer takes its lock first: it then waits its turn instead of failing half-way.
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        return
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder of {name_of(url)} cannot be made ({error.strerror}): "
            "set FORECASTER_DATA_DIR to a folder you may write"
        ) from None
