"""Runs and forecasts: published or refused at once, chained, and never edited."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine, select, text

from forecaster.errors import NotFoundError, RunRefusedError, StoreError
from forecaster.store.tables.results import ResultRow
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import cell, day, diagnostics, forecast, ladder, refused, run

INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


@pytest.fixture
def stored(engine: Engine) -> Engine:
    with UnitOfWork(engine) as uow:
        uow.ladders.ensure(ladder(), day(0))
        uow.commit()
    return engine


@pytest.fixture
def uow(stored: Engine) -> Iterator[UnitOfWork]:
    with UnitOfWork(stored, clock=lambda: day(99)) as uow:
        yield uow


def test_a_published_forecast_comes_back_as_it_was(uow: UnitOfWork):
    uow.forecasts.publish(run(), forecast())
    assert uow.runs.get("run-1") == run()
    assert uow.forecasts.read("run-1") == forecast()
    assert uow.runs.latest("toy") == run()


def test_publishing_twice_is_publishing_once(uow: UnitOfWork):
    uow.forecasts.publish(run(), forecast())
    uow.forecasts.publish(run(), forecast())
    assert uow.forecasts.read("run-1") == forecast()
    assert len(uow.runs.list()) == 1


def test_no_row_is_ever_edited(uow: UnitOfWork):
    uow.forecasts.publish(run(), forecast())
    with pytest.raises(StoreError, match="publish the correction as a run of its own"):
        uow.forecasts.publish(run(), forecast(fire=0.4))
    with pytest.raises(StoreError, match="another run is stored as run-1"):
        uow.runs.add(run(seed=1))


def test_a_run_that_failed_its_diagnostics_is_never_published(uow: UnitOfWork):
    with pytest.raises(RunRefusedError, match="R-hat"):
        uow.forecasts.publish(run(diagnostics=diagnostics(passed=False)), forecast())
    with pytest.raises(RunRefusedError):
        uow.forecasts.publish(refused(), forecast())
    assert uow.runs.list() == ()


def test_a_refused_run_is_on_record_and_not_shown(uow: UnitOfWork):
    uow.forecasts.publish(run(), forecast())
    bad = refused(as_of=day(7))
    uow.forecasts.refuse(bad, forecast(cells=(cell("fire", math.nan),)))
    assert uow.runs.get("run-bad") == bad
    assert math.isnan(uow.forecasts.read("run-bad").cells[0].probability)
    assert uow.runs.latest("toy") == run()


def test_a_run_without_cells_can_be_refused(uow: UnitOfWork):
    uow.forecasts.refuse(refused(), forecast(cells=()))
    uow.forecasts.publish(run(), forecast())
    assert uow.forecasts.read("run-bad").cells == ()
    assert uow.forecasts.verify_chain() == ()


def test_refusing_needs_a_reason(uow: UnitOfWork):
    with pytest.raises(StoreError, match="needs that state and a reason"):
        uow.forecasts.refuse(replace(refused(), state_reason=""), forecast())


@pytest.mark.parametrize("wrong", [1.5, -0.1, math.nan])
def test_what_is_no_probability_is_not_published(stored: Engine, wrong: float):
    with UnitOfWork(stored) as uow, pytest.raises(StoreError, match="breaks one of its rules"):
        uow.forecasts.publish(run(), forecast(cells=(cell("fire", wrong),)))
    with UnitOfWork(stored) as uow:
        assert uow.runs.list() == ()


def test_two_cells_about_the_same_thing_are_refused(stored: Engine):
    twice = (cell("fire", 0.1), cell("fire", 0.2))
    with UnitOfWork(stored) as uow, pytest.raises(StoreError, match="breaks one of its rules"):
        uow.forecasts.publish(run(), forecast(cells=twice))


def test_a_run_needs_its_ladder(uow: UnitOfWork):
    with pytest.raises(StoreError, match="store the ladder first"):
        uow.runs.add(run(ladder_version="9"))


def test_missing_diagnostics_come_back_missing(uow: UnitOfWork):
    unknown = replace(diagnostics(), max_rhat=math.nan, min_bfmi=math.inf)
    uow.runs.add(run(diagnostics=unknown))
    found = uow.runs.get("run-1").diagnostics
    assert math.isnan(found.max_rhat)
    assert found.min_bfmi == math.inf


def test_the_latest_is_the_newest_as_of_and_never_goes_back(uow: UnitOfWork):
    uow.forecasts.publish(run("run-new", as_of=day(7)), forecast())
    uow.forecasts.publish(run("run-past", as_of=day(0)), forecast())
    newest, before = uow.runs.latest("toy"), uow.runs.latest("toy", before=day(7))
    assert newest is not None
    assert newest.run_id == "run-new"
    assert before is not None
    assert before.run_id == "run-past"
    assert uow.runs.latest("toy", before=day(0)) is None
    assert uow.runs.latest("another") is None


def test_the_newest_as_of_of_what_was_issued_lately_is_found(uow: UnitOfWork):
    uow.forecasts.publish(run("run-ahead", as_of=day(8), issued_at=day(8)), forecast())
    uow.forecasts.publish(run("run-new", as_of=day(7), issued_at=day(9)), forecast())
    uow.forecasts.refuse(
        replace(refused("run-again", as_of=day(7)), issued_at=day(9.5)), forecast()
    )
    uow.forecasts.publish(run("run-past", as_of=day(0), issued_at=day(10)), forecast())
    cases = {8: "run-ahead", 9: "run-again", 10: "run-past"}
    for since, name in cases.items():
        found = uow.runs.newest_since("toy", day(since))
        assert found is not None
        assert found.run_id == name
    assert uow.runs.newest_since("toy", day(11)) is None
    assert uow.runs.newest_since("another", day(0)) is None


def test_a_correction_supersedes_and_does_not_name_itself(uow: UnitOfWork):
    uow.forecasts.publish(run(), forecast())
    uow.forecasts.publish(run("run-2"), forecast(fire=0.4))
    old = uow.runs.get("run-1")
    assert (old.state, old.state_reason) == (
        "superseded",
        "superseded by a later run of the same as_of",
    )
    newest = uow.runs.latest("toy")
    assert newest is not None
    assert newest.run_id == "run-2"
    assert uow.forecasts.verify_chain() == ()


def test_a_withdrawn_run_gives_way_to_the_one_before(uow: UnitOfWork):
    uow.forecasts.publish(run(), forecast())
    uow.forecasts.publish(run("run-2", as_of=day(7)), forecast())
    uow.runs.withdraw("run-2", reason="wrong units", actor="Ann", at=day(9))
    assert uow.runs.get("run-2").state_reason == "wrong units"
    newest = uow.runs.latest("toy")
    assert newest is not None
    assert newest.run_id == "run-1"
    with pytest.raises(StoreError, match="nothing to withdraw"):
        uow.runs.withdraw("run-2", reason="again", actor="Ann", at=day(9))


def test_runs_are_listed_newest_first(uow: UnitOfWork):
    for number in (1, 3, 2):
        uow.runs.add(run(f"run-{number}", as_of=day(number)))
    assert [found.run_id for found in uow.runs.list("toy", limit=2)] == ["run-3", "run-2"]
    with pytest.raises(NotFoundError, match=r"newest are: run-3, run-2, run-1"):
        uow.runs.get("nothing")
    with pytest.raises(StoreError, match="without a forecast"):
        uow.forecasts.read("run-1")


def test_a_whole_chain_verifies(stored: Engine):
    with UnitOfWork(stored) as uow:
        for number in range(3):
            uow.forecasts.publish(run(f"run-{number}", as_of=day(number)), forecast())
        uow.commit()
    with UnitOfWork(stored, read_only=True) as uow:
        assert uow.forecasts.verify_chain() == ()


def test_whoever_reads_the_table_can_recompute_every_hash_as_it_is_described(stored: Engine):
    with UnitOfWork(stored) as uow:
        uow.forecasts.publish(run(), forecast())
        uow.forecasts.refuse(refused(), forecast(cells=(cell("fire", math.nan),)))
        uow.commit()
    with stored.connect() as connection:
        rows = connection.execute(select(ResultRow.__table__)).all()  # type: ignore[attr-defined]
    assert len(rows) > 1
    for row in rows:
        *content, previous, own = row
        texts = [v.strftime(INSTANT) if isinstance(v, datetime) else v for v in content]
        said = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(f"{previous}\n{said}".encode()).hexdigest() == own


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE results SET probability = 0.5 WHERE run_id = 'run-1' AND rung = 'war'", "edited"),
        ("DELETE FROM results WHERE run_id = 'run-1' AND rung = 'war'", "still follow"),
        ("DELETE FROM results WHERE run_id = 'run-2'", "0 of them still follow"),
        ("DELETE FROM chain_links WHERE run_id = 'run-1'", "outside the chain"),
        (
            "DELETE FROM chain_links WHERE run_id = 'run-1'; "
            "DELETE FROM results WHERE run_id = 'run-1'",
            "run-2 does not follow the run before it",
        ),
        (
            "INSERT INTO results SELECT run_id, ladder, ladder_version, 'south', domain, as_of, "
            "issued_at, horizon_steps, horizon_end, kind, rung, probability, lower, upper, mc_se, "
            "prior_share, state, state_reason, family, family_version, prior_set, data_digest, "
            "code_version, seed, 'forged', hash FROM results "
            "WHERE run_id = 'run-1' AND rung = 'war' AND horizon_steps = 1",
            "edited",
        ),
    ],
)
def test_tampering_breaks_the_chain(stored: Engine, tampering: str, words: str):
    with UnitOfWork(stored) as uow:
        for number in range(3):
            uow.forecasts.publish(run(f"run-{number}", as_of=day(number)), forecast())
        uow.commit()
    with stored.begin() as connection:
        for statement in tampering.split(";"):
            connection.execute(text(statement))
    with UnitOfWork(stored, read_only=True) as uow:
        found = uow.forecasts.verify_chain()
    assert any(words in mistake for mistake in found), found
