"""The views that dashboards read by SQL."""

import pytest
from sqlalchemy import Engine, RowMapping, text

from forecaster.store.dictionary import results
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, forecast, ladder, refused, run


@pytest.fixture
def published(engine: Engine) -> Engine:
    with UnitOfWork(engine) as uow:
        uow.ladders.ensure(ladder(), day(0))
        uow.forecasts.publish(run("run-1", as_of=day(0)), forecast(fire=0.3))
        uow.forecasts.publish(run("run-2", as_of=day(7)), forecast(fire=0.5))
        uow.forecasts.refuse(refused(as_of=day(8)), forecast())
        uow.commit()
    return engine


def select(engine: Engine, sql: str) -> list[RowMapping]:
    with engine.connect() as connection:
        return list(connection.execute(text(sql)).mappings())


@pytest.mark.parametrize("view", ["results", "results_latest", "results_history"])
def test_results_have_exactly_the_columns_of_the_contract(engine: Engine, view: str):
    with engine.connect() as connection:
        names = list(connection.execute(text(f"SELECT * FROM {view}")).keys())
    way = [] if view == "results" else ["method", "fit_run", "fit_as_of"]
    assert names == [*(entry.column for entry in results()), *way]


def test_latest_shows_one_run_and_history_all(published: Engine):
    latest = select(published, "SELECT DISTINCT run_id FROM results_latest")
    assert [row["run_id"] for row in latest] == ["run-2"]
    history = select(published, "SELECT run_id, state FROM results_history GROUP BY run_id, state")
    assert {(row["run_id"], row["state"]) for row in history} == {
        ("run-1", "published"),
        ("run-2", "published"),
        ("run-bad", "refused"),
    }


def test_history_shows_what_became_of_a_run(published: Engine):
    with UnitOfWork(published) as uow:
        uow.runs.withdraw("run-1", reason="wrong units", actor="Ann", at=day(9))
        uow.commit()
    sql = "SELECT DISTINCT state, state_reason FROM {} WHERE run_id = 'run-1'"
    (now,) = select(published, sql.format("results_history"))
    assert tuple(now.values()) == ("withdrawn", "wrong units")
    (issued,) = select(published, sql.format("results"))
    assert tuple(issued.values()) == ("published", "")


def test_ladder_now_says_where_a_theatre_stands_and_what_moved(published: Engine):
    (row,) = select(published, "SELECT * FROM ladder_now")
    assert (row["ladder"], row["theatre"], row["domain"]) == ("toy", "north", "kinetic")
    assert (row["present_rung"], row["next_rung"]) == ("calm", "fire")
    assert (row["run_id"], row["previous_run_id"]) == ("run-2", "run-1")
    assert [row[f"horizon_{n}"] for n in (1, 2, 3)] == [1, 4, 13]
    assert [row[f"reach_{n}"] for n in (1, 2, 3)] == pytest.approx([0.5, 0.5 / 4, 0.5 / 13])
    assert [row[f"change_{n}"] for n in (1, 2, 3)] == pytest.approx([0.2, 0.2 / 4, 0.2 / 13])
    assert row["age_hours"] > 1000


def test_ladder_now_has_no_change_without_an_earlier_run(published: Engine):
    with UnitOfWork(published) as uow:
        uow.runs.withdraw("run-1", reason="wrong units", actor="Ann", at=day(9))
        uow.commit()
    (row,) = select(published, "SELECT * FROM ladder_now")
    assert (row["previous_run_id"], row["change_1"], row["reach_1"]) == (None, None, 0.5)


def test_scores_are_there_and_empty(published: Engine):
    assert select(published, "SELECT * FROM scores") == []
    assert len(select(published, "SELECT * FROM run_log")) == 3
