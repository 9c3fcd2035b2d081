"""Compiled counting noise has exactly the distribution that it stands for."""

import numpy as np
import pytest
from scipy import stats

from models.components.counting import poisson
from models.components.jit import jit

DRAWS = 200_000


@jit
def _many(rng, rate, out):
    for i in range(len(out)):
        out[i] = poisson(rng, rate)


def drawn(rate, *, seed=1):
    out = np.empty(DRAWS)
    _many(np.random.default_rng(seed), float(rate), out)
    return out


@pytest.mark.parametrize("rate", [0.03, 1.0, 4.5, 9.99, 10.0, 11.3, 25.0, 180.5, 3000.0])
def test_counts_are_poisson(rate):
    counts = drawn(rate)
    edges = np.unique(stats.poisson.ppf(np.linspace(0.002, 0.998, 60), rate))
    cells = np.searchsorted(edges, counts, side="left")  # (…, e0], (e0, e1], … (last, …)
    mass = np.diff(np.concatenate([[0.0], stats.poisson.cdf(edges, rate), [1.0]]))
    seen = np.bincount(cells, minlength=len(mass))
    kept = mass * DRAWS > 5
    assert counts.min() >= 0
    np.testing.assert_array_equal(counts, np.round(counts))
    assert ((seen - mass * DRAWS)[kept] ** 2 / (mass * DRAWS)[kept]).sum() < stats.chi2.ppf(
        0.999, kept.sum() - 1
    )


def test_a_rate_of_nothing_gives_no_events():
    assert drawn(0.0).max() == 0.0


def test_very_large_rates_keep_mean_and_spread():
    counts = drawn(1e9)
    assert abs(counts.mean() - 1e9) < 5 * np.sqrt(1e9 / DRAWS)
    assert counts.std() == pytest.approx(np.sqrt(1e9), rel=0.01)


def test_tails_of_small_and_large_rates_are_reached():
    for rate in (2.0, 50.0):
        counts = drawn(rate, seed=3)
        for level in (1e-3, 1 - 1e-3):
            edge = stats.poisson.ppf(level, rate)
            expected = stats.poisson.cdf(edge, rate)
            error = np.sqrt(expected * (1 - expected) / DRAWS)
            assert abs((counts <= edge).mean() - expected) < 5 * error
