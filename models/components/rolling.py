"""Choice among candidates by their score from past origins: no outcome later than the present.

The ranked probability score (Epstein 1969) of cumulative probabilities F against a rung r is the
mean over cuts c of (F_c - 1[r <= c])^2.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]

BURN_IN = 26
"""Whole steps before the first past origin that is scored."""


def origins(steps: int, lead: int, *, burn_in: int = BURN_IN) -> Whole:
    """Return the past origins t, `burn_in` <= t, whose outcome at step t + lead is a whole step."""
    return np.arange(burn_in, max(steps - lead, burn_in))


def choose(losses: Sequence[float]) -> int:
    """Return the place of the smallest loss; the first one where no loss is known."""
    known = np.where(np.isfinite(losses), losses, np.inf)
    return int(np.argmin(known))


def rps(cumulative: Array, rung: Whole) -> Array:
    """Return the score of cumulative probabilities (…, cut) against rungs (…), NaN for -1."""
    if not cumulative.shape[-1]:
        return np.zeros(rung.shape)
    below = rung[..., None] <= np.arange(cumulative.shape[-1])
    score = ((cumulative - below) ** 2).mean(axis=-1)
    return np.where(rung >= 0, score, np.nan)


def mean_rps(cumulative: Array, rung: Whole) -> float:
    """Return the mean score over all that was seen; NaN if nothing was."""
    score = rps(cumulative, rung)
    known = np.isfinite(score)
    return float(score[known].mean()) if known.any() else float("nan")


def gaussian(mean: Array, sd: Array, cuts: Array) -> Array:
    """Return P(below each cut) of normal log measures: (…, cut)."""
    return np.asarray(ndtr((cuts - mean[..., None]) / np.maximum(sd, 1e-6)[..., None]))
