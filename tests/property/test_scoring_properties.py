"""Scores reward honesty: nobody does better in expectation than by saying what they believe."""

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecaster.domain.backtest import LEVELS
from forecaster.scoring.bootstrap import draw_blocks, mean_interval
from forecaster.scoring.calibration import quantile_band, rung_band
from forecaster.scoring.discrimination import discrimination
from forecaster.scoring.rules import FLOOR, brier, crps, log_score, rps
from forecaster.scoring.stability import flip_flop

shares = st.integers(2, 8).flatmap(
    lambda n: arrays(np.float64, (2, n), elements=st.floats(0.01, 1.0))
)
"""Two distributions over the same rungs, not yet summing to one."""


def _expected(score, truth: np.ndarray, said: np.ndarray) -> float:
    rungs = np.arange(len(truth))
    return float(truth @ score(np.broadcast_to(said, (len(truth), len(truth))), rungs))


@given(shares)
def test_no_distribution_beats_the_true_one(pair):
    truth, other = pair / pair.sum(axis=1, keepdims=True)
    for score in (rps, log_score):
        assert _expected(score, truth, truth) <= _expected(score, truth, other) + 1e-12


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_no_probability_beats_the_true_one(truth, other):
    def expected(said: float) -> float:
        return float(np.array([truth, 1 - truth]) @ brier(np.full(2, said), np.array([1.0, 0.0])))

    assert expected(truth) <= expected(other) + 1e-12


@given(st.floats(-2.0, 2.0), st.floats(0.3, 3.0))
def test_no_quantiles_beat_the_true_ones(shift, scale):
    from scipy.stats import norm

    levels = np.array(LEVELS)
    outcomes = norm.ppf((np.arange(2000) + 0.5) / 2000)
    true = np.broadcast_to(norm.ppf(levels), (2000, len(levels)))
    honest = crps(true, LEVELS, outcomes).mean()
    assert honest <= crps(shift + scale * true, LEVELS, outcomes).mean() + 1e-4


@given(shares, st.data())
def test_rps_is_scoringrules_normalised_and_lies_between_0_and_1(pair, data):
    at = pair / pair.sum(axis=1, keepdims=True)
    rung = np.array([data.draw(st.integers(0, at.shape[1] - 1)) for _ in range(2)])
    score = rps(at, rung)
    assert score == pytest.approx(scoringrules.rps_score(rung + 1, at) / (at.shape[1] - 1))
    assert ((score >= 0) & (score <= 1 + 1e-12)).all()
    assert (log_score(at, rung) <= -np.log(FLOOR)).all()


@given(shares, st.data())
def test_the_bands_of_all_rungs_fill_the_unit(pair, data):
    at = pair[0] / pair[0].sum()
    rungs = np.arange(len(at))
    band = rung_band(np.broadcast_to(at, (len(at), len(at))), rungs)
    assert band.lower[1:] == pytest.approx(band.upper[:-1])
    assert (band.lower[0], band.upper[-1]) == (0.0, pytest.approx(1.0))
    assert band.inside(0.05, 0.95) @ at == pytest.approx(0.9)


@given(
    arrays(np.float64, len(LEVELS), elements=st.integers(-3, 3).map(float)),
    arrays(np.float64, 5, elements=st.integers(-4, 4).map(float)),
)
def test_the_band_of_a_measure_rises_with_it_and_never_turns_round(quantiles, measure):
    rising, higher = np.sort(quantiles), np.sort(measure)
    band = quantile_band(np.broadcast_to(rising, (5, len(rising))), LEVELS, higher)
    assert ((band.lower >= 0) & (band.lower <= band.upper) & (band.upper <= 1)).all()
    assert (np.diff(band.lower) >= -1e-12).all()
    assert (np.diff(band.upper) >= -1e-12).all()


@given(
    arrays(
        np.float64, st.tuples(st.integers(4, 30), st.integers(1, 4)), elements=st.floats(-5.0, 5.0)
    ),
    st.integers(1, 40),
)
def test_an_interval_lies_among_the_values(values, block):
    found = mean_interval(values, draw_blocks(len(values), block=block, resamples=60, seed=3))
    assert found.value[0] == pytest.approx(values.mean(), abs=1e-9)
    if len(values) >= 2 * block:
        assert values.min() - 1e-9 <= found.lower[0] <= found.upper[0] <= values.max() + 1e-9
    else:
        assert np.isnan(found.lower[0])


@given(arrays(np.float64, st.integers(3, 12), elements=st.floats(-5.0, 5.0)))
def test_flip_flop_is_never_negative_and_blind_to_direction(sequence):
    value, _ = flip_flop(sequence)
    assert value >= 0
    assert flip_flop(sequence[::-1])[0] == pytest.approx(value, abs=1e-9)
    assert flip_flop(-sequence)[0] == pytest.approx(value, abs=1e-9)
    assert flip_flop(np.sort(sequence))[0] == pytest.approx(0.0, abs=1e-9)


@given(
    arrays(np.float64, (20, 2), elements=st.floats(0.0, 1.0)),
    arrays(np.bool_, (20, 2)),
)
def test_discrimination_minds_the_order_alone(p, came):
    event = came.astype(float)
    found = discrimination(p, event)
    if np.isfinite(found):
        assert 0.0 <= found <= 1.0
        assert discrimination(-p, event) == pytest.approx(1.0 - found)
        assert discrimination(np.round(p, 2) * 8.0, event) == pytest.approx(
            discrimination(np.round(p, 2), event)
        )
