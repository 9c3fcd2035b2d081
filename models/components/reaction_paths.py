"""Joint future of tension and of the indicators that people control, each answering the other.

Vectorised over draws and paths; the only loop is over steps. In each step levers renew what they
are due to renew, given the movement that could be known, and push tension once their lag is over.
"""

import numpy as np
from numpy.typing import NDArray

from models.components import tension_states
from models.components.counts import simulate_measures
from models.components.coupling import push_ahead, push_so_far
from models.components.lever_paths import LeverPaths
from models.components.levers import Levers, levers_of
from models.components.movement import Movement, observed_movement
from models.components.passing import passing_open, passing_so_far
from models.components.pushed import Acting, pushed
from models.family import Draws, MeasurePaths
from models.inputs import Inputs

type Array = NDArray[np.float64]


def reaction_paths(
    inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator
) -> MeasurePaths:
    """Return joint paths of the measure of all measured theatres.

    People answer what they see: the noise of the measure is part of the movement.
    """
    tension_rng, lever_rng = rng.spawn(2)
    levers = levers_of(inputs)
    acting = known_acting(inputs, draws)
    now = tension_states.present_states(inputs, draws, paths, tension_rng, acting=acting)
    moving = LeverPaths(levers, draws, now.state.shape[:2], lever_rng) if levers.ids else None
    log_measure = _walked(inputs, draws, now, levers, moving, tension_rng)
    quiet = np.zeros_like(draws["noise"])
    first = inputs.measures.first_open_step
    return MeasurePaths(first, simulate_measures(inputs.measures, quiet, log_measure, tension_rng))


def known_acting(inputs: Inputs, draws: Draws) -> Acting:
    """Return what acts on tension up to the present step.

    A controlled indicator that was not known adds the variance of its effect, not a zero.
    """
    levers = levers_of(inputs)
    steps, theatres = inputs.calendar.last + 1, len(inputs.measures.theatres)
    drift, extra = (np.zeros((len(draws["level"]), steps, theatres)) for _ in range(2))
    if levers.ids:
        panel, effects = inputs.indicators, draws["effects"]
        value, missing = (a[:, :, levers.place] for a in (panel.value, panel.missing))
        drift, extra = pushed(value, missing, effects)
    drift += push_so_far(inputs, draws)[:, :, None]
    return Acting(drift, extra, *passing_so_far(inputs, draws))


def lever_push(draws: Draws, levers: Levers, moving: LeverPaths, step: int) -> Array:
    """Return what levers are expected to add to the states in a step: (draw, path or 1, theatre).

    A value as observed stands for a signal of sqrt(reliability) times it.
    """
    pushed: Array = np.zeros((1, 1, levers.serves.shape[1]))
    for j, indicator in enumerate(levers.indicator):
        served = levers.serves[j] * np.sqrt(levers.reliability[j])
        effect = draws["effects"][:, None, :, indicator] * served
        pushed = pushed + effect * moving.at(step - int(levers.lag[j]), j)[:, :, None]
    return pushed


def lever_doubt(draws: Draws, levers: Levers) -> Array | float:
    """Return the variance that errors of the sources add to a step's push: (draw, 1, theatre)."""
    doubt: Array | float = 0.0
    for j, indicator in enumerate(levers.indicator):
        served = levers.serves[j] * (1.0 - levers.reliability[j])
        doubt = doubt + draws["effects"][:, None, :, indicator] ** 2 * served
    return doubt


def _walked(
    inputs: Inputs,
    draws: Draws,
    now: tension_states.Present,
    levers: Levers,
    moving: LeverPaths | None,
    rng: np.random.Generator,
) -> Array:
    """Return log measures of the open steps (draw, path, step, theatre), noise included."""
    first, last = inputs.measures.first_open_step, inputs.calendar.last
    seen, beside = MovementRecord(*observed_movement(inputs), first), push_ahead(inputs, draws)
    doubt, (passing, veil) = lever_doubt(draws, levers), passing_open(inputs, draws)
    noise, state = draws["noise"][:, None], now.state
    log_measure = np.empty((*state.shape[:2], inputs.steps_open, state.shape[-1]))
    for i, step in enumerate(range(first, first + inputs.steps_open)):
        if step > last:
            push = beside[:, step - last - 1, None, None]
            if moving is not None:
                moving.advance(step, seen.at)
                push = push + lever_push(draws, levers, moving, step)
            state = tension_states.advance(draws, state, push, rng, extra=doubt)
        tension = now.past[:, :, i] if step <= last else tension_states.log_tension(draws, state)
        shown = tension + passing[:, None, i]
        if veil[:, i].any():
            shown += np.sqrt(veil[:, None, i]) * rng.standard_normal(shown.shape)
        error = noise * rng.standard_normal(tension.shape)
        log_measure[:, :, i] = shown + error / np.sqrt(_still_open(inputs, step))
        seen.add(shown + error)
    return log_measure


def _still_open(inputs: Inputs, step: int) -> Array:
    """Return the share of a step that is still to be seen (theatre); a short rest is noisier."""
    exposure = inputs.measures.exposure
    if step >= len(exposure):
        return np.ones(exposure.shape[1])
    rest: Array = 1.0 - np.minimum(exposure[step], 1.0 - 1e-6)
    return rest


class MovementRecord:
    """Features of movement by step: as observed up to a step, as simulated from there on."""

    def __init__(self, features: Array, movement: Movement, first: int) -> None:
        self._features, self._movement, self._first = features, movement, first
        self._simulated: list[Array] = []

    def add(self, log_measure: Array) -> None:
        """Enter one more step (draw, path, theatre)."""
        self._movement = self._movement.after(log_measure)
        self._simulated.append(self._movement.features)

    def at(self, step: int) -> Array:
        """Return features after a step, those of the first one where it lies before the record."""
        if step >= self._first:
            return self._simulated[step - self._first]
        before: Array = self._features[max(step, 0)][None, None]
        return before
