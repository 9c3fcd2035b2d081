"""Ordered logit (McCullagh 1980): P(y <= c | x) = logistic(theta_c - x'b), ridge on b.

Thresholds rise by construction: theta_c is the first one plus exponentials of free numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from models.components.held_out import Rows

type Array = NDArray[np.float64]

TINY = 1e-10

LOOSE = 1e-3
"""Ridge on the free numbers of the thresholds, for those that no case tells anything about."""


@dataclass(frozen=True, slots=True)
class OrderedLogit:
    """thresholds: (cut). slopes: (feature), of x standardised by centre and scale (feature)."""

    thresholds: Array
    slopes: Array
    centre: Array
    scale: Array

    def cumulative(self, x: Array) -> Array:
        """Return P(y <= c) for x (case, feature): (case, cut)."""
        standard = np.nan_to_num((x - self.centre) / self.scale)
        return np.asarray(expit(self.thresholds - (standard @ self.slopes)[:, None]))


def fit_ordered_logit(rows: Rows, *, cuts: int, ridge: Array) -> OrderedLogit:
    """Return the fit of greatest penalised likelihood.

    Args:
        rows: y holds categories 0 … cuts.
        cuts: how many thresholds there are.
        ridge: penalty on each squared standardised slope, (feature), in cases.
    """
    centre, scale = _moments(rows.x)
    x = np.nan_to_num((rows.x - centre) / scale)
    y = rows.y.astype(np.int64)
    start = np.concatenate([_start(y, rows.weight, cuts), np.zeros(x.shape[1])])
    found = minimize(
        _objective,
        start,
        args=(x, y, rows.weight, cuts, ridge),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 100, "ftol": 1e-6},
    ).x
    return OrderedLogit(_thresholds(found[:cuts]), found[cuts:], centre, scale)


def _moments(x: Array) -> tuple[Array, Array]:
    known = np.isfinite(x)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, x, 0.0).sum(axis=0) / count
    scale = np.sqrt((np.where(known, x - centre, 0.0) ** 2).sum(axis=0) / count)
    return centre, np.where(scale > TINY, scale, 1.0)


def _start(y: NDArray[np.int64], weight: Array, cuts: int) -> Array:
    """Return free numbers whose thresholds are the frequencies of the categories."""
    counts = np.bincount(y, weights=weight, minlength=cuts + 1) + 0.5
    below = np.cumsum(counts)[:-1] / counts.sum()
    thresholds = np.log(below) - np.log1p(-below)
    return np.concatenate([thresholds[:1], np.log(np.maximum(np.diff(thresholds), 1e-3))])


def _thresholds(free: Array) -> Array:
    return np.cumsum(np.concatenate([free[:1], np.exp(np.minimum(free[1:], 20.0))]))


def _objective(
    free: Array, x: Array, y: NDArray[np.int64], weight: Array, cuts: int, ridge: Array
) -> tuple[float, Array]:
    """Return the penalised negative log likelihood and its gradient."""
    theta, slopes = _thresholds(free[:cuts]), free[cuts:]
    score = x @ slopes
    edges = np.concatenate([[-np.inf], theta, [np.inf]])
    upper, lower = expit(edges[y + 1] - score), expit(edges[y] - score)
    chance = np.maximum(upper - lower, TINY)
    up = weight * upper * (1.0 - upper) / chance
    down = weight * lower * (1.0 - lower) / chance
    by_threshold = (
        np.bincount(y, weights=up, minlength=cuts + 1)[:cuts]
        - np.bincount(y, weights=down, minlength=cuts + 1)[1:]
    )
    tail = np.cumsum(by_threshold[::-1])[::-1]
    rise = np.where(free[1:cuts] < 20.0, np.exp(np.minimum(free[1:cuts], 20.0)), 0.0)
    by_free = np.concatenate([tail[:1], tail[1:] * rise])
    penalty = 0.5 * (ridge @ slopes**2 + LOOSE * free[1:cuts] @ free[1:cuts])
    gradient = np.concatenate([-by_free, x.T @ (up - down) + ridge * slopes])
    gradient[1:cuts] += LOOSE * free[1:cuts]
    return float(-(weight @ np.log(chance)) + penalty), gradient
