"""A reader's role sees the public views and nothing behind them."""

import uuid

import pytest
from sqlalchemy import text

from forecaster.errors import StoreError
from forecaster.store.readers import VIEWS, let_read
from forecaster.store.session import make_engine


@pytest.fixture
def postgres(postgres_url):
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def role(postgres):
    name = f'reader "{uuid.uuid4().hex[:8]}'  # a name that must be quoted
    quoted = postgres.dialect.identifier_preparer.quote_identifier(name)
    with postgres.begin() as connection:
        connection.execute(text(f"CREATE ROLE {quoted}"))
    yield name, quoted
    with postgres.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {quoted}"))
        connection.execute(text(f"DROP ROLE {quoted}"))


def read_as(engine, quoted, name):
    with engine.connect() as connection:
        connection.execute(text(f"SET ROLE {quoted}"))
        return connection.execute(text(f"SELECT * FROM {name}")).fetchall()


def test_views_are_read_and_tables_are_not(postgres, role):
    name, quoted = role
    for _ in range(2):
        let_read(postgres, name)
    for view in VIEWS:
        assert read_as(postgres, quoted, view) == []
    for table in ("results", "runs", "readings", "prior_versions"):
        with pytest.raises(StoreError, match=r"permission denied|may not"):
            read_as(postgres, quoted, table)


def test_a_role_that_does_not_exist_is_named(postgres):
    with pytest.raises(StoreError, match="no role 'nobody-here'"):
        let_read(postgres, "nobody-here")


def test_an_embedded_database_has_no_roles(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with pytest.raises(StoreError, match="no roles"):
        let_read(engine, "grafana")
    engine.dispose()
