"""One simulated history under action and reaction: levers, states and counts, each step in turn.

In each step levers answer the movement of simulated measures and push tension once their lag is
over, so that both parts of the likelihood see what the same parameters made.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.components.coupling import push_so_far, rate_push_so_far
from models.components.generate_levers import GeneratedLevers
from models.components.generated import generated_judged, generated_measures
from models.components.levers import levers_of
from models.components.movement import MovementSeen
from models.components.observation import log_observations
from models.components.passing import passing_so_far
from models.components.pushed import pushed
from models.components.tension_walk import TensionWalk
from models.family import Draws
from models.inputs import Inputs, MeasurePanel

type Array = NDArray[np.float64]


def generate_reactions(inputs: Inputs, draws: Draws, rng: np.random.Generator) -> Inputs:
    """Return the inputs with measures, levers and judged records simulated over the whole history.

    Args:
        inputs: calendar, exposures, bases, indicators that nobody controls or that are concurrent
            and neighbours, all of which are kept, and when levers had new values.
        draws: one draw of the parameters that `action_reaction` needs (a draw axis of length 1).
        rng: the generator to draw from.
    """
    made = _generated_measures(inputs, draws, rng) if inputs.measures.theatres else inputs
    if not inputs.judged.rungs:
        return made
    push = rate_push_so_far(inputs, draws)[0][:, None]
    judged = generated_judged(inputs.judged, draws["enter"][0], draws["leave"][0], rng, push=push)
    return replace(made, judged=judged)


def _generated_measures(inputs: Inputs, draws: Draws, rng: np.random.Generator) -> Inputs:
    """Return the inputs with measures, and the levers that moved with them."""
    one = {name: values[0] for name, values in draws.items()}
    panel, whole = inputs.measures, max(inputs.measures.first_open_step, 1)
    levers = GeneratedLevers(inputs, levers_of(inputs), one, rng, whole=whole)
    walk, movement = TensionWalk(one, rng), MovementSeen(panel)
    drift, variance = _innovations(inputs, draws)
    passing, veil = (found[0] for found in passing_so_far(inputs, draws))
    count, features = panel.count.copy(), list[Array]()
    for t in range(len(count)):
        levers.advance(t, features)
        tension = walk.step(drift[t] + levers.push(t), variance[t])
        noise = np.sqrt(one["noise"] ** 2 / _exposure(panel, t) + veil[t])
        shown = tension + passing[t] + noise * rng.standard_normal(tension.shape)
        seen = generated_measures(panel.of_step(t), shown[None], rng)
        count[t] = seen.count[0]
        if t < whole:
            features.append(movement.add(_log_measure(seen)))
    return replace(inputs, measures=replace(panel, count=count), indicators=levers.panel())


def _innovations(inputs: Inputs, draws: Draws) -> tuple[Array, Array]:
    """Return mean, but for the levers' push, and variance of each innovation (step, theatre)."""
    shock = draws["shock"][0, : len(inputs.measures.count), None]
    drift = shock * draws["loading"] + push_so_far(inputs, draws)[0][:, None]
    variance = np.broadcast_to(draws["volatility"] ** 2, drift.shape)
    place = levers_of(inputs).place
    if not len(place):
        return drift, variance
    value, missing = (a[:, :, place] for a in (inputs.indicators.value, inputs.indicators.missing))
    _, extra = pushed(value, missing, draws["effects"])
    return drift, variance + extra[0]


def _exposure(panel: MeasurePanel, step: int) -> Array:
    return np.where(panel.exposure[step] > 0, panel.exposure[step], 1.0)


def _log_measure(seen: MeasurePanel) -> Array:
    """Return the log measures of one step (theatre), NaN where it was not seen whole."""
    found = log_observations(seen)
    return np.where((found.observed[0] > 0.5) & seen.complete[0], found.y[0], np.nan)
