"""The result of a drop's query, asked of a user's own database without being able to change it."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from forecaster.errors import HostNotAllowedError, SourceError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

    from forecaster.domain.ladder import Drop

_HARMLESS = frozenset({"application_name", "channel_binding", "connect_timeout", "sslmode"})
"""What the address of a PostgreSQL database may set after its ?; libpq takes hosts there too."""


def result_of(drop: "Drop", allowed_hosts: Collection[str], folder: Path) -> "pd.DataFrame":
    """Return rows of the query of `drop`.

    A SQLite file must lie in `folder`, that of the ladder file; another database must be on an
    allowed host. The query is one statement that reads, whatever it says. No message repeats the
    address, because it may hold a password.

    Raises:
        SourceError: the database is away, or does not understand the query, or will not run it
            because it writes or is more than one statement; or its address asks for more than it
            may.
        HostNotAllowedError: it is on a host that the configuration does not allow.
    """
    import pandas as pd
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from indicators.drops import rows_of

    engine = _reader(drop, allowed_hosts, folder)
    try:
        with engine.connect() as connection:
            _refuse_files(connection)
            table = pd.read_sql(text(drop.query), connection)
    except (SQLAlchemyError, pd.errors.DatabaseError) as error:
        raise SourceError(
            f"drop {drop.id} got no answer to its query ({_reason(error)}): "
            "check database and query"
        ) from None
    finally:
        engine.dispose()
    return rows_of(drop, table)


def _reason(error: Exception) -> str:
    """Return what the database said in its first line; pandas wraps what SQLAlchemy wraps."""
    from sqlalchemy.exc import SQLAlchemyError

    cause = error if isinstance(error, SQLAlchemyError) else error.__cause__
    return str(getattr(cause, "orig", None) or type(cause or error).__name__).partition("\n")[0]


def _reader(drop: "Drop", allowed_hosts: Collection[str], folder: Path) -> "Engine":
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(drop.location)
    except ArgumentError:
        raise SourceError(
            f"drop {drop.id} names no database: write sqlite:///file or postgresql://host/name"
        ) from None
    if url.get_backend_name() == "sqlite":
        return create_engine(_read_only_file(drop, url, folder))
    if url.get_backend_name() != "postgresql":
        raise SourceError(f"drop {drop.id} names a database that is neither SQLite nor PostgreSQL")
    if (url.host or "") not in allowed_hosts:
        raise HostNotAllowedError(
            f"drop {drop.id} asks the host {url.host or 'of this machine'}: "
            "add it to FORECASTER_ALLOWED_HOSTS if that is meant"
        )
    _require_harmless(drop, url)
    # A cursor of the server's own is declared for one query that reads: nothing can come before or
    # after it, so nothing can end the transaction that may not write.
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        execution_options={"postgresql_readonly": True, "stream_results": True},
    )


def _require_harmless(drop: "Drop", url: "URL") -> None:
    """Let the query of an address name nothing that leads elsewhere or changes the session."""
    if asked := sorted(set(url.query) - _HARMLESS):
        raise SourceError(
            f"drop {drop.id} sets {', '.join(asked)} after the ? of its address, where only "
            f"{', '.join(sorted(_HARMLESS))} may stand: write host and port before it"
        )


def _refuse_files(connection: "Connection") -> None:
    """Keep a query of SQLite to its file: ATTACH and VACUUM INTO reach others, even to write."""
    import sqlite3

    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.set_authorizer(
            lambda act, *_: sqlite3.SQLITE_DENY if act == sqlite3.SQLITE_ATTACH else 0
        )


def _read_only_file(drop: "Drop", url: "URL", folder: Path) -> "URL":
    path = (folder / (url.database or "")).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise SourceError(
            f"drop {drop.id} names no SQLite file in the folder of the ladder: put it there"
        )
    return url.set(
        drivername="sqlite+pysqlite",
        database=f"file:{quote(path.as_posix())}",  # a ? in a name begins no options
        query={"mode": "ro", "uri": "true"},
    )
