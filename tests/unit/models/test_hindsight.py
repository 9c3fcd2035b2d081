"""The best fixed mixture in hindsight: never beaten by its members, scored as they are scored."""

import numpy as np
import pytest

from models.hindsight import best_mixtures
from tests.builders_evaluation import FORECASTERS, came, forecasts, panel
from tests.builders_scores import outcomes
from tests.unit.models.test_stacking import FLAT, SHARP, said

HORIZONS = (1, 4)


def test_one_that_is_always_right_has_all_the_weight():
    told = [{"sharp": said("sharp", s, SHARP), "flat": said("flat", s, FLAT)} for s in range(20)]
    found = best_mixtures(told, outcomes(np.ones((2, 30), dtype=int)), ("sharp", "flat"))
    assert [best.horizon_steps for best in found] == [1, 4]
    assert all(best.weights["sharp"] == pytest.approx(1.0, abs=1e-4) for best in found)
    assert found[0].rps == pytest.approx(0.05**2, abs=1e-6)


def test_no_outcome_no_mixture():
    told = [{"sharp": said("sharp", 40, SHARP)}]
    assert best_mixtures(told, outcomes(np.ones((2, 30), dtype=int)), ("sharp",)) == []
    assert best_mixtures([], outcomes(np.ones((2, 30), dtype=int)), ("sharp",)) == []


def test_a_single_forecaster_scores_what_the_backtest_says():
    board = {(s.forecaster, s.horizon_steps): s for s in panel().scores if _whole(s)}
    for forecaster in FORECASTERS:
        mine = sorted((f for f in forecasts() if f.forecaster == forecaster), key=_origin)
        told = [{forecaster: f} for f in mine if f.origin.date() >= panel().plan.scored_from]
        for best in best_mixtures(told, came(), (forecaster,)):
            score = board[forecaster, best.horizon_steps]
            assert (best.n, best.rps) == (score.n, pytest.approx(score.value))


def test_it_is_no_worse_than_any_of_its_members():
    board = {(s.forecaster, s.horizon_steps): s for s in panel().scores if _whole(s)}
    assert [c.horizon_steps for c in panel().ceilings] == list(HORIZONS)
    for ceiling in panel().ceilings:
        assert sum(ceiling.weights.values()) == pytest.approx(1.0)
        each = [board[f, ceiling.horizon_steps].value for f in FORECASTERS]
        assert ceiling.rps <= min(each) + 1e-6


def _whole(score):
    return (score.score, score.theatre, score.rung) == ("rps", "*", "*")


def _origin(forecast):
    return forecast.origin
