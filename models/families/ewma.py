"""Reference: an exponentially weighted mean per theatre, chosen and spread by its own past.

Each open step has a weight of its own, the one with the smallest squared errors that many steps
ahead; shared by all theatres or not, moved by the part seen of the open step or not, and spread
by errors of all the past or of the last ones: whichever had the best ranked probability score
from past origins. The errors of a past origin are drawn together for all steps and theatres, so
that the spread at each horizon is that of past errors there. On a panel of levels the mean is of
rung frequencies, with a half-life chosen for each horizon and drawn towards all pairs.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.components.direct import level_simulation
from models.components.frequencies import exponential
from models.components.history import as_simulation
from models.components.past import Past, past_of
from models.components.rolling import BURN_IN, choose, gaussian, mean_rps, origins
from models.components.smoothing import smooth, with_part
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]

WEIGHTS = np.linspace(0.05, 0.95, 19)
"""Weights of the newest step that are tried."""

HALF_LIVES = (2.0, 6.0, 12.0, 24.0, 60.0, 120.0, 240.0)
"""Half-lives in steps that are tried on a panel of levels."""

FIRST = 8
"""Steps before errors count in choosing the weight."""

LAST_ERRORS = 52
"""Past origins whose errors are drawn, if not all."""

FEWEST = 5
"""Past origins below which errors are taken as normal with the spread of one-step changes."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to smooth.

    pooled: theatres share the weight. part: how much the open step's part moves the level: not
    at all, by its share of a step, or as if it were whole. last: how many past origins give the
    errors.
    """

    pooled: bool
    part: str
    last: int | None


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return paths of the smoothed level with its own past errors, drawn jointly."""
    past = past_of(inputs)
    if past.levels:
        kernels = [exponential(h) for h in HALF_LIVES]
        return level_simulation(inputs, past, kernels, paths=paths, rng=rng)
    chosen = choose_candidate(past)
    level, errors = _level_and_errors(past, chosen, inputs.steps_open)
    if len(errors) < FEWEST:
        spread = _changes(past) * np.sqrt(np.arange(1.0, inputs.steps_open + 1))[:, None]
        return as_simulation(inputs, level + spread * rng.standard_normal((paths, *level.shape)))
    return as_simulation(inputs, level + errors[rng.integers(0, len(errors), paths)])


def choose_candidate(past: Past) -> Candidate:
    """Return the way to smooth that did best from past origins, over the ladder's horizons."""
    parts = ("none", "share", "whole") if past.has_early else ("none",)
    candidates = [Candidate(*c) for c in product((True, False), parts, (None, LAST_ERRORS))]
    return candidates[choose([_loss(past, c) for c in candidates])]


def _loss(past: Past, candidate: Candidate) -> float:
    levels = _levels(past, candidate.part)
    each = [_loss_at(past, candidate, levels, int(lead)) for lead in past.leads]
    return float(np.mean(each))


def _loss_at(past: Past, candidate: Candidate, levels: Array, lead: int) -> float:
    """Return the score of normal forecasts with mean and spread of the errors known by then."""
    weight = _weight(past, levels, lead, candidate.pooled)
    level = levels[:, weight, np.arange(len(weight))]
    errors = _errors(past, level, lead)
    at = origins(past.steps, lead, burn_in=BURN_IN + lead)
    first = FIRST if candidate.last is None else None
    moments = [_moments(errors, t - lead, first, candidate.last) for t in at]
    if not moments:
        return float("nan")
    spread = np.stack(moments)
    return mean_rps(gaussian(level[at], spread, past.cuts), past.rung[at + lead])


def _moments(errors: Array, end: int, first: int | None, last: int | None) -> Array:
    known = errors[max(FIRST, end - last) if last else first : end]
    return np.asarray(np.nan_to_num(_spread(known), nan=1.0))


def _levels(past: Past, part: str) -> Array:
    levels = smooth(past.whole, WEIGHTS)
    if part == "none":
        return levels
    share = past.part if part == "share" else np.ones_like(past.part)
    return with_part(levels, past.early, WEIGHTS, share)


def _errors(past: Past, level: Array, lead: int) -> Array:
    """Return the errors from past origins t = 0 … whose outcome is known (t, …, theatre)."""
    outcome = past.whole[lead:]
    if level.ndim > outcome.ndim:
        outcome = outcome[:, None]
    return np.asarray(outcome - level[: len(past.whole) - lead])


def _weight(past: Past, levels: Array, lead: int, pooled: bool) -> NDArray[np.int64]:
    """Return which weight has the smallest squared errors at a lead (theatre)."""
    squares = _errors(past, levels, lead)[FIRST:] ** 2
    losses = np.nan_to_num(squares).sum(axis=0)
    if not len(squares):
        return np.full(losses.shape[1], len(WEIGHTS) // 2)
    if pooled:
        scaled = losses / np.maximum(losses.min(axis=0), 1e-12)
        return np.full(losses.shape[1], scaled.sum(axis=1).argmin())
    return np.asarray(losses.argmin(axis=0))


def _level_and_errors(past: Past, chosen: Candidate, steps: int) -> tuple[Array, Array]:
    """Return level (step, theatre) and centred joint errors (origin, step, theatre)."""
    levels = _levels(past, chosen.part)
    weights = [_weight(past, levels, lead, chosen.pooled) for lead in range(steps)]
    place = np.arange(past.whole.shape[1])
    each = [levels[:, w, place] for w in weights]
    errors = [_errors(past, level, lead)[FIRST:] for lead, level in enumerate(each)]
    shortest = len(errors[-1])
    joint = np.stack([e[:shortest] for e in errors], axis=1)
    joint = joint[-chosen.last :] if chosen.last else joint
    if len(joint) < FEWEST:
        return np.stack([level[-1] for level in each]), joint
    return np.stack([level[-1] for level in each]), _centred(joint)


def _centred(errors: Array) -> Array:
    known = np.isfinite(errors)
    count = np.maximum(known.sum(axis=0), 1)
    return np.where(known, errors - np.where(known, errors, 0.0).sum(axis=0) / count, 0.0)


def _spread(errors: Array) -> Array:
    """Return the standard deviation per theatre, NaN where fewer than three are known."""
    known = np.isfinite(errors)
    count = known.sum(axis=0)
    centred = _centred(errors) if len(errors) else np.zeros(errors.shape)
    variance = (centred**2).sum(axis=0) / np.maximum(count - 1, 1)
    return np.where(count > 2, np.sqrt(variance), np.nan)


def _changes(past: Past) -> Array:
    return np.nan_to_num(_spread(np.diff(past.whole, axis=0)), nan=1.0)


FAMILY = Family(
    id="ewma",
    version="2",
    name="Exponentially weighted mean",
    build=None,
    simulate=simulate,
    measures=("share", "value", "level"),
)
