"""Where a direct forecast cuts the log measure: at the thresholds, and between them for detail."""

import numpy as np
from numpy.typing import NDArray

from models.components.past import Past

type Array = NDArray[np.float64]

DETAIL = np.linspace(0.04, 0.96, 12)
"""Quantiles of the past at which a quantity is cut too."""

APART = 0.05
"""Log measures closer than this to a threshold get no cut of their own."""


def knots_of(past: Past) -> Array:
    """Return the cuts of a panel of levels; for a quantity those and quantiles of its past."""
    known = past.whole[np.isfinite(past.whole)]
    if past.levels or not len(known):
        return past.cuts
    extra = np.unique(np.quantile(known, DETAIL))
    extra = extra[np.diff(extra, prepend=-np.inf) > APART]
    gaps = np.abs(extra[:, None] - past.cuts).min(axis=1, initial=np.inf)
    return np.sort(np.concatenate([past.cuts, extra[gaps > APART]]))


def cut_places(past: Past, knots: Array) -> NDArray[np.int64]:
    """Return where the thresholds are among the knots."""
    return np.searchsorted(knots, past.cuts)


def placed(past: Past, knots: Array) -> Array:
    """Return how many knots lie at or below each whole step's measure, NaN where unseen."""
    if past.levels:
        return np.where(past.rung >= 0, past.rung, np.nan)
    place = np.searchsorted(knots, np.nan_to_num(past.whole), side="right").astype(float)
    return np.where(np.isfinite(past.whole), place, np.nan)


def pooled_cumulative(past: Past, knots: Array) -> Array:
    """Return P(below each knot) over all that was ever seen, the same for each theatre."""
    place = placed(past, knots)
    counts = np.bincount(place[np.isfinite(place)].astype(int), minlength=len(knots) + 1) + 0.5
    below = np.cumsum(counts)[:-1] / counts.sum()
    return np.tile(below, (past.whole.shape[1], 1))
