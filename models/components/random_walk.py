"""The likelihood of a random walk seen with noise, on a grid of ratios, from every past origin.

y_t = level_t + noise, level_t = level_{t-1} + walk. With the noise variance taken out of the
likelihood (Harvey 1989, section 4.2.2) only q = walk variance / noise variance is left; a grid of
q stands for the search, so that the maximum is known at every past origin for one pass.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]

RATIOS = np.concatenate([[0.0], np.exp(np.linspace(np.log(1e-3), np.log(30.0), 60))])
"""Ratios of walk to noise variance that are tried."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """What is known before step t = 0 … T; variances are in units of the noise variance.

    level, variance: of the level after the last step before t (t, ratio, theatre). squares, logs,
    counts: sums over the steps before t of squared standardised errors, of the logarithms of
    their variances, and of how many there are (the first value seen starts the level and is not
    among them).
    """

    level: Array
    variance: Array
    squares: Array
    logs: Array
    counts: Array


@dataclass(frozen=True, slots=True)
class Fitted:
    """The level before step t with its variance, the variance of the walk and of the noise.

    Arrays are (theatre).
    """

    level: Array
    variance: Array
    walk: Array
    noise: Array


def run_filter(past: Array) -> Filtered:
    """Return the filter over `past` (T, theatre), NaN where unseen, for all `RATIOS`."""
    shape = (len(past) + 1, len(RATIOS), past.shape[1])
    level, variance, squares, logs, counts = (np.zeros(shape) for _ in range(5))
    started = np.zeros(past.shape[1], dtype=bool)
    for t, row in enumerate(past):
        seen = np.isfinite(row)
        predicted = variance[t] + RATIOS[:, None]
        total = predicted + 1.0
        error = np.where(seen & started, row - level[t], 0.0)
        gain = np.where(seen & started, predicted / total, 0.0)
        fresh = seen & ~started
        level[t + 1] = np.where(fresh, np.nan_to_num(row), level[t] + gain * error)
        variance[t + 1] = np.where(fresh, 1.0, predicted * (1.0 - gain))
        counted = seen & started
        squares[t + 1] = squares[t] + error**2 / total
        logs[t + 1] = logs[t] + np.where(counted, np.log(total), 0.0)
        counts[t + 1] = counts[t] + counted
        started |= seen
    return Filtered(level, variance, squares, logs, counts)


def fit(filtered: Filtered, t: int, *, window: int | None, pooled: bool) -> Fitted:
    """Return the most likely fit from the errors of the last `window` steps before step t.

    pooled: theatres share the ratio, each with a noise variance of its own.
    """
    first = max(t - window, 0) if window else 0
    squares, logs, counts = (
        a[t] - a[first] for a in (filtered.squares, filtered.logs, filtered.counts)
    )
    noise = np.maximum(squares / np.maximum(counts, 1.0), 1e-6)
    likelihood = -0.5 * (counts * np.log(noise) + logs)
    if pooled:
        best = np.full(noise.shape[1], likelihood.sum(axis=1).argmax())
    else:
        best = likelihood.argmax(axis=0)
    at = best, np.arange(noise.shape[1])
    few = counts[at] < 2
    scale = np.where(few, 1.0, noise[at])
    ratio = np.where(few, 0.0, RATIOS[best])
    return Fitted(filtered.level[t][at], filtered.variance[t][at] * scale, ratio * scale, scale)


def with_part(fitted: Fitted, early: Array, share: Array) -> Fitted:
    """Return the fit after the seen share of step t, whose noise is that of a step over `share`.

    The variance is that of the level one step before the next walk, as in `Fitted`.
    """
    seen = np.isfinite(early) & (share > 0)
    predicted = fitted.variance + fitted.walk
    noise = fitted.noise / np.where(seen, share, 1.0)
    gain = np.where(seen, predicted / (predicted + noise), 0.0)
    level = fitted.level + gain * np.where(seen, early - fitted.level, 0.0)
    variance = predicted * (1.0 - gain) - fitted.walk
    return Fitted(level, variance, fitted.walk, fitted.noise)
