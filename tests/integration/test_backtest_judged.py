"""A backtest of a domain that is judged throughout: settled by its record, and by it alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from forecaster.domain.backtest import Forecaster
from forecaster.errors import ModelError, PlanError
from forecaster.store.unit_of_work import UnitOfWork
from jobs.backtesting.outcomes import resolve
from jobs.backtesting.run import run_backtest
from jobs.context import Context
from jobs.evaluation import write_evaluation
from jobs.workers import Here
from tests.builders_backtest_run import assert_same, stored
from tests.builders_judged import LADDER, PLAN, RECORD, judged, recorded


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = recorded(tmp_path)
    yield made
    made.engine().dispose()


def held(context: Context, day: date, theatre: str = "lion") -> int:
    found = resolve(context, LADDER, PLAN)
    step = [end.date() for end in found.ends].index(day)
    return int(found.rung[found.theatres.index(theatre), step])


def test_a_judged_plan_is_run_scored_and_written(context: Context, tmp_path: Path) -> None:
    plan = replace(PLAN, text=_text(PLAN.text))
    backtest_id = run_backtest(context, LADDER, plan, Here())
    forecasts, scores = stored(context, backtest_id)
    assert len(forecasts) == 2 * 13
    for forecast in forecasts:
        assert forecast.theatres == ("lion", "bear")
        np.testing.assert_allclose(forecast.at.sum(axis=-1), 1.0)
        assert np.isnan(forecast.quantiles).all()
    whole = {s.forecaster: s for s in scores if (s.score, s.theatre, s.horizon_steps) == WHOLE}
    assert whole["persistence"].n == 2 * 11
    assert whole["persistence"].value < whole["climatology"].value
    written = write_evaluation(context, [backtest_id], documents=tmp_path / "docs")
    rows = json.loads((tmp_path / "docs" / "evaluation.json").read_text())["rows"]
    assert all(row["coverage_90"] is None and row["rps"] is not None for row in rows)
    assert not [path for path in written if "pit" in path.name]
    assert [path for path in written if "reliability" in path.name]


WHOLE = ("rps", "*", 1)


def _text(packaged: str) -> str:
    """The file of the plan, as the evaluation reads it back."""
    text = packaged.replace('"regime-stability"', '"courts"').replace("2023-01-01", "2024-03-03")
    text = text.replace("last = 2024-12-29", "last = 2024-05-26")
    text = text.replace("scored_from = 2024-03-03", "scored_from = 2024-03-17")
    text = text.replace('published = "latent_tension"', 'published = "persistence"')
    return text[: text.rindex("[[forecasters]]")]


def test_an_outcome_is_the_highest_rung_in_force_at_the_end_of_the_week(context: Context) -> None:
    found = resolve(context, LADDER, PLAN)
    assert found.rungs == ("stable", "friction", "dissent", "mutiny")
    assert np.isnan(found.measure).all()
    assert (found.rung >= 0).all()
    assert [held(context, date(2024, 4, day)) for day in (7, 14, 21, 28)] == [1, 3, 1, 0]
    assert held(context, date(2024, 6, 16), "bear") == 1


def test_what_is_recorded_too_late_settles_nothing(tmp_path: Path) -> None:
    late = replace(RECORD[2], recorded_at=judged("mutiny", "2024-04-29", None).starts_at)
    context = recorded(tmp_path, (*RECORD[:2], late))
    assert held(context, date(2024, 4, 14)) == 1
    context.engine().dispose()


def test_steps_before_the_record_began_are_unseen(context: Context) -> None:
    early = replace(PLAN, first=date(2023, 12, 31), scored_from=date(2023, 12, 31))
    found = resolve(context, LADDER, early)
    assert found.ends[0].date() == date(2023, 12, 31)
    assert found.rung[:, 0].tolist() == [-1, -1]
    assert (found.rung[:, 1:] >= 0).all()


def test_a_judgement_recorded_after_an_origin_moves_no_forecast_from_it(
    context: Context, tmp_path: Path
) -> None:
    whole, _ = stored(context, run_backtest(context, LADDER, PLAN, Here()))
    cut = date(2024, 4, 7)
    other = recorded(tmp_path / "other", tuple(j for j in RECORD if j.recorded_at.date() <= cut))
    told = replace(PLAN, digest="another")
    short, _ = stored(other, run_backtest(other, LADDER, told, Here()))
    other.engine().dispose()
    assert_same(*([f for f in found if f.origin.date() <= cut] for found in (whole, short)))
    later = [[f.at for f in found if f.origin.date() > cut] for found in (whole, short)]
    assert not np.array_equal(*later)


def test_another_record_is_another_backtest(context: Context) -> None:
    first = run_backtest(context, LADDER, PLAN, Here())
    with UnitOfWork(context.engine()) as work:
        work.judgements.add([judged("dissent", "2024-05-10", "2024-05-20")])
        work.commit()
    assert run_backtest(context, LADDER, PLAN, Here()) != first


def test_a_plan_that_cannot_be_settled_yet_is_refused(context: Context) -> None:
    with pytest.raises(PlanError, match="earlier `last`"):
        run_backtest(context, LADDER, replace(PLAN, last=date(2025, 6, 29)), Here())


def test_a_forecaster_that_cannot_speak_of_judged_rungs_is_refused(context: Context) -> None:
    plan = replace(PLAN, forecasters=(*PLAN.forecasters, Forecaster("ewma", "reference")))
    with pytest.raises(ModelError, match="ewma answers for measured rungs only"):
        run_backtest(context, LADDER, plan, Here())
