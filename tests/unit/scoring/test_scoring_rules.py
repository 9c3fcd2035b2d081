"""Rules: their known values, their agreement with scoringrules, and NaN where nothing is known."""

import numpy as np
import pytest
import scoringrules

from forecaster.domain.backtest import LEVELS
from forecaster.scoring.rules import FLOOR, brier, crps, log_score, rps

AT = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def test_rps_is_the_mean_over_thresholds() -> None:
    rung = np.array([1, 0, 0])
    by_hand = [(0.2**2 + 0.3**2) / 2, 0.0, 1.0]
    assert rps(AT, rung) == pytest.approx(by_hand)


def test_rps_is_that_of_scoringrules_over_the_thresholds() -> None:
    rng = np.random.default_rng(1)
    at, rung = rng.dirichlet(np.ones(5), size=(7, 3)), rng.integers(0, 5, (7, 3))
    assert rps(at, rung) == pytest.approx(scoringrules.rps_score(rung + 1, at) / 4)


def test_log_score_believes_no_zero() -> None:
    score = log_score(AT, np.array([1, 0, 0]))
    assert score == pytest.approx([-np.log(0.5), 0.0, -np.log(FLOOR)])


def test_brier_of_known_events() -> None:
    assert brier(np.array([0.3, 0.3]), np.array([1.0, 0.0])) == pytest.approx([0.49, 0.09])


def test_what_is_not_known_has_no_score() -> None:
    unknown = np.array([-1, -1, -1])
    assert np.isnan(rps(AT, unknown)).all()
    assert np.isnan(log_score(AT, unknown)).all()
    assert np.isnan(rps(AT * np.nan, np.array([0, 1, 2]))).all()
    assert np.isnan(log_score(AT * np.nan, np.array([0, 1, 2]))).all()
    assert np.isnan(brier(np.array([0.3, np.nan]), np.array([np.nan, 1.0]))).all()
    quantiles = np.zeros((2, len(LEVELS)))
    assert np.isnan(crps(quantiles, LEVELS, np.array([np.nan, np.nan]))).all()


def test_crps_of_evenly_spaced_levels_is_that_of_scoringrules() -> None:
    levels = (np.arange(20) + 0.5) / 20
    rng = np.random.default_rng(2)
    quantiles, measure = np.sort(rng.normal(size=(6, 20)), axis=-1), rng.normal(size=6)
    expected = scoringrules.crps_quantile(measure, quantiles, levels)
    assert crps(quantiles, levels, measure) == pytest.approx(expected)


def test_crps_from_our_levels_is_near_the_exact_one_of_a_normal() -> None:
    from scipy.stats import norm

    measure = np.array([-2.0, 0.0, 0.5, 3.0])
    quantiles = np.broadcast_to(norm.ppf(LEVELS), (4, len(LEVELS)))
    exact = scoringrules.crps_normal(measure, 0.0, 1.0)
    assert crps(quantiles, LEVELS, measure) == pytest.approx(exact, rel=0.01)


def test_crps_of_a_point_is_its_distance() -> None:
    assert crps(np.full((1, len(LEVELS)), 3.0), LEVELS, np.array([5.0])) == pytest.approx([2.0])
