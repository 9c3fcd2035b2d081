"""The result of a drop's query, asked of a user's own database without being able to change it."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import HostNotAllowedError, SourceError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL

    from forecaster.domain.ladder import Drop


def result_of(drop: "Drop", allowed_hosts: Collection[str], folder: Path) -> "pd.DataFrame":
    """Return rows of the query of `drop`.

    A SQLite file must lie in `folder`, that of the ladder file; another database must be on an
    allowed host. No message repeats the address, because it may hold a password.

    Raises:
        SourceError: the database is away, or does not understand the query.
        HostNotAllowedError: it is on a host that the configuration does not allow.
    """
    import pandas as pd
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from indicators.drops import rows_of

    engine = _reader(drop, allowed_hosts, folder)
    try:
        with engine.connect() as connection:
            table = pd.read_sql(text(drop.query), connection)
    except SQLAlchemyError as error:
        first = str(getattr(error, "orig", None) or type(error).__name__).partition("\n")[0]
        raise SourceError(
            f"drop {drop.id} got no answer to its query ({first}): check database and query"
        ) from None
    finally:
        engine.dispose()
    return rows_of(drop, table)


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
    return create_engine(
        url.set(drivername="postgresql+psycopg"), execution_options={"postgresql_readonly": True}
    )


def _read_only_file(drop: "Drop", url: "URL", folder: Path) -> "URL":
    path = (folder / (url.database or "")).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise SourceError(
            f"drop {drop.id} names no SQLite file in the folder of the ladder: put it there"
        )
    return url.set(
        drivername="sqlite+pysqlite",
        database=f"file:{path.as_posix()}",
        query={"mode": "ro", "uri": "true"},
    )
