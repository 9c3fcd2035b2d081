"""Filtered states per posterior draw, in closed form, all draws at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.local_level import START_VARIANCE

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Filtered:
    """Mean and variance of the state after each step, given all seen up to it.

    Arrays (draw, step, theatre). The model is that of `models.components.local_level`.
    """

    mean: Array
    variance: Array


def filter_states(
    *, y: Array, observed: Array, level: Array, phi: Array, drift: Array, q: Array, r: Array
) -> Filtered:
    """Return filtered states for every draw.

    Args:
        y: observations (step, theatre).
        observed: 1.0 or 0.0 (step, theatre).
        level: mean of the observation (draw, theatre).
        phi: persistence (draw, theatre).
        drift: expected innovation (draw, step, theatre).
        q: variance of the innovation (draw, step, theatre).
        r: variance of the observation (draw, step, theatre).
    """
    mean, variance = np.empty_like(drift), np.empty_like(drift)
    m, p = np.zeros_like(level), np.full_like(level, START_VARIANCE)
    for t in range(len(y)):
        m, p = phi * m + drift[:, t], phi**2 * p + q[:, t]
        gain = np.where(observed[t] > 0.5, p / (p + r[:, t]), 0.0)
        m, p = m + gain * (y[t] - level - m), (1.0 - gain) * p
        mean[:, t], variance[:, t] = m, p
    return Filtered(mean, variance)


def sample_back(
    filtered: Filtered,
    *,
    phi: Array,
    drift: Array,
    q: Array,
    first: int,
    paths: int,
    rng: np.random.Generator,
) -> Array:
    """Return joint draws of the states of steps `first` … last: (draw, path, step, theatre).

    Backward sampling (Carter and Kohn 1994): the last state from its filtered distribution, then
    each earlier one given the next.
    """
    draws, steps, theatres = filtered.mean.shape
    states = np.empty((draws, paths, steps - first, theatres))
    shape = (draws, paths, theatres)
    mean, variance = filtered.mean[:, -1], filtered.variance[:, -1]
    x = mean[:, None] + np.sqrt(variance)[:, None] * rng.standard_normal(shape)
    states[:, :, -1] = x
    for t in range(steps - 2, first - 1, -1):
        mean, variance = filtered.mean[:, t], filtered.variance[:, t]
        ahead = phi**2 * variance + q[:, t + 1]
        gain = variance * phi / ahead
        surprise = x - (phi * mean + drift[:, t + 1])[:, None]
        sd = np.sqrt(variance * q[:, t + 1] / ahead)
        x = mean[:, None] + gain[:, None] * surprise + sd[:, None] * rng.standard_normal(shape)
        states[:, :, t - first] = x
    return states
