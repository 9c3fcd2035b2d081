"""Database failures in plain words: whatever a driver raises becomes one `StoreError`.

Only the database's kind, host and name are ever quoted, never the URL: it may hold a password.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from forecaster.errors import StoreError

_SQLITE = {
    "SQLITE_READONLY": "is read-only: make the file and its folder writable",
    "SQLITE_FULL": "has no room left on its disk: free some, nothing stored was lost",
    "SQLITE_BUSY": "is locked by another process: wait for it to end and try again",
    "SQLITE_LOCKED": "is locked by another process: wait for it to end and try again",
    "SQLITE_CANTOPEN": "cannot be opened: check that it is a file in a folder you may use",
    "SQLITE_NOTADB": "is not a SQLite database: name another file, or move this one away",
    "SQLITE_CORRUPT": "is damaged: restore it from a backup",
    "SQLITE_IOERR": "cannot be read or written: check its disk",
    "SQLITE_CONSTRAINT": "refused a row that breaks one of its rules",
}
_POSTGRES = {
    "53100": "has no room left on its disk: free some, nothing stored was lost",
    "53300": "has no connection left: close some and try again",
    "25006": "is read-only: connect to the primary with a role that may write",
    "42501": "does not allow this to the role in FORECASTER_DATABASE_URL: grant it",
    "55P03": "is locked by another process: wait for it to end and try again",
    "40P01": "is locked by another process: wait for it to end and try again",
    "3D000": "does not exist: create it, or correct FORECASTER_DATABASE_URL",
    "57P03": "is starting or stopping: try again in a moment",
}
_POSTGRES_CLASSES = {
    "28": "refused the user or password in FORECASTER_DATABASE_URL: correct them",
    "23": "refused a row that breaks one of its rules",
    "08": "is away: start it, or correct FORECASTER_DATABASE_URL",
    "57": "is away: start it, or correct FORECASTER_DATABASE_URL",
}
_NO_SCHEMA = "is not at the version of this code: migrate it first"


def name_of(url: URL) -> str:
    """Return what to call a database in a message: never its user or password."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database or 'in memory'}"
    return f"the database {url.database} on {url.host or 'this machine'}"


def explain(error: BaseException, url: URL) -> StoreError:
    """Return the one-sentence error for a failure of a driver."""
    name = name_of(url)
    if isinstance(error, sqlite3.Error):
        return StoreError(f"{name} {_explain_sqlite(error)}")
    if isinstance(error, psycopg.Error):
        return StoreError(f"{name} {_explain_postgres(error)}")
    if isinstance(error, ValueError):
        return StoreError(f"a value cannot be stored: {error}")
    return StoreError(f"{name} failed: {_first_line(error)}")


def translate_errors(engine: Engine) -> None:
    """Make every failure of a statement or of a connection of `engine` a `StoreError`."""

    @event.listens_for(engine, "handle_error")
    def _(context: ExceptionContext) -> StoreError:
        return explain(context.original_exception, engine.url)


@contextmanager
def database_errors(url: URL) -> Iterator[None]:
    """Turn failures of work done on a driver's own cursor into `StoreError`."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error, SQLAlchemyError) as error:
        raise explain(error, url) from error


def _explain_sqlite(error: sqlite3.Error) -> str:
    if "no such table" in str(error) or "no such column" in str(error):
        return _NO_SCHEMA
    code = "_".join((getattr(error, "sqlite_errorname", None) or "").split("_")[:2])
    known = _SQLITE.get(code)
    if known is None:
        return f"failed: {_first_line(error)}"
    return f"{known} ({_first_line(error)})"


def _explain_postgres(error: psycopg.Error) -> str:
    state = error.sqlstate
    if state in {"42P01", "42703"}:
        return _NO_SCHEMA
    if state is None and isinstance(error, psycopg.OperationalError):
        return _POSTGRES_CLASSES["08"]
    known = _POSTGRES.get(state or "") or _POSTGRES_CLASSES.get((state or "")[:2])
    if known is None:
        return f"failed: {_first_line(error)}"
    return f"{known} ({_first_line(error)})"


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
