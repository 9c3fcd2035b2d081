"""Transforms, coverage, reliability and discrimination of forecasts whose quality is known."""

import numpy as np
import pytest
from scipy.stats import norm

from forecaster.domain.backtest import LEVELS
from forecaster.scoring.bootstrap import draw_blocks, slope
from forecaster.scoring.calibration import (
    Band,
    covered,
    deviation,
    histogram,
    quantile_band,
    rung_band,
)
from forecaster.scoring.discrimination import discrimination
from forecaster.scoring.reliability import reliability_bins, slope_sums, wilson


def test_a_transform_between_quantiles_is_on_the_line() -> None:
    quantiles = np.array([[1.0, 2.0, 4.0]] * 7)
    measure = np.array([0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 9.0])
    band = quantile_band(quantiles, (0.25, 0.5, 0.75), measure)
    assert band.lower == pytest.approx([0.0, 0.0, 0.375, 0.5, 0.625, 0.75, 0.75])
    assert band.upper == pytest.approx([0.25, 0.25, 0.375, 0.5, 0.625, 1.0, 1.0])


def test_a_lump_of_quantiles_gives_its_whole_width() -> None:
    quantiles = np.array([[0.0, 0.0, 4.0], [1.0, 4.0, 4.0], [0.0, 0.0, 0.0], [4.0, 5.0, 6.0]])
    measure = np.array([0.0, 4.0, 0.0, np.nan])
    band = quantile_band(quantiles, (0.25, 0.5, 0.75), measure)
    assert band.lower[:3] == pytest.approx([0.0, 0.5, 0.0])
    assert band.upper[:3] == pytest.approx([0.5, 1.0, 1.0])
    assert np.isnan(band.lower[3])
    assert np.isnan(band.upper[3])


def test_transforms_of_calibrated_forecasts_are_uniform() -> None:
    rng = np.random.default_rng(3)
    centre = rng.normal(size=4000)
    quantiles = centre[:, None] + norm.ppf(LEVELS)
    measure = centre + rng.normal(size=4000)
    drawn = quantile_band(quantiles, LEVELS, measure).draw(rng)
    assert deviation(drawn) < 1.63 / np.sqrt(4000)  # 99 % point of Kolmogorov's statistic
    assert histogram(drawn).sum() == pytest.approx(1.0)
    assert covered(quantiles, LEVELS, measure).mean() == pytest.approx(0.9, abs=0.02)
    too_sharp = centre[:, None] + 0.5 * norm.ppf(LEVELS)
    assert covered(too_sharp, LEVELS, measure).mean() < 0.7


def test_transforms_of_calibrated_rungs_are_uniform_and_cover() -> None:
    rng = np.random.default_rng(4)
    at = rng.dirichlet([2.0, 1.0, 1.0], size=4000)
    rung = (rng.random(4000)[:, None] > np.cumsum(at, axis=1)).sum(axis=1)
    band = rung_band(at, rung)
    assert deviation(band.draw(rng)) < 1.63 / np.sqrt(4000)
    assert band.inside(0.05, 0.95).mean() == pytest.approx(0.9, abs=0.02)


def test_the_band_of_a_rung_is_what_it_was_given() -> None:
    at = np.array([[0.2, 0.5, 0.3]] * 4)
    band = rung_band(at, np.array([0, 1, 2, -1]))
    assert band.lower[:3] == pytest.approx([0.0, 0.2, 0.7])
    assert band.upper[:3] == pytest.approx([0.2, 0.7, 1.0])
    assert np.isnan(band.lower[3])


def test_the_share_of_a_band_inside_levels() -> None:
    band = Band(np.array([0.0, 0.5, 0.02, np.nan]), np.array([1.0, 0.5, 0.02, np.nan]))
    inside = band.inside(0.05, 0.95)
    assert inside[:3] == pytest.approx([0.9, 1.0, 0.0])
    assert np.isnan(inside[3])


def test_coverage_counts_the_ends() -> None:
    quantiles = np.array([np.linspace(0.0, 1.0, len(LEVELS))] * 2)
    low, high = (quantiles[0, LEVELS.index(level)] for level in (0.05, 0.95))
    assert covered(quantiles, LEVELS, np.array([low, high])) == pytest.approx([1.0, 1.0])
    assert covered(quantiles, LEVELS, np.array([low - 1e-6, high + 1e-6])) == pytest.approx([0, 0])


def _slope(probability: np.ndarray, event: np.ndarray) -> float:
    return float(slope(np.stack([t.sum() for t in slope_sums(probability, event)])))


def test_the_slope_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(5)
    p = rng.random(500)
    event = (rng.random(500) < p).astype(float)
    assert _slope(p, event) == pytest.approx(np.polyfit(p, event, 1)[0])
    p_some = np.append(p, np.nan)
    assert _slope(p_some, np.append(event, 1.0)) == pytest.approx(_slope(p, event))


def test_bold_forecasts_have_a_small_slope_and_timid_ones_a_large_one() -> None:
    rng = np.random.default_rng(6)
    p = rng.uniform(0.3, 0.7, 20000)
    event = (rng.random(20000) < p).astype(float)
    assert _slope(p, event) == pytest.approx(1.0, abs=0.1)
    assert _slope(0.5 + 2 * (p - 0.5), event) == pytest.approx(0.5, abs=0.05)
    assert _slope(0.5 + (p - 0.5) / 2, event) == pytest.approx(2.0, abs=0.2)


def test_one_probability_for_all_has_no_slope() -> None:
    assert np.isnan(_slope(np.full(5, 0.3), np.array([0.0, 1.0, 0.0, 0.0, 1.0])))


def test_bins_hold_every_forecast_once_and_their_intervals_the_frequency() -> None:
    rng = np.random.default_rng(7)
    p = rng.random((60, 4))
    event = (rng.random((60, 4)) < p).astype(float)
    event[0, 0] = np.nan
    blocks = draw_blocks(60, block=4, resamples=300, seed=1)
    bins = reliability_bins(p, event, blocks)
    assert sum(b.n for b in bins) == 239
    for b in bins:
        assert b.low <= b.forecast <= b.high
        assert 0.0 <= b.lower <= b.observed <= b.upper <= 1.0
        assert b.upper > b.lower


def test_wilson_knows_that_none_of_a_few_is_not_never() -> None:
    low, high = wilson(0.0, 10.0, level=0.95)
    assert low == pytest.approx(0.0)
    assert high == pytest.approx(0.2775, abs=1e-3)  # the textbook's 3.84 / (10 + 3.84)


def test_discrimination_is_the_area_under_the_curve() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(8)
    p = rng.integers(0, 5, 200) / 4.0
    event = (rng.random(200) < p).astype(float)
    assert discrimination(p[:, None], event[:, None]) == pytest.approx(roc_auc_score(event, p))


def test_discrimination_makes_no_pairs_across_rungs() -> None:
    p = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1]])
    event = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    assert discrimination(p, event) == pytest.approx(0.5)
    assert np.isnan(discrimination(p[:1], event[:1]))
