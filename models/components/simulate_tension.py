"""Joint paths of the measure from the posterior of latent tension, vectorised over draws."""

import numpy as np
from numpy.typing import NDArray

from models.components import tension_states
from models.components.counts import simulate_measures
from models.components.pushed import pushed
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
    drift, extra = pushes_so_far(inputs, draws)
    now = tension_states.present_states(inputs, draws, paths, rng, drift=drift, extra=extra)
    log_rate = np.concatenate([now.past, _future(inputs, draws, now.state, rng)], axis=2)
    first = inputs.measures.first_open_step
    return MeasurePaths(first, simulate_measures(inputs.measures, draws["noise"], log_rate, rng))


def pushes_so_far(inputs: Inputs, draws: Draws) -> tuple[Array, Array]:
    """Return what indicators add up to the present step, and its variance (draw, step, theatre)."""
    panel = inputs.indicators
    return pushed(panel.value, panel.missing, _effects(inputs, draws))


def _future(
    inputs: Inputs, draws: Draws, state: tension_states.State, rng: np.random.Generator
) -> Array:
    """Return log tension in the steps after the present one: (draw, path, step, theatre)."""
    panel = inputs.indicators
    drift, extra = pushed(panel.ahead, panel.ahead_variance, _effects(inputs, draws))
    tension = np.empty((*state.shape[:2], drift.shape[1], state.shape[2]))
    for h in range(drift.shape[1]):
        state = tension_states.advance(
            draws, state, drift[:, None, h], rng, extra=extra[:, None, h]
        )
        tension[:, :, h] = tension_states.log_tension(draws, state)
    return tension


def _effects(inputs: Inputs, draws: Draws) -> Array:
    """Return effects (draw, theatre, indicator); none where the ladder has no indicator."""
    if inputs.indicators.indicators:
        return draws["effects"]
    return np.zeros((len(draws["level"]), len(inputs.measures.theatres), 0))
