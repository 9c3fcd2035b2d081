"""How ladders stand, read from a store of each kind; and the clock against what it holds."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from forecaster.health.ladders import ladder_health
from forecaster.health.preflight import preflight
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import cell, day, forecast, ladder, refused, run


@pytest.fixture
def store(engine: Engine) -> Engine:
    with UnitOfWork(engine) as work:
        work.ladders.ensure(ladder(), day(0))
        work.forecasts.publish(run(as_of=day(5)), forecast(cells=cells()))
        work.commit()
    return engine


def cells(*steps: int):
    return tuple(cell("fire", 0.3, kind="at", steps=s) for s in steps or (1, 4, 13))


def health(engine: Engine, at: float):
    return ladder_health(engine, ("toy", "other"), now=day(at), hour=6, grace_hours=3)


def test_a_published_run_is_fresh_until_its_slot_and_others_are_missing(store: Engine) -> None:
    toy, other = health(store, 5.3)
    assert (toy.ladder, toy.state, toy.complete, toy.run_id) == ("toy", "fresh", True, "run-1")
    assert toy.fresh_until == day(5) + timedelta(hours=9)
    assert toy.age == timedelta(days=0.3)
    assert (other.state, other.complete, other.finding.state) == ("missing", False, "warn")
    assert health(store, 5.4)[0].state == "stale"


def test_a_newer_run_that_was_refused_is_told_with_its_reason(store: Engine) -> None:
    with UnitOfWork(store) as work:
        work.forecasts.refuse(refused(as_of=day(6)), forecast(cells=()))
        work.commit()
    toy, _ = health(store, 6)
    assert (toy.state, toy.run_id) == ("refused-newer", "run-1")
    assert "R-hat" in toy.reason


def test_a_withdrawn_run_is_not_what_readers_see(store: Engine) -> None:
    with UnitOfWork(store) as work:
        work.runs.withdraw("run-1", reason="a mistake", actor="anna", at=day(6))
        work.commit()
    assert health(store, 6)[0].state == "missing"


def test_a_run_without_a_horizon_is_not_complete(store: Engine) -> None:
    with UnitOfWork(store) as work:
        work.forecasts.publish(run("run-2", as_of=day(6)), forecast(cells=cells(1, 4)))
        work.commit()
    assert health(store, 6)[0].absent == (("north", "kinetic", 13),)


def test_a_clock_that_is_behind_what_is_stored_fails(store: Engine, tmp_path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    found = {f.name: f for f in preflight(settings, lambda: store, lambda: day(3))}
    assert found["database"].state == "ok"
    assert found["clock"].state == "fail"
    assert "2024-01-07" in found["clock"].detail
