"""Reference: a random walk seen with noise, per theatre, by maximum likelihood.

The training window, whether theatres share the ratio of walk to noise, and whether the part seen
of the open step is filtered too are chosen by the ranked probability score from past origins.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from forecaster.errors import ModelError
from models.components.history import as_simulation
from models.components.past import Past, past_of
from models.components.random_walk import Filtered, Fitted, fit, run_filter, with_part
from models.components.rolling import choose, gaussian, mean_rps, origins
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]

WINDOWS = (None, 104, 52)
"""Steps whose likelihood counts, as tried; all of them first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to fit: see `models.components.random_walk`."""

    window: int | None
    pooled: bool
    part: bool


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return paths of the level plus noise, each theatre on its own.

    Raises:
        ModelError: the ladder's measures are ordinal levels, which do not walk.
    """
    past = past_of(inputs)
    if past.levels:
        raise ModelError(
            "local_level does not serve a ladder whose measure is of kind 'level': "
            "leave it out, or use ewma"
        )
    filtered = run_filter(past.whole)
    fitted = _fitted(past, filtered, choose_candidate(past, filtered), past.steps)
    shape = (paths, inputs.steps_open, len(fitted.level))
    start = rng.standard_normal((paths, 1, shape[2]))
    # The level's variance after a part of step T is given one walk before it.
    first = np.sqrt(np.maximum(fitted.variance + fitted.walk, 0.0)) * start
    steps = np.sqrt(fitted.walk) * rng.standard_normal(shape)
    steps[:, 0] = 0.0
    noise = np.sqrt(fitted.noise) * rng.standard_normal(shape)
    return as_simulation(inputs, fitted.level + first + np.cumsum(steps, axis=1) + noise)


def choose_candidate(past: Past, filtered: Filtered) -> Candidate:
    """Return the way to fit that did best from past origins, over the ladder's horizons."""
    parts = (False, True) if past.has_early else (False,)
    candidates = [Candidate(*c) for c in product(WINDOWS, (False, True), parts)]
    return candidates[choose([_loss(past, filtered, c) for c in candidates])]


def _loss(past: Past, filtered: Filtered, candidate: Candidate) -> float:
    at = origins(past.steps, int(min(past.leads)))
    if not len(at):
        return float("nan")
    fits = [_fitted(past, filtered, candidate, int(t)) for t in at]
    means = np.stack([f.level for f in fits])
    each = []
    for lead in past.leads:
        known = at + lead < past.steps
        spread = np.sqrt(np.stack([f.variance + (lead + 1) * f.walk + f.noise for f in fits]))
        score = gaussian(means[known], spread[known], past.cuts)
        each.append(mean_rps(score, past.rung[at[known] + lead]))
    return float(np.mean(each))


def _fitted(past: Past, filtered: Filtered, candidate: Candidate, t: int) -> Fitted:
    fitted = fit(filtered, t, window=candidate.window, pooled=candidate.pooled)
    return with_part(fitted, past.early[t], past.part) if candidate.part else fitted


FAMILY = Family(
    id="local_level",
    version="2",
    name="Local level",
    build=None,
    simulate=simulate,
)
