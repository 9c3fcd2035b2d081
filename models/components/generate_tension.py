"""One simulated history under latent tension: states, noise and counts from one parameter draw."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.components.generated import generated_judged, generated_measures
from models.components.observation import log_observations
from models.components.pushed import pushed
from models.components.tension_walk import TensionWalk
from models.family import Draws
from models.inputs import Inputs, MeasurePanel

type Array = NDArray[np.float64]


def generate_tension(inputs: Inputs, draws: Draws, rng: np.random.Generator) -> Inputs:
    """Return the inputs with measures and judged records simulated over the whole history.

    Args:
        inputs: calendar, exposures, bases and indicators, all of which are kept.
        draws: one draw of the parameters that `simulate_tension` reads (a draw axis of length 1).
        rng: the generator to draw from.
    """
    one = {name: values[0] for name, values in draws.items()}
    measures, judged = inputs.measures, inputs.judged
    if measures.theatres:
        measures = _measures(inputs, one, rng)
    if judged.rungs:
        judged = generated_judged(judged, one["enter"], one["leave"], rng)
    return replace(inputs, measures=measures, judged=judged)


def _measures(inputs: Inputs, one: Draws, rng: np.random.Generator) -> MeasurePanel:
    exposure = log_observations(inputs.measures).exposure
    states = _states(inputs, one, rng)
    beside, veil = _beside(inputs, one)
    scatter = np.sqrt(one["noise"] ** 2 / exposure + veil) * rng.standard_normal(states.shape)
    return generated_measures(inputs.measures, states + beside + scatter, rng)


def _beside(inputs: Inputs, one: Draws) -> tuple[Array, Array]:
    """Return what concurrent indicators add to what is seen, and its variance (step, theatre)."""
    if not inputs.concurrent.indicators:
        nothing = np.zeros(inputs.measures.count.shape)
        return nothing, nothing
    panel = inputs.concurrent
    beside, veil = pushed(panel.value, panel.missing, one["passing_effects"][None])
    return beside[0], veil[0]


def _states(inputs: Inputs, one: Draws, rng: np.random.Generator) -> Array:
    """Return log tension of every step (step, theatre)."""
    drift, variance = _innovations(inputs, one)
    walk = TensionWalk(one, rng)
    return np.stack([walk.step(d, v) for d, v in zip(drift, variance, strict=True)])


def _innovations(inputs: Inputs, one: Draws) -> tuple[Array, Array]:
    """Return mean and variance of each step's innovation (step, theatre)."""
    steps, theatres = inputs.measures.count.shape
    drift = one["shock"][:steps, None] * one["loading"]
    variance = np.broadcast_to(one["volatility"] ** 2, (steps, theatres))
    if not inputs.indicators.indicators:
        return drift, variance
    panel = inputs.indicators
    push, extra = pushed(panel.value, panel.missing, one["effects"][None])
    return drift + push[0], variance + extra[0]
