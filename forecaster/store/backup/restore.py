"""Put a backup back: into an empty database, whole or not at all, and proved to be the same."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pyarrow as pa
from psycopg import sql
from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, select, text
from sqlmodel import Session

from forecaster.errors import StoreError
from forecaster.store import chain, schema
from forecaster.store.backup.archive import check, tables
from forecaster.store.backup.manifest import Manifest
from forecaster.store.backup.values import to_rows
from forecaster.store.failures import database_errors, name_of
from forecaster.store.tables import METADATA


def restore(path: Path, engine: Engine, *, replace: bool = False) -> Manifest:
    """Make a database hold what a backup holds, at this code's schema, and return its manifest.

    One transaction: it reads the rows, brings an older schema to the newest, sets the counters of
    new keys, counts the rows, and walks the chain of results. Where anything differs, the database
    is as it was.

    Args:
        path: of the backup.
        engine: of a database without tables, or whose tables hold no row.
        replace: whether rows that are there go, all of them.

    Raises:
        StoreError: the backup is not whole or not known; the database holds rows and `replace` is
            not given; or what is restored is not what was backed up.
    """
    described = check(path)
    with _no_empty_file(engine):
        schema.use_write_ahead_log(engine)
        with engine.begin() as connection:
            schema.lock(connection)
            held = _tables_of(connection)
            _require_empty(connection, held, replace=replace)
            _rebuild(connection, held, described.schema)
            built = {table.name: table for table in _tables_of(connection)}
            _empty(connection, list(built.values()))  # a migration may have put rows in
            for part, batches in tables(path, described):
                _load(connection, _named(built, part.table), batches)
            _count_on(connection, built.values())
            _require_counts(connection, built, described)
            schema.upgrade(connection)
            _require_chain(connection, described)
        _settle(engine)
    return described


@contextmanager
def _no_empty_file(engine: Engine) -> Iterator[None]:
    """Leave no new file of SQLite behind where a restore fails."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    new = name is not None and not Path(name).exists()
    try:
        yield
    except BaseException:
        if new:
            engine.dispose()
            for ending in ("", "-wal", "-shm"):
                Path(f"{name}{ending}").unlink(missing_ok=True)
        raise


def _tables_of(connection: Connection) -> list[Table]:
    """Return the product's own tables that are there, each after those that it refers to."""
    ours = set(METADATA.tables) & set(inspect(connection).get_table_names())
    there = MetaData()
    there.reflect(connection, only=sorted(ours))
    return [table for table in there.sorted_tables if table.name in ours]


def _require_empty(connection: Connection, held: Sequence[Table], *, replace: bool) -> None:
    if replace:
        return
    for table in held:
        if connection.execute(select(table.primary_key.columns[0]).limit(1)).first() is not None:
            raise StoreError(
                f"{name_of(connection.engine.url)} holds rows (table {table.name}), and a restore "
                "never adds to them: name an empty one, or replace it by --replace and its name"
            )


def _rebuild(connection: Connection, held: Sequence[Table], revision: str) -> None:
    """Bring an emptied database to a revision of the schema, from whatever it is at."""
    _empty(connection, held)
    schema.move(connection, revision)


def _empty(connection: Connection, held: Sequence[Table]) -> None:
    if connection.dialect.name == "postgresql" and held:
        quote = connection.dialect.identifier_preparer.quote
        connection.execute(text(f"TRUNCATE {', '.join(quote(table.name) for table in held)}"))
        return
    for table in reversed(held):
        connection.execute(table.delete())


def _named(built: dict[str, Table], name: str) -> Table:
    if name not in built:
        raise StoreError(f"the backup holds a table {name}, which its own schema does not have")
    return built[name]


def _load(connection: Connection, table: Table, batches: Iterator[pa.RecordBatch]) -> None:
    for batch in batches:
        unknown = set(batch.schema.names) - set(table.columns.keys())
        if unknown:
            raise StoreError(f"the backup holds columns of {table.name} that it never had")
        _insert(connection, table.name, batch)


def _insert(connection: Connection, table: str, batch: pa.RecordBatch) -> None:
    driver = connection.connection.driver_connection
    rows, names = to_rows(batch, connection.dialect.name), batch.schema.names
    with database_errors(connection.engine.url):
        if isinstance(driver, psycopg.Connection):
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
            )
            with driver.cursor().copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        elif isinstance(driver, sqlite3.Connection):
            quote = connection.dialect.identifier_preparer.quote
            columns, marks = ", ".join(map(quote, names)), ", ".join("?" * len(names))
            into = f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})"  # noqa: S608 (quoted)
            driver.executemany(into, rows)
        else:
            raise TypeError(f"no restore is written for {type(driver).__name__}")


def _count_on(connection: Connection, built: Iterable[Table]) -> None:
    """Let PostgreSQL number new rows after those that are there; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in built:
        for column in table.primary_key.columns:
            named = select(func.pg_get_serial_sequence(table.name, column.name))
            if (sequence := connection.execute(named).scalar()) is None:
                continue
            last = select(func.coalesce(func.max(column), 0)).scalar_subquery()
            connection.execute(select(func.setval(sequence, last + 1, False)))


def _require_counts(connection: Connection, built: dict[str, Table], described: Manifest) -> None:
    for part in described.parts:
        counted = select(func.count()).select_from(built[part.table])
        if (found := connection.execute(counted).scalar_one()) != part.rows:
            raise StoreError(f"{found} rows of {part.table} were restored, not {part.rows}")


def _require_chain(connection: Connection, described: Manifest) -> None:
    """Return if the chain of results is what it was, with its mistakes if it had any."""
    with Session(connection) as session:
        head, mistakes = chain.head(session), chain.verify_chain(session)
    if head != described.chain_head or mistakes != described.chain_mistakes:
        reason = mistakes[0] if mistakes else "its end is another"
        raise StoreError(
            f"the chain of results is not the one that was backed up ({reason}): "
            "nothing was restored, take another backup"
        )


def _settle(engine: Engine) -> None:
    """Have all of an embedded database on its disk, in its one file."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection, database_errors(engine.url):
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101  (what mypy cannot know)
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
