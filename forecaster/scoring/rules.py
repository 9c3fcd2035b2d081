"""Scoring rules, each zero or more and lower for the better forecast; proper in expectation.

A thin face over `scoringrules`, which is imported when a rule is used because that takes seconds.
All rules work over leading axes, and give NaN where the outcome is unknown.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

FLOOR = 1e-4
"""Least probability that the logarithmic score believes.

Probabilities are shares of some thousand simulated paths: a rung that none of them met has a
probability too small to be counted, not zero.
"""


def rps(at: Array, rung: NDArray[np.int64]) -> Array:
    """Return the ranked probability score over the number of thresholds: 0 best, 1 worst.

    The mean over the R - 1 thresholds of the squared difference between the cumulative forecast
    and the cumulative outcome (Epstein 1969, normalised as in Murphy 1971), so that ladders of
    different length compare.

    Args:
        at: probability of each rung (…, rung).
        rung: index of the rung that came (…), -1 where unknown.
    """
    from scoringrules import rps_score

    score = rps_score(np.maximum(rung, 0) + 1, np.nan_to_num(at)) / (at.shape[-1] - 1)
    return _known(score, (rung >= 0) & np.isfinite(at).all(axis=-1))


def log_score(at: Array, rung: NDArray[np.int64], *, floor: float = FLOOR) -> Array:
    """Return minus the natural logarithm of the probability of the rung that came (Good 1952).

    Probabilities below `floor` count as `floor`, which bounds the score by -log(floor) and makes
    it proper only among forecasts that stay above it.

    Args:
        at: probability of each rung (…, rung).
        rung: index of the rung that came (…), -1 where unknown.
        floor: least probability believed.
    """
    from scoringrules import log_score as binary

    came = np.take_along_axis(at, np.maximum(rung, 0)[..., None], axis=-1)[..., 0]
    believed = np.clip(np.nan_to_num(came), floor, 1.0)
    return _known(binary(np.ones_like(believed), believed), (rung >= 0) & np.isfinite(came))


def brier(probability: Array, event: Array) -> Array:
    """Return the squared difference of probability and event (Brier 1950), 0 best, 1 worst.

    Args:
        probability: of the event (…).
        event: 1.0 if it came, 0.0 if not, NaN where unknown (…).
    """
    from scoringrules import brier_score

    score = brier_score(np.nan_to_num(event), np.nan_to_num(probability))
    return _known(score, np.isfinite(event) & np.isfinite(probability))


def crps(quantiles: Array, levels: Sequence[float], measure: Array) -> Array:
    """Return the continuous ranked probability score from quantiles, in the measure's unit.

    Twice the integral over levels of the quantile score (Gneiting and Ranjan 2011); each level
    stands for the levels that are nearer to it than to any other, so that levels packed in the
    tails do not weigh more than they span.

    Args:
        quantiles: of the forecast (…, level), rising.
        levels: strictly between 0 and 1, rising.
        measure: what came (…), NaN where unknown.
    """
    from scoringrules import quantile_score

    alpha = np.asarray(levels, dtype=float)
    edges = np.concatenate([[0.0], (alpha[1:] + alpha[:-1]) / 2.0, [1.0]])
    per_level = quantile_score(measure[..., None], quantiles, alpha)
    return np.asarray(2.0 * (per_level * np.diff(edges)).sum(axis=-1), dtype=float)


def _known(score: Array, known: NDArray[np.bool_]) -> Array:
    return np.where(known, score, np.nan)
