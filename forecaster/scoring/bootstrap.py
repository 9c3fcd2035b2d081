"""How sure a mean, a difference or a slope is: circular block bootstrap over origins.

Forecasts from neighbouring origins look at overlapping futures, and theatres of one origin share
theirs. Whole blocks of origins are drawn, with all theatres of each (Künsch 1989; circular:
Politis and Romano 1992), and every figure of a horizon is recomputed on the same draws, so that a
difference is paired. All figures here are functions of sums per origin, so that a resample is a
product with a matrix of how often each origin was drawn.

Percentiles are expanded (Hesterberg 2015, section 5.3) because there are few blocks: a year and a
half of weeks holds six of thirteen, and plain percentiles called 95 % would hold the truth far
less often. `benchmarks/bootstrap_coverage.py` measures both; where a horizon is as long as a block
even the expanded interval is somewhat too narrow.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Statistic = Callable[[Array], Array]
"""From sums (term, …) to a figure (…)."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Resamples of origins: `weights` (resample, origin) says how often each was drawn.

    count: how many blocks make up the origins, as a number that need not be whole.
    """

    weights: Array
    count: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Figures with their intervals, one per column; NaN ends where there is no saying."""

    value: Array
    lower: Array
    upper: Array


def draw_blocks(origins: int, *, block: int, resamples: int, seed: int) -> Blocks:
    """Return resamples of `origins` in circular blocks; the same seed gives the same.

    Args:
        origins: how many there are, equally spaced.
        block: length of a block in origins, at least the horizon; no longer than `origins`.
        resamples: how many to draw.
        seed: any whole number.

    Raises:
        ValueError: a number is below one.
    """
    if min(origins, block, resamples) < 1:
        raise ValueError(
            f"cannot draw {resamples} resamples of {origins} origins in blocks of {block}: "
            "each number must be 1 or more"
        )
    block = min(block, origins)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, origins, (resamples, math.ceil(origins / block)))
    drawn = (starts[:, :, None] + np.arange(block)) % origins
    drawn = drawn.reshape(resamples, -1)[:, :origins] + origins * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * origins)
    return Blocks(counts.reshape(resamples, origins).astype(float), origins / block)


def estimate(statistic: Statistic, sums: Array, blocks: Blocks, *, level: float) -> Estimate:
    """Return a figure of every column with its interval.

    Args:
        statistic: from sums to the figure.
        sums: (term, origin, column).
        blocks: resamples of the same origins.
        level: nominal coverage of the interval, such as 0.95.

    With fewer than two blocks the interval is NaN: there is nothing to compare.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        value = statistic(sums.sum(axis=1))
        resampled = statistic(blocks.weights @ sums)
    lower, upper = np.full_like(value, np.nan), np.full_like(value, np.nan)
    sure = np.isfinite(value) & (np.isfinite(resampled).mean(axis=0) > level)
    if blocks.count >= 2 and sure.any():
        tail = expanded_tail(level, blocks.count)
        found = np.where(np.isfinite(resampled), resampled, value)[:, sure]
        lower[sure], upper[sure] = np.quantile(found, [tail, 1.0 - tail], axis=0)
    return Estimate(value, lower, upper)


def expanded_tail(level: float, blocks: float) -> float:
    """Return the share to cut from each end, so that an interval from few blocks is wide enough.

    Φ(-sqrt(n / (n - 1)) t), with t the quantile of Student's distribution of n - 1 degrees of
    freedom (Hesterberg 2015, equation 9); tends to (1 - level) / 2 for many blocks.
    """
    from scipy.special import stdtrit

    quantile = float(stdtrit(blocks - 1.0, (1.0 + level) / 2.0))
    return NormalDist().cdf(-math.sqrt(blocks / (blocks - 1.0)) * quantile)


def mean(sums: Array) -> Array:
    """Return the mean from sums of values and counts (2, …)."""
    return np.asarray(sums[0] / sums[1])


def skill(sums: Array) -> Array:
    """Return 1 - a / b from sums of two scores on the same cells (2, …): above 0, a is better."""
    return np.asarray(1.0 - sums[0] / sums[1])


def slope(sums: Array) -> Array:
    """Return the least-squares slope of y on x from sums of 1, x, y, x², xy (5, …).

    NaN where all x are the same.
    """
    n, x, y, xx, xy = sums
    spread = np.asarray(n * xx - x * x)
    apart = np.where(spread > 1e-9 * n * xx, spread, np.nan)  # nothing but rounding sets x apart
    return np.asarray((n * xy - x * y) / apart)


def mean_interval(values: Array, blocks: Blocks, *, level: float = 0.9) -> Estimate:
    """Return the mean of values (origin, theatre), NaN where there is none, as one column."""
    known = np.isfinite(values)
    sums = np.stack([np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1)])
    return estimate(mean, sums[..., None], blocks, level=level)


def paired_difference(a: Array, b: Array, blocks: Blocks, *, level: float = 0.95) -> Estimate:
    """Return the mean of a - b (origin, theatre) where both are known, as one column."""
    return mean_interval(a - b, blocks, level=level)
