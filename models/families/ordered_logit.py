"""Reference: ordered logit per horizon by maximum likelihood, pooled over theatres.

It looks at the last log measure, exponentially weighted and trailing means and the place between
thresholds; on a panel of levels at the rung, the steps since the last event and event counts. One
after another are chosen, by the ranked probability score on later blocks of the past: whether the
part seen of the open step is looked at, the ridge, and whether the indicators are.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.components.direct import simulate_direct
from models.components.features import Features, level_features, quantity_features
from models.components.held_out import Learner, Rows
from models.components.knots import knots_of
from models.components.ordinal import fit_ordered_logit
from models.components.past import Past, past_of
from models.components.regression import columns_of, design_of, direct_of, past_loss
from models.components.rolling import choose
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]

RIDGES = (3.0, 30.0)
"""Penalties on squared standardised slopes, in cases, as tried."""

INDICATOR_RIDGE = 100.0
"""Penalty on the slopes of indicators, where they are looked at."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is looked at, and how strongly slopes are drawn to zero."""

    part: bool = False
    ridge: float = RIDGES[0]
    indicators: bool = False


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return joint paths with the probabilities of the ordered logit at every horizon."""
    past = past_of(inputs)
    seen = level_features(inputs, past) if past.levels else quantity_features(inputs, past)
    knots = knots_of(past)
    chosen = choose_candidate(past, seen, knots)
    design = design_of(past, knots, _x(seen, chosen))
    direct = direct_of(past, knots, design, _learner(seen, chosen, len(knots)))
    return simulate_direct(inputs, past, direct, paths, rng)


def choose_candidate(past: Past, seen: Features, knots: Array) -> Candidate:
    """Return the candidate that did best on the past, one choice after another."""
    best = Candidate()
    if past.has_early:
        best = _better(past, seen, knots, [best, replace(best, part=True)])
    best = _better(past, seen, knots, [replace(best, ridge=ridge) for ridge in RIDGES])
    if seen.indicators.shape[-1]:
        best = _better(past, seen, knots, [best, replace(best, indicators=True)])
    return best


def _better(past: Past, seen: Features, knots: Array, tried: list[Candidate]) -> Candidate:
    return tried[choose([_loss(past, seen, knots, c) for c in tried])]


def _loss(past: Past, seen: Features, knots: Array, candidate: Candidate) -> float:
    design = design_of(past, knots, _x(seen, candidate))
    return past_loss(past, knots, design, _learner(seen, candidate, len(knots)))


def _x(seen: Features, candidate: Candidate) -> Array:
    return columns_of(seen, part=candidate.part, indicators=candidate.indicators)


def _learner(seen: Features, candidate: Candidate, cuts: int) -> Learner:
    """Return a learner of P(below each knot); indicators have a stronger ridge."""
    width = _x(seen, candidate).shape[-1]
    ridge = np.full(width, candidate.ridge)
    if candidate.indicators:
        ridge[-seen.indicators.shape[-1] :] = INDICATOR_RIDGE

    def learn(rows: Rows, x: Array) -> Array:
        return fit_ordered_logit(rows, cuts=cuts, ridge=ridge).cumulative(x)

    return learn


FAMILY = Family(
    id="ordered_logit",
    version="1",
    name="Ordered logit",
    build=None,
    simulate=simulate,
    measures=("share", "value", "level"),
)
