"""The version of the schema: bringing a database up to it, and refusing one that is not at it.

The migrations travel inside the package, so an installed command can migrate.
"""

import sqlite3
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from forecaster.errors import StoreError
from forecaster.store.engine import BUSY_SECONDS
from forecaster.store.failures import database_errors, name_of

_LOCK = 7_266_340_119
"""Any fixed number: the name of the lock that lets one process migrate at a time."""


def alembic_config() -> Config:
    """Return Alembic's configuration: only where the migrations are."""
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Bring the database to the newest schema; does nothing if it is there already.

    Two processes may do this at once: the second waits, then finds nothing to do. A migration
    that fails leaves the schema as it was.

    Raises:
        StoreError: the database cannot be written, or is newer than this code.
    """
    if _revision(engine) == newest():
        return
    use_write_ahead_log(engine)
    with engine.begin() as connection:
        lock(connection)
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest schema, inside the transaction of `connection`.

    Raises:
        StoreError: it is newer than this code.
    """
    try:
        command.upgrade(_config_on(connection), "head")
    except CommandError:
        raise _too_new(connection.engine) from None


def move(connection: Connection, revision: str) -> None:
    """Bring a database without rows to a revision, up or down, inside its transaction.

    Raises:
        StoreError: it is newer than this code.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    if found == revision:
        return
    config = _config_on(connection)
    try:
        if found is not None:
            command.downgrade(config, "base")
        command.upgrade(config, revision)
    except CommandError:
        raise _too_new(connection.engine) from None


def require_current(engine: Engine) -> None:
    """Return if the database is at the schema of this code.

    Raises:
        StoreError: it is older, newer, or holds no schema at all.
    """
    found = _revision(engine)
    if found == newest():
        return
    if found is None:
        raise StoreError(f"{name_of(engine.url)} holds no tables yet: migrate it first")
    if found not in revisions():
        raise _too_new(engine)
    raise StoreError(
        f"{name_of(engine.url)} is at schema {found} and this code at {newest()}: migrate it first"
    )


def newest() -> str:
    """Return the revision of the schema that this code reads and writes."""
    head = _scripts().get_current_head()
    if head is None:
        raise StoreError("this installation holds no migrations: install it again")
    return head


def revisions() -> frozenset[str]:
    """Return every revision of the schema that this code knows."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _config_on(connection: Connection) -> Config:
    config = alembic_config()
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def _revision(engine: Engine) -> str | None:
    with engine.execution_options(read_only=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _too_new(engine: Engine) -> StoreError:
    return StoreError(
        f"{name_of(engine.url)} is at a schema that this code does not know: "
        "install the release that made it, or a newer one"
    )


def lock(connection: Connection) -> None:
    """Keep a second process waiting; on SQLite the transaction itself is the lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def use_write_ahead_log(engine: Engine) -> None:
    """Let readers of an embedded database read while one writes; the file itself keeps that."""
    if engine.dialect.name != "sqlite":
        return
    deadline = time.monotonic() + BUSY_SECONDS
    with engine.connect() as connection, database_errors(engine.url):
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101  (what mypy cannot know)
        while not _try_write_ahead_log(driver, last=time.monotonic() > deadline):
            time.sleep(0.05)


def _try_write_ahead_log(driver: sqlite3.Connection, *, last: bool) -> bool:
    try:
        driver.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # This one statement does not wait for another process's lock by itself.
        if last or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
