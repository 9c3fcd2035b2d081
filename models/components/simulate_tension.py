"""Joint paths of the measure from the posterior of latent tension, vectorised over draws."""

import numpy as np
from numpy.typing import NDArray

from models.components.counts import simulate_measures
from models.components.filtering import Dynamics, filter_states, sample_back
from models.components.observation import log_observations
from models.family import Draws, JudgedRates, MeasurePaths, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]


def simulate_tension(
    inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator
) -> Simulation:
    """Return joint paths of all measured theatres and the rates of all judged cells."""
    measured = bool(inputs.measures.theatres)
    return Simulation(
        paths=_measure_paths(inputs, draws, paths, rng) if measured else None,
        judged=JudgedRates(draws["enter"], draws["leave"]) if inputs.judged.rungs else None,
    )


def _measure_paths(
    inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator
) -> MeasurePaths:
    first = inputs.measures.first_open_step
    x, level = past_states(inputs, draws, paths, min(first, inputs.calendar.last), rng)
    future = _future(inputs, draws, x[:, :, -1], level[:, :, -1], rng)
    log_rate = np.concatenate([x + level, future], axis=2)[:, :, -(inputs.steps_open) :]
    return MeasurePaths(first, simulate_measures(inputs.measures, draws["noise"], log_rate, rng))


def past_states(
    inputs: Inputs, draws: Draws, paths: int, first: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return deviations and levels of steps `first` … the present: (draw, path, step, theatre)."""
    seen = log_observations(inputs.measures)
    steps = len(seen.y)
    drift = draws["shock"][:, :steps, None] * draws["loading"][:, None]
    drift += _pushed(draws, inputs.indicators.value)
    q = draws["volatility"][:, None] ** 2 + _unknown(draws, inputs.indicators.missing)
    dynamics = Dynamics(draws["phi"], draws["wander"] ** 2, drift, q)
    filtered = filter_states(
        y=seen.y,
        observed=seen.observed,
        level=draws["level"],
        start=np.broadcast_to(draws["level_spread"][:, None] ** 2, draws["level"].shape),
        dynamics=dynamics,
        r=draws["noise"][:, None] ** 2 / seen.exposure + seen.counting,
    )
    return sample_back(filtered, dynamics, first=first, paths=paths, rng=rng)


def _future(
    inputs: Inputs, draws: Draws, x: Array, level: Array, rng: np.random.Generator
) -> Array:
    """Return log tension in the steps after the present one: (draw, path, step, theatre)."""
    drift = _pushed(draws, inputs.indicators.ahead)
    variance = draws["volatility"][:, None] ** 2 + _unknown(draws, inputs.indicators.ahead_variance)
    sd, phi, loading = np.sqrt(variance), draws["phi"][:, None], draws["loading"][:, None]
    wander = draws["wander"][:, None]
    tension = np.empty((*x.shape[:2], drift.shape[1], x.shape[2]))
    for h in range(drift.shape[1]):
        common = rng.standard_normal((*x.shape[:2], 1)) * loading
        own = rng.standard_normal(x.shape) * sd[:, None, h]
        x = phi * x + drift[:, None, h] + common + own
        level = level + wander * rng.standard_normal(level.shape)
        tension[:, :, h] = x + level
    return tension


def _pushed(draws: Draws, value: Array) -> Array:
    """Return what the indicators add to the deviation: (draw, step, theatre)."""
    if value.shape[-1] == 0:
        return np.zeros((len(draws["level"]), *value.shape[:2]))
    pushed: Array = np.einsum("tkj,dkj->dtk", value, draws["effects"], optimize=True)
    return pushed


def _unknown(draws: Draws, variance: Array) -> Array:
    """Return the variance that indicators not known add to the deviation: (draw, step, theatre)."""
    if variance.shape[-1] == 0:
        return np.zeros((len(draws["level"]), *variance.shape[:2]))
    added: Array = np.einsum("tkj,dkj->dtk", variance, draws["effects"] ** 2, optimize=True)
    return added
