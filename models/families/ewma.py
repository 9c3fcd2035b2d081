"""Reference: an exponentially weighted mean per theatre, its weight chosen on its own past.

Exponential smoothing is the optimal forecast of ARIMA(0,1,1) (Muth 1960): one step ahead the
error is e; the level then moves by weight x e, which gives the spread at longer horizons.
"""

import numpy as np
from numpy.typing import NDArray

from models.components.history import as_simulation, log_history
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]

WEIGHTS = np.linspace(0.05, 0.95, 19)
"""Weights of the newest step that are tried."""

BURN_IN = 8
"""Steps before errors count in choosing the weight."""


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return paths of the smoothed level with its own past one-step errors, drawn jointly."""
    past = log_history(inputs)
    weight, level, errors = _chosen(past)
    level = np.broadcast_to(level, (paths, past.shape[1]))
    walked = np.empty((paths, inputs.steps_open, past.shape[1]))
    for step in range(inputs.steps_open):
        error = errors[rng.integers(0, len(errors), paths)]
        walked[:, step] = level + error
        level = level + weight * error
    return as_simulation(inputs, walked)


def _chosen(past: Array) -> tuple[Array, Array, Array]:
    """Return weight and last level per theatre, and joint past errors (step, theatre)."""
    tried = [smooth(past, np.full(past.shape[1], weight)) for weight in WEIGHTS]
    burn = min(BURN_IN, len(past) - 1)
    losses = [np.nan_to_num(np.nansum(errors[burn:] ** 2, axis=0)) for _, errors in tried]
    weight = WEIGHTS[np.argmin(losses, axis=0)]
    level, errors = smooth(past, weight)
    return weight, level, np.nan_to_num(errors[burn:])


def smooth(past: Array, weight: Array) -> tuple[Array, Array]:
    """Return the last level (theatre) and the one-step errors (step, theatre); NaN where unseen."""
    first = np.argmax(np.isfinite(past), axis=0)
    level = past[first, np.arange(past.shape[1])]
    errors = np.full_like(past, np.nan)
    for t, row in enumerate(past):
        errors[t] = np.where(t > first, row - level, np.nan)
        level = level + weight * np.nan_to_num(errors[t])
    return level, errors


FAMILY = Family(
    id="ewma",
    version="1",
    name="Exponentially weighted mean",
    build=None,
    simulate=simulate,
)
