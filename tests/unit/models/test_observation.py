"""What is seen on the log scale: weights that do not depend on luck."""

from dataclasses import replace

import numpy as np
import pytest

from models.components.observation import EXPECTED_OVER, expected_counts, log_observations
from tests.builders_models import make_inputs, make_ladder


def panel_of(count):
    """One theatre seen whole in every step, with the given counts of a base of 1000."""
    measures = make_inputs(make_ladder(places=("north",))).measures
    shape = (len(count), 1)
    return replace(
        measures,
        count=np.asarray(count, dtype=float)[:, None],
        exposure=np.ones(shape),
        base=np.full(shape, 1000.0),
        national=np.full(shape, 1000.0),
    )


@pytest.mark.parametrize("mean", [5.0, 10.0, 30.0])
def test_the_weighted_level_of_small_counts_is_not_biased(mean):
    """With a variance taken from each count itself it would be too high: a tenth at ten."""
    seen = log_observations(panel_of(np.random.default_rng(1).poisson(mean, 20_000)))
    weight = 1.0 / (0.04 + seen.counting)
    level = (weight * seen.y).sum() / weight.sum()
    assert level == pytest.approx(np.log(100.0 * mean / 1000.0), abs=0.035)


def test_the_variance_is_about_that_of_a_poisson_count():
    counts = np.random.default_rng(1).poisson(20.0, 20_000)
    seen = log_observations(panel_of(counts))
    assert seen.counting.mean() == pytest.approx(seen.y.var(), rel=0.1)


def test_expected_counts_follow_the_rate_exposure_and_unseen_steps():
    count = np.array([[4.0], [0.0], [8.0], [3.0]])
    opportunity = np.array([[1.0], [0.0], [1.0], [0.5]])  # the second step was not seen
    expected = expected_counts(count, opportunity)[:, 0]
    np.testing.assert_allclose(expected, [4.0, 0.0, 6.0, 3.0])


def test_old_steps_are_forgotten():
    count = np.r_[np.full(20, 100.0), np.full(EXPECTED_OVER, 10.0)][:, None]
    assert expected_counts(count, np.ones_like(count))[-1, 0] == pytest.approx(10.0)
