"""One simulated history under latent tension: states, noise and counts from one parameter draw."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.components.generated import generated_judged, generated_measures
from models.components.observation import log_observations
from models.components.pushed import Acting
from models.components.simulate_tension import acting_so_far
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
    measures, judged = inputs.measures, inputs.judged
    if measures.theatres:
        measures = _measures(inputs, draws, rng)
    if judged.rungs:
        judged = generated_judged(judged, draws["enter"][0], draws["leave"][0], rng)
    return replace(inputs, measures=measures, judged=judged)


def _measures(inputs: Inputs, draws: Draws, rng: np.random.Generator) -> MeasurePanel:
    acting = acting_so_far(inputs, draws)
    exposure = log_observations(inputs.measures).exposure
    states = _states(inputs, draws, acting, rng)
    noise = draws["noise"][0] ** 2 / exposure + acting.veil[0]
    seen = states + acting.passing[0] + np.sqrt(noise) * rng.standard_normal(states.shape)
    return generated_measures(inputs.measures, seen, rng)


def _states(inputs: Inputs, draws: Draws, acting: Acting, rng: np.random.Generator) -> Array:
    """Return log tension of every step (step, theatre)."""
    one = {name: values[0] for name, values in draws.items()}
    steps = len(inputs.measures.count)
    drift = acting.drift[0] + one["shock"][:steps, None] * one["loading"]
    variance = acting.extra[0] + one["volatility"] ** 2
    walk = TensionWalk(one, rng)
    return np.stack([walk.step(d, v) for d, v in zip(drift, variance, strict=True)])
