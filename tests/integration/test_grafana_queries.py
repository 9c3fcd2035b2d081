"""Every query of every dashboard answers on a real PostgreSQL, asked by the reader's role."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql as words
from pydantic import SecretStr
from sqlalchemy import Engine, text

from forecaster.domain.reading import Reject, SourceStatus
from forecaster.reference.load import load_ladder
from forecaster.reference.sample_readings import sample_last_day, sample_readings
from forecaster.settings import Settings
from forecaster.store.readers import VIEWS, let_read
from forecaster.store.session import make_engine
from forecaster.store.unit_of_work import UnitOfWork
from jobs.catalogue import all_jobs
from jobs.context import Context, update_by_model
from jobs.job import Slot
from jobs.moment import end_of_day
from jobs.runner import run_slot
from tests import postgres
from tests.builders_store_backtest import plan, score
from tests.fakes_jobs import HandClock
from tests.grafana_queries import DASHBOARDS, expanded, load, queries

LADDER = "nato-russia"
NOW = datetime(2025, 7, 2, 12, tzinfo=UTC)
ROLE = f"a dashboard's reader {uuid.uuid4().hex[:8]}"
"""Roles belong to the whole server, which every worker of a test run shares."""


@pytest.fixture(scope="module")
def store(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store with the sample, two runs of a reference, a backtest's scores, and a past."""
    with postgres.database(postgres_server, migrated=True) as url:
        engine = make_engine(url)
        context = Context(
            settings=Settings(
                data_dir=tmp_path_factory.mktemp("data"), database_url=SecretStr(url)
            ),
            engine=lambda: engine,
            clock=HandClock(NOW),
            seed=7,
            owner="test",
            update=update_by_model,
        )
        _fill(context)
        yield engine
        engine.dispose()


def _fill(context: Context) -> None:
    with UnitOfWork(context.engine()) as work:
        for part in sample_readings():
            work.readings.add(part)
        work.commit()
    runs = [_run(context, days_before) for days_before in (7, 0)]
    with UnitOfWork(context.engine()) as work:
        _add_scores(work)
        _add_sources(work)
        work.commit()
    with context.engine().begin() as connection:
        # What no reference does: its draws were weighed, and its forecast was resolved.
        connection.execute(
            text("UPDATE run_updates SET method = 'reweight', k_hat = 0.3 WHERE run_id = :run"),
            {"run": runs[1]},
        )
        connection.execute(
            text(
                "INSERT INTO score_rows VALUES (:run, 'donbas', 'kinetic', 1, 'rps', "
                "'climatology', 0.1, 0.2, 'harassment', :at)"
            ),
            {"run": runs[0], "at": NOW},
        )


def _run(context: Context, days_before: int) -> str:
    as_of = end_of_day(sample_last_day() - timedelta(days=days_before))
    slot = Slot(context.clock(), as_of, LADDER, family="climatology_12")
    return run_slot(context, all_jobs()["update"], slot).run_id


def _add_scores(work: UnitOfWork) -> None:
    ladder = load_ladder(LADDER)
    known = {"data_digest": "data-1", "prior_set": "set-1", "code_version": "0.1.0"}
    begun = work.backtests.begin(plan(ladder=LADDER), ladder=ladder, at=NOW, **known)
    one = score(score="rps")
    made = [one, replace(one, theatre="donbas"), replace(one, score="rps_skill", reference="ewma")]
    work.backtests.put_scores(begun, made, at=NOW)


def _add_sources(work: UnitOfWork) -> None:
    work.sources.record(SourceStatus("viina", "late", "why", NOW, NOW - timedelta(9), 5, 3, 1, 4))
    work.quarantine.add([Reject("viina", 1, "negative count", "1,-1")], at=NOW)


@pytest.fixture(scope="module")
def reader(store: Engine) -> Iterator[psycopg.Connection]:
    """A connection of a role that was let in by `let_read` and by nothing else."""
    quoted = words.Identifier(ROLE)
    url = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(words.SQL("CREATE ROLE {} LOGIN").format(quoted))
        let_read(store, ROLE)
        with psycopg.connect(url, user=ROLE, autocommit=True) as connection:
            yield connection
        owner.execute(words.SQL("DROP OWNED BY {}").format(quoted))
        owner.execute(words.SQL("DROP ROLE {}").format(quoted))


def ask(reader: psycopg.Connection, query: str) -> list[dict[str, object]]:
    cursor = reader.execute(query.encode())
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def chosen_at_first(
    reader: psycopg.Connection, board: Mapping[str, object]
) -> Mapping[str, Sequence[str]]:
    """What Grafana chooses when a dashboard is opened: the first value, or all of them."""
    chosen: dict[str, Sequence[str]] = {}
    for variable in board["templating"]["list"]:  # type: ignore[index]
        rows = ask(reader, expanded(variable["query"], chosen))
        values = [str(value) for row in rows for value in row.values()]
        assert values, variable["name"]
        assert all(len(row) == 1 for row in rows)
        chosen[variable["name"]] = values if variable["multi"] else values[:1]
    return chosen


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_has_something_to_show(reader: psycopg.Connection, path: Path) -> None:
    board = load(path)
    chosen = chosen_at_first(reader, board)
    for title, shape, query in queries(board):
        rows = ask(reader, expanded(query, chosen))
        assert rows, title
        if shape == "time_series":
            assert set(rows[0]) == {"time", "metric", "value"}, title
            assert any(row["value"] is not None for row in rows), title
            times = [row["time"] for row in rows]
            assert times == sorted(times), title


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_an_empty_store_is_no_error(postgres_url: str, path: Path) -> None:
    board = load(path)
    # Where the database gives no value, Grafana chooses nothing: no words, or one without letters.
    chosen = {
        variable["name"]: [] if variable["multi"] else [""]
        for variable in board["templating"]["list"]
    }
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for variable in board["templating"]["list"]:
            assert ask(connection, expanded(variable["query"], chosen)) == []
        for _, shape, query in queries(board):
            rows = ask(connection, expanded(query, chosen))
            assert shape == "table" or rows == []


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_nothing_chosen_can_end_the_string_it_is_in(reader: psycopg.Connection, path: Path) -> None:
    board = load(path)
    names = [variable["name"] for variable in board["templating"]["list"]]
    hostile = {name: ["x' OR '1'='1"] for name in names} | {"horizon": ["1"]}
    for title, shape, query in queries(board):
        if shape == "time_series":
            assert ask(reader, expanded(query, hostile)) == [], title


def test_the_ladder_dashboard_shows_every_theatre_and_a_horizon_in_order(
    reader: psycopg.Connection,
) -> None:
    (path,) = [path for path in DASHBOARDS if path.stem == "ladders"]
    board = load(path)
    steps = next(v for v in board["templating"]["list"] if v["name"] == "horizon")
    rows = ask(reader, expanded(steps["query"], {"ladder": [LADDER]}))
    horizons = load_ladder(LADDER).horizons
    assert [row["steps"] for row in rows] == [str(steps) for steps in sorted(horizons)]
    chosen = chosen_at_first(reader, board)
    found = {title: ask(reader, expanded(query, chosen)) for title, _, query in queries(board)}
    standing = [row["theatre"] for row in found["Where each theatre stands"]]
    assert sorted(standing) == sorted(chosen["theatre"])
    # Theatres without the chosen rung on their track have nothing to show of it.
    having = {row["theatre"] for row in found["P(reach) of the chosen rung, with its interval"]}
    assert len(found["P(reach) of the chosen rung over runs"]) == 2 * len(having) > 0


def test_the_reader_reads_the_views_and_nothing_else(
    reader: psycopg.Connection, store: Engine
) -> None:
    asked = text(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') "
        "AND c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S') AND "
        "CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(:role, c.oid, 'SELECT, USAGE') "
        "ELSE has_any_column_privilege(:role, c.oid, 'SELECT, INSERT, UPDATE') END"
    )
    with store.connect() as connection:
        seen = set(connection.execute(asked, {"role": ROLE}).scalars())
    assert seen == set(VIEWS)
    for refused in (
        "SELECT * FROM results",
        "SELECT * FROM readings_named",
        "SELECT raw FROM rejects",
        "DELETE FROM job_log",
        "CREATE TABLE mine (a int)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(refused)
