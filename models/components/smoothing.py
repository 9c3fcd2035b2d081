"""Exponentially weighted levels over a grid of weights, from every past origin at once."""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


def smooth(past: Array, weights: Array) -> Array:
    """Return the level before each step t = 0 … T: (t, weight, theatre), NaN before the first.

    level <- level + weight x (value - level); an unseen step changes nothing.

    Args:
        past: (T, theatre), NaN where unseen.
        weights: of the newest step, (weight).
    """
    levels = np.full((len(past) + 1, len(weights), past.shape[1]), np.nan)
    for t, row in enumerate(past):
        before = levels[t]
        error = np.nan_to_num(row - before)
        started = np.where(np.isnan(before), row, before + weights[:, None] * error)
        levels[t + 1] = started
    return levels


def with_part(levels: Array, early: Array, weights: Array, share: Array) -> Array:
    """Return levels moved by the part of step t that is seen from it, its weight times `share`."""
    moved = share * weights[:, None] * (early[:, None] - levels)
    return levels + np.nan_to_num(moved)
