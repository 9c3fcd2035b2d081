"""A database that cannot be used says so in one sentence, and keeps what it had."""

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from forecaster.errors import StoreError
from forecaster.store.session import make_engine, migrate, require_current
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, readings

SECRET = "s3cret-word"
ROWS = [("a", number, number + 1, float(number), True) for number in range(3)]
MANY = [(f"b.{number % 7}", number, number + 1, 1.0, True) for number in range(20_000)]


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


def fill(url: str) -> None:
    with opened(url) as engine, UnitOfWork(engine) as uow:
        uow.readings.add(readings(ROWS))
        uow.commit()


def count(url: str) -> int:
    with opened(url) as engine, UnitOfWork(engine, read_only=True) as uow:
        return uow.readings.count()


def assert_one_sentence(error: BaseException) -> None:
    text = str(error)
    assert "\n" not in text
    assert "Traceback" not in text
    assert SECRET not in text


def test_a_read_only_file_is_named_and_still_read(sqlite_url: str, tmp_path: Path):
    fill(sqlite_url)
    path = sqlite_url.removeprefix("sqlite:///")
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    with opened(url) as engine:
        with UnitOfWork(engine, read_only=True) as uow:
            assert uow.readings.count() == 3
        with UnitOfWork(engine) as uow, pytest.raises(StoreError, match="is read-only") as caught:
            uow.readings.add(readings(MANY))
    assert_one_sentence(caught.value)
    assert count(sqlite_url) == 3


def test_a_full_disk_loses_nothing(sqlite_url: str):
    fill(sqlite_url)
    with opened(sqlite_url) as engine:
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

        @event.listens_for(engine, "connect")
        def _(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages + 3}")

        engine.dispose()
        with UnitOfWork(engine) as uow, pytest.raises(StoreError, match="no room left") as caught:
            uow.readings.add(readings(MANY))
    assert_one_sentence(caught.value)
    assert count(sqlite_url) == 3
    with opened(sqlite_url) as engine, UnitOfWork(engine) as uow:
        assert uow.readings.add(readings(MANY)) == len(MANY)


def test_a_folder_in_place_of_the_file(tmp_path: Path):
    with opened(f"sqlite:///{tmp_path}") as engine, pytest.raises(StoreError) as caught:
        migrate(engine)
    assert "cannot be opened" in str(caught.value)
    assert_one_sentence(caught.value)


def test_a_file_in_place_of_the_folder(tmp_path: Path):
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StoreError, match="FORECASTER_DATA_DIR") as caught:
        make_engine(f"sqlite:///{tmp_path / 'data' / 'forecaster.sqlite'}")
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("use", [migrate, require_current])
def test_a_file_that_is_no_database(tmp_path: Path, use: object):
    path = tmp_path / "forecaster.sqlite"
    path.write_bytes(b"<!DOCTYPE html>" * 500)
    with opened(f"sqlite:///{path}") as engine, pytest.raises(StoreError) as caught:
        use(engine)
    assert "is not a SQLite database" in str(caught.value)
    assert path.read_bytes() == b"<!DOCTYPE html>" * 500


def test_a_locked_file_says_so(sqlite_url: str):
    fill(sqlite_url)
    with (
        opened(sqlite_url) as engine,
        opened(sqlite_url + "?timeout=0.1") as hasty,
        UnitOfWork(engine) as writer,
        UnitOfWork(hasty) as other,
    ):
        writer.readings.add(readings(MANY))
        with pytest.raises(StoreError, match="is locked"):
            other.readings.add(readings(MANY))
    assert count(sqlite_url) == 3


def test_a_server_that_is_away():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"postgresql://someone:{SECRET}@127.0.0.1:{port}/forecaster"
    with opened(url) as engine:
        with pytest.raises(StoreError, match="is away: start it") as caught:
            migrate(engine)
        assert_one_sentence(caught.value)
        with UnitOfWork(engine) as uow, pytest.raises(StoreError, match="away") as caught:
            uow.readings.count()
        assert_one_sentence(caught.value)


def test_a_server_that_goes_away_half_way(postgres_url: str):
    fill(postgres_url)
    with opened(postgres_url) as engine, UnitOfWork(engine) as uow:
        uow.readings.add(readings(MANY))
        with opened(postgres_url) as other, other.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(StoreError, match="is away"):
            uow.commit()
    assert count(postgres_url) == 3


def test_a_database_that_does_not_exist(postgres_server: str):
    url = postgres_server.replace("/postgres?", "/nowhere?")
    with opened(url) as engine, pytest.raises(StoreError, match="nowhere") as caught:
        require_current(engine)
    assert_one_sentence(caught.value)


def test_a_role_that_may_not_write(postgres_url: str):
    fill(postgres_url)
    url = postgres_url + "&options=-c%20default_transaction_read_only%3Don"
    with (
        opened(url) as engine,
        UnitOfWork(engine) as uow,
        pytest.raises(StoreError, match="is read-only"),
    ):
        uow.readings.add(readings(MANY))
    assert count(postgres_url) == 3


def test_a_database_without_tables(empty_database_url: str):
    with opened(empty_database_url) as engine:
        with pytest.raises(StoreError, match="holds no tables yet: migrate it first"):
            require_current(engine)
        with UnitOfWork(engine) as uow, pytest.raises(StoreError, match="migrate it first"):
            uow.readings.count()


@pytest.mark.parametrize("use", [migrate, require_current])
def test_a_database_of_a_newer_release(engine: Engine, use: object):
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from-2031'")
    with pytest.raises(StoreError, match="install the release that made it"):
        use(engine)


def test_a_database_of_an_older_release(engine: Engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreError, match="is at schema 0001 and this code at"):
        require_current(engine)


@pytest.mark.parametrize(
    "url", [f"mysql://me:{SECRET}@host/db", f"not a url {SECRET}", f"postgresql://u:{SECRET}@h:x/d"]
)
def test_a_url_that_cannot_be_used(url: str):
    with pytest.raises(StoreError, match="sqlite:///") as caught:
        make_engine(url)
    assert_one_sentence(caught.value)
    assert SECRET not in "".join(map(str, (caught.value.__cause__, caught.value.args)))


def test_the_folder_of_a_file_is_made(tmp_path: Path):
    path = tmp_path / "a" / "b" / "forecaster.sqlite"
    with opened(f"sqlite:///{path}") as engine:
        migrate(engine)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    assert path.exists()


def test_a_time_without_a_zone_is_refused(engine: Engine):
    with UnitOfWork(engine) as uow, pytest.raises(StoreError, match="has no time zone"):
        uow.ledger.claim("daily", day(1).replace(tzinfo=None), "me", day(1))


def test_the_store_starts_without_pandas_or_pymc():
    code = (
        "import sys, forecaster.store.unit_of_work, forecaster.store.session;"
        "sys.exit(bool({'pandas', 'pymc', 'pytensor', 'arviz'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
