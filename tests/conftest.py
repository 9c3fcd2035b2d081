"""What every test may ask for: a migrated database of each kind, and the server behind one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from forecaster.store.session import make_engine, migrate
from tests import postgres

_FOLDER = "FORECASTER_TEST_POSTGRES"
"""Tells the workers of a run where its one server lives; workers inherit the environment."""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[_FOLDER] = str(postgres.new_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.stop(Path(os.environ.pop(_FOLDER)))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL of the run's PostgreSQL server (its own `postgres` database)."""
    return postgres.shared_server(Path(os.environ[_FOLDER]))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of a migrated PostgreSQL database of this test's own."""
    with postgres.database(postgres_server, migrated=True) as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "forecaster.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(_migrated_file: Path, tmp_path: Path) -> str:
    """URL of a migrated SQLite file of this test's own."""
    path = tmp_path / "forecaster.sqlite"
    shutil.copy(_migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of a migrated database, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without any table, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        server: str = request.getfixturevalue("postgres_server")
        with postgres.database(server, migrated=False) as url:
            yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated database, once of each kind."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()
