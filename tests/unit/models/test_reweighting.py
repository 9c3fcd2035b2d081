"""Weights of stored draws: right where they can be, refused where they cannot."""

import numpy as np
import pytest

from models.reweighting import importance_weights, resampled

RNG = np.random.default_rng


def test_weights_turn_one_normal_into_its_posterior():
    """Draws of a normal prior, weighed by one observation, have the moments of the posterior."""
    theta = RNG(1).normal(0.0, 1.0, 20_000)
    weights = importance_weights(-0.5 * (theta - 1.0) ** 2 / 2.0)
    assert weights.failure == ""
    assert 0.5 < weights.relative_size < 1.0
    chosen = resampled({"theta": theta}, weights, RNG(2))["theta"]
    assert chosen.mean() == pytest.approx(1.0 / 3.0, abs=0.02)
    assert chosen.var() == pytest.approx(2.0 / 3.0, abs=0.02)


def test_equal_weights_change_no_draw():
    theta = RNG(1).normal(size=(50, 3))
    weights = importance_weights(np.full(50, -7.0))
    assert (weights.k_hat, weights.relative_size, weights.failure) == (-np.inf, 1.0, "")
    np.testing.assert_array_equal(resampled({"t": theta}, weights, RNG(2))["t"], theta)


def test_data_far_from_what_the_draws_expect_are_refused_by_the_tail():
    theta = RNG(1).normal(0.0, 1.0, 2_000)
    weights = importance_weights(-0.5 * (theta - 8.0) ** 2 / 0.1)
    assert "Pareto k" in weights.failure or "effective size" in weights.failure


def test_few_heavy_draws_are_refused_by_their_size():
    ratio = np.concatenate([RNG(1).uniform(8.0, 8.1, 250), np.zeros(4750)])
    assert "effective size" in importance_weights(ratio).failure


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_ratio_that_is_no_number_is_refused(bad):
    assert importance_weights(np.array([0.0, 0.1, bad])).failure != ""


def test_a_draw_comes_as_often_as_its_weight_says():
    ratio = RNG(3).normal(0.0, 1.0, 400)
    weights = importance_weights(ratio)
    often = np.bincount(resampled({"i": np.arange(400)}, weights, RNG(4))["i"], minlength=400)
    assert np.abs(often - 400 * weights.weight).max() < 1.0 + 1e-9
