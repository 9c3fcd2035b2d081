"""How things came to be, read back: past chances, vintages, states, statements, refused rows."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from forecaster.domain.reading import Reject
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, forecast, ladder, readings, run


@pytest.fixture
def work(engine: Engine):
    with UnitOfWork(engine, clock=lambda: day(40)) as opened:
        opened.ladders.ensure(ladder(), day(0))
        opened.forecasts.publish(run("run-1", as_of=day(1)), forecast(fire=0.2))
        opened.forecasts.publish(run("run-2", as_of=day(8)), forecast(fire=0.4))
        yield opened


def test_past_chances_are_those_of_the_runs_asked_for_in_order(work):
    found = work.history.chances(["run-2", "run-1"], theatre="north", domain="kinetic", rung="fire")
    assert [(c.run_id, c.horizon_steps) for c in found] == [
        (id, steps) for id in ("run-1", "run-2") for steps in (1, 4, 13)
    ]
    assert [c.probability for c in found if c.horizon_steps == 1] == [0.2, 0.4]
    none = work.history.chances([], theatre="north", domain="kinetic", rung="fire")
    assert none == ()


def test_vintages_tell_every_word_about_the_newest_periods(work):
    rows = [("a", n, n + 1, float(n), False) for n in range(4)]
    work.readings.add(readings([*rows, ("a", 1, 9, 7.0, False)]), at=day(10))
    newest = work.history.vintages("a", periods=2)
    assert [(v.observed_at, v.value) for v in newest] == [(day(3), 3.0), (day(2), 2.0)]
    revised = work.history.revised("a", periods=5)
    assert [(v.observed_at, v.recorded_at, v.value) for v in revised] == [
        (day(1), day(2), 1.0),
        (day(1), day(9), 7.0),
    ]
    assert work.history.source_of("a") == "viina"
    assert work.history.source_of("b") is None
    assert work.history.vintages("b", periods=2) == ()


def test_what_became_of_a_run_and_who_points_to_it(work):
    work.runs.withdraw("run-1", reason="a slip", actor="ada", at=day(9))
    (note,) = work.history.states("run-1")
    assert (note.state, note.reason, note.actor) == ("withdrawn", "a slip", "ada")
    assert work.history.pointer("toy")[0] == "run-2"
    assert work.history.pointer("none") is None


def test_refused_rows_come_newest_first_and_none_of_a_hidden_source(work):
    rejects = [Reject("viina", n, f"reason {n % 2}", f"row {n}") for n in range(4)]
    work.quarantine.add([*rejects, replace(rejects[0], source="secret")], at=day(3))
    found = work.history.rejects(hidden={"secret"}, limit=10)
    assert [r.row_number for r in found] == [3, 2, 1, 0]
    older = work.history.rejects(source="viina", before=found[1].id, limit=1)
    assert [r.row_number for r in older] == [1]
    assert work.history.reject_counts()["viina", "reason 0"] == 2
