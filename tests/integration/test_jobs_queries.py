"""A drop's query reads its own database on an allowed host, and can change nothing anywhere."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from forecaster.domain.ladder import Drop
from forecaster.errors import HostNotAllowedError, SourceError
from jobs.queries import result_of

NO_ANSWER = r"reserves got no answer to its query \(.+\): check database and query"
HERE = ("127.0.0.1",)
READ = "SELECT week, n FROM mine ORDER BY week"
FILL = "CREATE TABLE mine (week text, n int); INSERT INTO mine VALUES ('2025-06-02', 4)"


def drop(location: str, query: str = READ) -> Drop:
    return Drop(
        id="reserves",
        format="sql",
        location=location,
        query=query,
        observed_column="week",
        value_column="n",
        series="reserves.weekly",
    )


def rows(location: str, query: str = READ, folder: Path = Path()) -> list[float]:
    found = result_of(drop(location, query), HERE, folder)
    return [float(n) for n in found["value"]]


@pytest.fixture
def server(postgres_url: str) -> Iterator[str]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(FILL)
    yield postgres_url
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM mine").fetchone() == (1,)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    ladder = tmp_path / "ladder"
    ladder.mkdir()
    with closing(sqlite3.connect(ladder / "mine.sqlite")) as connection:
        connection.executescript(FILL)
    before = (ladder / "mine.sqlite").read_bytes()
    yield ladder
    assert (ladder / "mine.sqlite").read_bytes() == before
    assert [path.name for path in tmp_path.rglob("*.sqlite")] == ["mine.sqlite"]


@pytest.mark.parametrize(
    "query",
    [
        READ,
        f"{READ};",
        "-- as of last week\nWITH all_of AS (SELECT * FROM mine) SELECT * FROM all_of -- 50%",
        "VALUES ('2025-06-02', 4)",
    ],
)
def test_a_query_that_reads_is_answered(server: str, folder: Path, query: str) -> None:
    wanted = query.replace("VALUES ('2025-06-02', 4)", "SELECT '2025-06-02' AS week, 4 AS n")
    assert rows(f"{server}&sslmode=prefer&application_name=x", wanted) == [4.0]
    assert rows("sqlite:///mine.sqlite", wanted, folder) == [4.0]


@pytest.mark.parametrize(
    "query",
    [
        f"COMMIT; DELETE FROM mine; {READ}",
        f"ROLLBACK; DELETE FROM mine; COMMIT; {READ}",
        f"{READ}; COMMIT; DELETE FROM mine; COMMIT",
        f"SET TRANSACTION READ WRITE; DELETE FROM mine; COMMIT; {READ}",
        "DELETE FROM mine RETURNING week, n",
        "WITH gone AS (DELETE FROM mine RETURNING week, n) SELECT * FROM gone",
        "DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM mine; COMMIT; END $$",
        "COPY mine TO PROGRAM 'cat'",
        "SELECT setval('kept', 7) AS n, '2025-06-02' AS week",
        "COMMIT",
        "",
    ],
)
def test_no_query_writes_to_a_server(server: str, query: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE kept")
    with pytest.raises(SourceError, match=NO_ANSWER):
        rows(server, query)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM mine RETURNING week, n",
        f"COMMIT; DELETE FROM mine; {READ}",
        "VACUUM INTO '{beside}'",
        "ATTACH DATABASE '{beside}' AS other",
        "ATTACH DATABASE 'file:{beside}?mode=rwc' AS other",
    ],
)
def test_no_query_writes_to_a_file(folder: Path, query: str) -> None:
    beside = folder.parent / "other.sqlite"
    with pytest.raises(SourceError, match=NO_ANSWER):
        rows("sqlite:///mine.sqlite", query.format(beside=beside), folder)


def test_the_name_of_a_file_sets_no_option(folder: Path) -> None:
    named = folder / "mine?mode=rwc&x="
    named.write_bytes((folder / "mine.sqlite").read_bytes())
    with pytest.raises(SourceError, match="readonly"):
        rows(f"sqlite:///{named.name.replace('?', '%3F')}", "DELETE FROM mine RETURNING *", folder)


@pytest.mark.parametrize(
    "more",
    [
        "host=127.0.0.1",
        "host=127.0.0.1:5432",
        "hostaddr=127.0.0.1",
        "port=5433",
        "service=other",
        "options=-c%20default_transaction_read_only%3Doff",
        "plugin=other",
        "HOST=127.0.0.1",
    ],
)
def test_the_address_leads_nowhere_else_by_its_query(server: str, more: str) -> None:
    name = more.partition("=")[0]
    with pytest.raises(SourceError, match=f"reserves sets {name} after the .*: write host and"):
        rows(f"{server}&{more}")


def test_a_host_must_be_allowed(server: str) -> None:
    with pytest.raises(HostNotAllowedError, match="asks the host localhost"):
        rows(server.replace("127.0.0.1", "localhost"))
