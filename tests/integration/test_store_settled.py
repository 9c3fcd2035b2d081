"""Live scores as sums: what was settled by a moment, and nothing that came later."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from forecaster.domain.forecast import Forecast
from forecaster.domain.settled import SettledReaches
from forecaster.store import scores
from forecaster.store.scores import LiveScore
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import cell, day, forecast, ladder, run


def scored(run_id: str, rule: str, score: float, *, at: int, rung: str, beside: float | None = 0.3):
    return [
        LiveScore(run_id, "north", "kinetic", 1, rule, reference, score, told, rung, day(at))
        for reference, told in (("persistence", beside), ("climatology_12", None))
    ]


@pytest.fixture
def settled(engine: Engine) -> Engine:
    """Two runs: the first settled on day 10, war having been reached; the second on day 20."""
    with UnitOfWork(engine) as work:
        work.ladders.ensure(ladder(), day(0))
        work.forecasts.publish(run("run-1", as_of=day(0)), forecast(fire=0.3))
        work.forecasts.publish(run("run-2", as_of=day(7)), forecast(fire=0.5))
        work.commit()
    found = [
        *scored("run-1", "rps", 0.2, at=10, rung="fire"),
        *scored("run-1", "log", 1.5, at=10, rung="fire"),
        *scored("run-1", "brier_reach_fire", 0.49, at=10, rung="war"),
        *scored("run-1", "brier_reach_war", 0.98, at=10, rung="war"),
        *scored("run-2", "rps", 0.1, at=20, rung="calm", beside=None),
        *scored("run-2", "brier_reach_fire", 0.25, at=20, rung="calm"),
        *scored("run-2", "brier_reach_war", 0.0001, at=20, rung="calm"),
    ]
    with Session(engine) as session:
        scores.add(session, found)
        session.commit()
    return engine


def told(engine: Engine, until: int, id: str = "toy"):
    with UnitOfWork(engine, read_only=True) as work:
        return (
            work.settled.scores(id, until=day(until)),
            work.settled.reaches(id, beside="persistence", until=day(until)),
        )


def test_errors_are_summed_by_moment_and_reference(settled: Engine):
    found = {(s.as_of, s.reference): s for s in told(settled, 20)[0]}
    first, second = found[day(0), "persistence"], found[day(7), "persistence"]
    assert (first.n, first.rps, first.compared) == (1, 0.2, 1)
    assert (first.rps_compared, first.rps_reference) == (0.2, 0.3)
    assert (second.n, second.rps, second.compared) == (1, 0.1, 0)
    assert (second.rps_compared, second.rps_reference) == (0.0, 0.0)
    assert len(found) == 4


def test_the_next_rung_was_reached_if_one_as_high_was(settled: Engine):
    found = {(r.as_of, r.reached): r for r in told(settled, 20)[1]}
    came, stayed = found[day(0), True], found[day(7), False]
    assert set(found) == {(day(0), True), (day(7), False)}
    assert (came.n, came.chance) == (1, pytest.approx(0.3))
    assert came.squared == pytest.approx(0.3**2)
    assert (stayed.n, stayed.chance) == (1, pytest.approx(0.5))


@pytest.mark.parametrize(("stands", "next"), [("fire", 0.02), ("war", None)])
def test_the_next_rung_is_the_one_above_where_a_theatre_stood(
    engine: Engine, stands: str, next: float | None
):
    said = forecast(fire=0.4)
    standings = tuple(replace(s, present_rung=stands) for s in said.standings)
    found = published(engine, replace(said, standings=standings, cells=(*CELLS,)))
    assert [r.chance for r in found] == ([] if next is None else [next])


def test_a_rung_that_a_theatre_cannot_reach_is_passed_over(engine: Engine):
    said = forecast(cells=tuple(c for c in CELLS if c.rung != "fire"))
    assert [r.chance for r in published(engine, said)] == [0.02]


CELLS = tuple(cell(rung, p) for rung, p in (("calm", 1.0), ("fire", 0.4), ("war", 0.02)))


def published(engine: Engine, said: Forecast) -> tuple[SettledReaches, ...]:
    """Return what is told of a run that said so, once war had not come."""
    with UnitOfWork(engine) as work:
        work.ladders.ensure(ladder(), day(0))
        work.forecasts.publish(run("run-1", as_of=day(0)), said)
        work.commit()
    rungs = [c.rung for c in said.cells]
    with Session(engine) as session:
        for rung in ("fire", "war"):
            if rung in rungs:
                rule = f"brier_reach_{rung}"
                scores.add(session, scored("run-1", rule, 0.1, at=10, rung="calm"))
        scores.add(session, scored("run-1", "rps", 0.1, at=10, rung="calm"))
        session.commit()
    return told(engine, 20)[1]


def test_what_is_settled_later_is_not_known_yet(settled: Engine):
    errors, reaches = told(settled, 19)
    assert {s.as_of for s in errors} == {r.as_of for r in reaches} == {day(0)}
    assert told(settled, 9) == ((), ())


def test_another_ladder_has_a_record_of_its_own(settled: Engine):
    assert told(settled, 20, "other") == ((), ())
