"""Joint paths of the measure from the posterior of latent tension, vectorised over draws."""

import numpy as np
from numpy.typing import NDArray

from models.components import tension_states
from models.components.counts import simulate_measures
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
    panel = inputs.indicators
    now = tension_states.present_states(
        inputs,
        draws,
        paths,
        rng,
        drift=_pushed(draws, panel.value),
        extra=_unknown(draws, panel.missing),
    )
    log_rate = np.concatenate([now.past, _future(inputs, draws, now.state, rng)], axis=2)
    first = inputs.measures.first_open_step
    return MeasurePaths(first, simulate_measures(inputs.measures, draws["noise"], log_rate, rng))


def _future(
    inputs: Inputs, draws: Draws, state: tension_states.State, rng: np.random.Generator
) -> Array:
    """Return log tension in the steps after the present one: (draw, path, step, theatre)."""
    drift = _pushed(draws, inputs.indicators.ahead)
    extra = _unknown(draws, inputs.indicators.ahead_variance)
    tension = np.empty((*state.shape[:2], drift.shape[1], state.shape[2]))
    for h in range(drift.shape[1]):
        state = tension_states.advance(
            draws, state, drift[:, None, h], rng, extra=extra[:, None, h]
        )
        tension[:, :, h] = tension_states.log_tension(draws, state)
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
