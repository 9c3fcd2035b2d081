"""Reliability: how often events came that were given a probability.

A forecaster is reliable if of all events given 30 % three in ten come (Murphy and Winkler 1977).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from forecaster.scoring.bootstrap import Blocks, estimate, mean

type Array = NDArray[np.float64]

EDGES: tuple[float, ...] = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Edges of the bins: finer below, where rare events are told apart. The last bin has both ends."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Forecasts between two probabilities: their number, their mean, and how often events came.

    lower, upper: 90 % interval of the observed frequency; the wider at each end of Wilson's, which
    knows that none of a few is not never, and the block bootstrap's, which knows that forecasts
    from neighbouring origins share their fate.
    """

    low: float
    high: float
    n: int
    forecast: float
    observed: float
    lower: float
    upper: float


def reliability_bins(
    probability: Array,
    event: Array,
    blocks: Blocks,
    *,
    edges: Sequence[float] = EDGES,
    level: float = 0.9,
) -> tuple[ReliabilityBin, ...]:
    """Return the bins that hold a forecast, in rising order.

    Args:
        probability: of the event (origin, …).
        event: 1.0, 0.0, or NaN where unknown (origin, …).
        blocks: resamples of the same origins.
        edges: of the bins, rising from 0 to 1.
        level: nominal coverage of the intervals.
    """
    known = np.isfinite(probability) & np.isfinite(event)
    place = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)
    return tuple(
        _bin(probability, event, known & (place == i), blocks, (edges[i], edges[i + 1]), level)
        for i in range(len(edges) - 1)
        if (known & (place == i)).any()
    )


def slope_sums(probability: Array, event: Array) -> Iterator[Array]:
    """Yield the terms of `bootstrap.slope`, each (…), zero where event or probability is unknown.

    The line of the outcome on the probability, by least squares: a slope of 1 is reliable, below 1
    too bold, above 1 too timid (Cox 1958 in its linear form).
    """
    known = np.isfinite(probability) & np.isfinite(event)
    x, y = np.where(known, probability, 0.0), np.where(known, event, 0.0)
    yield from (known.astype(float), x, y, x * x, x * y)


def wilson(successes: float, n: float, *, level: float) -> tuple[float, float]:
    """Return the interval of a frequency among `n` independent trials (Wilson 1927)."""
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Rounding must not keep the interval from what was seen.
    return max(min(centre - half, share), 0.0), min(max(centre + half, share), 1.0)


def _bin(
    probability: Array,
    event: Array,
    inside: NDArray[np.bool_],
    blocks: Blocks,
    ends: tuple[float, float],
    level: float,
) -> ReliabilityBin:
    origins = len(inside)
    came = np.where(inside, event, 0.0).reshape(origins, -1).sum(axis=1)
    count = inside.reshape(origins, -1).sum(axis=1).astype(float)
    found = estimate(mean, np.stack([came, count])[..., None], blocks, level=level)
    low, high = wilson(float(came.sum()), float(count.sum()), level=level)
    return ReliabilityBin(
        low=ends[0],
        high=ends[1],
        n=int(count.sum()),
        forecast=float(probability[inside].mean()),
        observed=float(found.value[0]),
        lower=float(np.fmin(low, found.lower[0])),
        upper=float(np.fmax(high, found.upper[0])),
    )
