"""Outcomes against predictive distributions: probability integral transform and coverage.

The transform of an outcome is the probability that the forecast gave to anything lower; over many
outcomes it is uniform if forecasts are calibrated (Dawid 1984, Gneiting et al. 2007). Where the
forecast has a lump of probability (a rung, or a measure that is often nothing), the transform is
known only up to a band, in which it is drawn at random (Czado, Gneiting and Held 2009).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

NOMINAL_90 = (0.05, 0.95)
"""Levels between which a nominal 90 % interval lies."""


@dataclass(frozen=True, slots=True)
class Band:
    """Probability below the outcome, and up to it: `lower` <= `upper`, NaN where unknown."""

    lower: Array
    upper: Array

    def draw(self, rng: np.random.Generator) -> Array:
        """Return a transform for each outcome, uniform in its band."""
        return self.lower + rng.random(self.lower.shape) * (self.upper - self.lower)

    def inside(self, lower: float, upper: float) -> Array:
        """Return the share of each band between two levels: the chance that a draw falls there.

        Its mean over outcomes is the coverage of the interval between the two levels that does
        not count a whole lump for part of it.
        """
        width = self.upper - self.lower
        shared = np.minimum(self.upper, upper) - np.maximum(self.lower, lower)
        point = np.where((self.lower >= lower) & (self.upper <= upper), 1.0, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(width > 0, np.clip(shared / width, 0.0, 1.0), point)
        return np.where(np.isfinite(width), share, np.nan)


def rung_band(at: Array, rung: NDArray[np.int64]) -> Band:
    """Return the band of the rung that came.

    Args:
        at: probability of each rung (…, rung).
        rung: index of the rung that came (…), -1 where unknown.
    """
    upto = np.minimum(np.cumsum(at, axis=-1), 1.0)
    came = np.maximum(rung, 0)[..., None]
    upper = np.take_along_axis(upto, came, axis=-1)[..., 0]
    lower = np.take_along_axis(upto, np.maximum(came - 1, 0), axis=-1)[..., 0]
    known = rung >= 0
    return Band(
        np.where(known, np.where(rung > 0, lower, 0.0 * upper), np.nan),
        np.where(known, upper, np.nan),
    )


def quantile_band(quantiles: Array, levels: Sequence[float], measure: Array) -> Band:
    """Return the band of the measure that came, from quantiles joined by straight lines.

    Between two quantiles the band is a point. It is wider where several quantiles equal the
    outcome, and beyond the outermost ones, where it reaches to 0 or 1.

    Args:
        quantiles: of the forecast (…, level), rising.
        levels: strictly between 0 and 1, rising.
        measure: what came (…), NaN where unknown.
    """
    below = (quantiles < measure[..., None]).sum(axis=-1)
    upto = (quantiles <= measure[..., None]).sum(axis=-1)
    last = len(levels)
    alpha = np.concatenate([[0.0], np.asarray(levels, dtype=float), [1.0]])
    # Quantile i has level alpha[i + 1]; a lump that holds the outermost quantile may go on beyond.
    lump, outside = upto > below, (upto == 0) | (below == last)
    between = _between(quantiles, alpha, measure, below)
    lower = np.where(outside, alpha[below], between)
    upper = np.where(outside, alpha[below + 1], between)
    lower = np.where(lump, alpha[np.where(below == 0, 0, below + 1)], lower)
    upper = np.where(lump, alpha[np.where(upto == last, last + 1, upto)], upper)
    known = np.isfinite(measure) & np.isfinite(quantiles).all(axis=-1)
    return Band(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def covered(quantiles: Array, levels: Sequence[float], measure: Array) -> Array:
    """Return 1.0 where the nominal 90 % interval holds the measure, its ends included, else 0.0.

    NaN where unknown. Shapes as in `quantile_band`; `levels` must hold 0.05 and 0.95.

    Raises:
        ValueError: a needed level is not among `levels`.
    """
    low, high = (list(levels).index(level) for level in NOMINAL_90)
    inside = (measure >= quantiles[..., low]) & (measure <= quantiles[..., high])
    known = np.isfinite(measure) & np.isfinite(quantiles).all(axis=-1)
    return np.where(known, inside.astype(float), np.nan)


def deviation(transforms: Array) -> float:
    """Return the greatest distance of the transforms' distribution from the uniform one.

    The statistic of Kolmogorov and Smirnov: 0 is perfect, 1 the worst; NaN without transforms.
    """
    found = np.sort(transforms[np.isfinite(transforms)])
    if not len(found):
        return float("nan")
    steps = np.arange(len(found) + 1) / len(found)
    return float(max(np.max(steps[1:] - found), np.max(found - steps[:-1])))


def histogram(transforms: Array, *, bins: int = 10) -> Array:
    """Return the share of transforms in each of `bins` equal parts of 0 to 1, summing to one."""
    found = transforms[np.isfinite(transforms)]
    counts, _ = np.histogram(found, bins=bins, range=(0.0, 1.0))
    return counts / max(len(found), 1)


def _between(quantiles: Array, alpha: Array, measure: Array, below: NDArray[np.int64]) -> Array:
    """Return the level at the outcome on the line between its two neighbours."""
    last = quantiles.shape[-1] - 1
    left, right = np.clip(below - 1, 0, last), np.clip(below, 0, last)
    q0 = np.take_along_axis(quantiles, left[..., None], axis=-1)[..., 0]
    q1 = np.take_along_axis(quantiles, right[..., None], axis=-1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(q1 > q0, (measure - q0) / (q1 - q0), 0.0)
    return alpha[left + 1] + share * (alpha[right + 1] - alpha[left + 1])
