"""Are ranks uniform: the band holds as often as it says, and biased ranks leave it."""

import numpy as np
import pytest

from models.uniformity import counts_below, uniformity_test

SIMULATIONS, DRAWS = 100, 50


@pytest.fixture(scope="module")
def tested():
    return uniformity_test(simulations=SIMULATIONS, draws=DRAWS)


def uniform_ranks(sets):
    return np.random.default_rng(5).integers(0, DRAWS + 1, (sets, SIMULATIONS))


def test_counts_are_of_ranks_strictly_below():
    assert counts_below(np.array([[0, 1, 1, 3]]), 3).tolist() == [[1, 3, 3]]


def test_uniform_ranks_lie_inside_the_band_as_often_as_it_says(tested):
    inside = 0
    for ranks in uniform_ranks(2000):
        difference = tested.difference(ranks)
        inside += np.all(
            (difference >= tested.lower - 1e-12) & (difference <= tested.upper + 1e-12)
        )
    assert inside / 2000 == pytest.approx(0.95, abs=0.015)


def test_p_values_of_uniform_ranks_are_not_small_more_often_than_they_say(tested):
    p = np.array([tested.p_value(ranks) for ranks in uniform_ranks(2000)])
    for level in (0.01, 0.05, 0.2):
        assert (p <= level).mean() <= level + 0.015
    assert p.min() > 0


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda u: u**1.5, id="biased"),
        pytest.param(lambda u: 0.5 + 0.6 * (u - 0.5), id="posterior too wide"),
        pytest.param(lambda u: np.where(u < 0.5, u / 3, 1 - (1 - u) / 3), id="too narrow"),
    ],
)
def test_ranks_of_a_wrong_posterior_are_found_out(tested, wrong):
    shares = (np.arange(SIMULATIONS) + 0.5) / SIMULATIONS
    ranks = np.floor(wrong(shares) * (DRAWS + 1)).astype(int)
    assert tested.p_value(ranks) < 0.01
    difference = tested.difference(ranks)
    assert np.any((difference < tested.lower) | (difference > tested.upper))
