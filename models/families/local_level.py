"""Reference: a random walk seen with noise, per theatre, by maximum likelihood (statsmodels)."""

import warnings

import numpy as np
from numpy.typing import NDArray

from models.components.history import as_simulation, log_history
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return paths of the level plus noise, each theatre on its own."""
    past = log_history(inputs)
    shape = (paths, inputs.steps_open)
    walked = np.stack([_theatre(past[:, k], shape, rng) for k in range(past.shape[1])], axis=-1)
    return as_simulation(inputs, walked)


def _theatre(past: Array, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Return simulated log measures (path, step) of one theatre."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    if np.isfinite(past).sum() < 3:
        return np.full(shape, past[np.isfinite(past)][-1]) + rng.standard_normal(shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = UnobservedComponents(past, level="llevel").fit(disp=False)
    noise, walk = np.sqrt(fitted.params)
    level, spread = fitted.filtered_state[0, -1], np.sqrt(fitted.filtered_state_cov[0, 0, -1])
    start = level + spread * rng.standard_normal((shape[0], 1))
    steps = np.cumsum(walk * rng.standard_normal(shape), axis=1)
    return np.asarray(start + steps + noise * rng.standard_normal(shape))


FAMILY = Family(
    id="local_level",
    version="1",
    name="Local level",
    build=None,
    simulate=simulate,
)
