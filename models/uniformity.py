"""Are ranks uniform? The difference of their ECDF from a straight line, its band, and a p-value.

Säilynoja, Bürkner and Vehtari (2022), "Graphical test for discrete uniformity and its
applications in goodness-of-fit evaluation and multiple sample comparison", section 2: at every
point the number of ranks below it is binomial; the band holds all points at once with a given
probability. The same least pointwise probability, compared with that of simulated uniform ranks,
is a p-value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

type Array = NDArray[np.float64]
type Ranks = NDArray[np.int64]

BATCH, BATCHES = 1000, 40
"""Sets of uniform ranks that the band and the p-values are calibrated with, drawn in batches."""


@dataclass(frozen=True, slots=True)
class UniformityTest:
    """Calibrated for `simulations` ranks of 0 … `draws` each.

    points: shares at which the ECDF is compared (point). lower, upper: simultaneous band of the
    ECDF's difference from them (point). two_sided: probability of a count that is as far out at one
    point (count, point). least: sorted least pointwise probabilities of simulated
    uniform ranks.
    """

    simulations: int
    draws: int
    points: Array
    lower: Array
    upper: Array
    two_sided: Array
    least: Array

    def difference(self, ranks: Ranks) -> Array:
        """Return the ECDF of `ranks` minus that of uniform ones, at `points`."""
        share: Array = counts_below(ranks[None], self.draws)[0] / self.simulations
        return share - self.points

    def p_value(self, ranks: Ranks) -> float:
        """Return the probability that uniform ranks lie as far out at their worst point."""
        least = _least(counts_below(ranks[None], self.draws), self.two_sided)[0]
        as_far = np.searchsorted(self.least, least * (1.0 + 1e-9), side="right")
        return float((1 + as_far) / (1 + len(self.least)))


def uniformity_test(
    *, simulations: int, draws: int, level: float = 0.95, seed: int = 1
) -> UniformityTest:
    """Return the test for `simulations` ranks among `draws` posterior draws each.

    Args:
        simulations: how many ranks there are.
        draws: posterior draws that each truth was ranked among; ranks are 0 … draws.
        level: probability that the whole ECDF of uniform ranks lies inside the band.
        seed: of the simulated uniform ranks.
    """
    points = np.arange(1, draws + 1) / (draws + 1)
    rng = np.random.default_rng(seed)
    two_sided = _two_sided(simulations, points)
    uniform = (rng.integers(0, draws + 1, (BATCH, simulations)) for _ in range(BATCHES))
    least = np.sort(
        np.concatenate([_least(counts_below(ranks, draws), two_sided) for ranks in uniform])
    )
    each = float(np.quantile(least, 1.0 - level))
    lower = binom.ppf(each / 2.0, simulations, points) / simulations - points
    upper = binom.ppf(1.0 - each / 2.0, simulations, points) / simulations - points
    return UniformityTest(simulations, draws, points, lower, upper, two_sided, least)


def counts_below(ranks: Ranks, draws: int) -> Ranks:
    """Return how many ranks of each set lie below 1, 2, … draws: (set, point)."""
    counts = np.zeros((len(ranks), draws + 1), dtype=np.int64)
    np.add.at(counts, (np.arange(len(ranks))[:, None], ranks), 1)
    below: Ranks = np.cumsum(counts, axis=1)[:, :-1]
    return below


def _two_sided(simulations: int, points: Array) -> Array:
    """Return the two-sided probability of each possible count at each point (count, point)."""
    counts = np.arange(simulations + 1)[:, None]
    low, high = binom.cdf(counts, simulations, points), binom.sf(counts - 1, simulations, points)
    both: Array = np.minimum(1.0, 2.0 * np.minimum(low, high))
    return both


def _least(below: Ranks, two_sided: Array) -> Array:
    """Return each set's least two-sided probability over all points (set)."""
    found: Array = two_sided[below, np.arange(two_sided.shape[1])].min(axis=1)
    return found
