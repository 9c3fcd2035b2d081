"""Reference: boosted trees per horizon (scikit-learn), pooled over theatres.

For a quantity they learn the change from the smoothed level; the spread around it is that of
their errors on later blocks of the past than they had learnt from, each theatre's on its own
scale. Few trees and many are averaged by how they did on the same blocks, so that a day changes
the forecast by little where they did alike. On a panel of levels they learn the rung, and the
number of trees is chosen on those blocks by ranked probability score.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, softmax

from models.components.boosting import Settings, learn_quantity, learn_rungs
from models.components.direct import Direct, simulate_direct
from models.components.features import Features, level_features, quantity_features
from models.components.held_out import Design, enough, predict_now, predict_past
from models.components.past import Past, past_of
from models.components.regression import columns_of, design_of, direct_of, past_loss
from models.components.rolling import choose
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]

STAGES = (2, 7, 20)
"""After how many trees a quantity's forecasts are taken and averaged."""

SETTINGS = Settings(0.1, STAGES[-1], 40)
"""Of a quantity's trees."""

LEVEL_SETTINGS = (Settings(0.1, 20, 100), Settings(0.1, 50, 100))
"""Settings that are tried on a panel of levels."""

FINE = 60
"""At how many log measures the spread of a quantity is kept."""

USUAL_ERRORS = 20.0
"""Errors that the shared scale is worth beside a theatre's own."""

BANDWIDTH = 0.25
"""Width of the kernel around each past error, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Trees for one horizon.

    now: log measure expected (theatre). then: the same from past origins `at` (origin, theatre),
    with their errors.
    """

    now: Array
    then: Array
    at: NDArray[np.int64]
    errors: Array


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return joint paths with the probabilities of the trees at every horizon.

    Trees are grown, and their errors taken, anew with every inputs.
    """
    past = past_of(inputs)
    direct = _levels(inputs, past) if past.levels else _direct(past, _fits(inputs, past))
    return simulate_direct(inputs, past, direct, paths, rng)


def _levels(inputs: Inputs, past: Past) -> Direct:
    seen = level_features(inputs, past)
    design = design_of(past, past.cuts, columns_of(seen, part=False, indicators=False))
    learners = [learn_rungs(s, len(past.cuts)) for s in LEVEL_SETTINGS]
    losses = [past_loss(past, past.cuts, design, learn) for learn in learners]
    return direct_of(past, past.cuts, design, learners[choose(losses)])


def _direct(past: Past, fits: list[Fit]) -> Direct:
    knots = _fine_knots(past)
    shared = fits[-1].at
    for fit in fits:
        shared = np.intersect1d(shared, fit.at)
    then = [_cumulative(f.then[np.isin(f.at, shared)], f.errors, past.cuts) for f in fits]
    now = [_cumulative(f.now[None], f.errors, knots)[0] for f in fits]
    return Direct(knots, np.stack(now), np.stack(then, axis=1), shared)


def _fits(inputs: Inputs, past: Past) -> list[Fit]:
    """Return the trees of each horizon, which look at the part seen of the open step."""
    seen = quantity_features(inputs, past)
    return [_fit(past, seen, int(lead)) for lead in past.leads]


def _fit(past: Past, seen: Features, lead: int) -> Fit:
    """Return the average over stages; where the past is too short `now` is the smoothed level."""
    quiet = np.zeros(past.whole.shape, dtype=bool)
    x = columns_of(seen, part=past.has_early, indicators=False)
    design = Design(x, past.whole, quiet, offset=seen.level)
    learner = learn_quantity(SETTINGS, STAGES)
    at, stages = predict_past(design, lead, learner)
    if not len(at):
        stages = np.zeros((0, past.whole.shape[1], len(STAGES)))
    outcome = past.whole[at + lead]
    weights = _weights(outcome[..., None] - stages)
    then, now = stages @ weights, seen.level[-1]
    if enough(design, lead):
        now = predict_now(design, lead, learner) @ weights
    return Fit(now, then, at, outcome - then)


def _weights(errors: Array) -> Array:
    """Return weights of stages from errors (origin, theatre, stage): their normal likelihood.

    Theatres share their weeks, so that an origin counts once: mean square to the power -n/2, the
    likelihood at its best spread. Equal where no error is known.
    """
    known = np.isfinite(errors).all(axis=-1)
    if not known.any():
        return np.full(errors.shape[-1], 1.0 / errors.shape[-1])
    squares = np.maximum((errors[known] ** 2).mean(axis=0), 1e-12)
    return np.asarray(softmax(-0.5 * known.any(axis=1).sum() * np.log(squares)))


def _cumulative(mean: Array, errors: Array, knots: Array) -> Array:
    """Return P(below each knot) (origin, theatre, knot) of means (origin, theatre) plus errors."""
    scale = _scale(errors)
    standard = (knots - mean[..., None]) / scale[:, None]
    pool = errors / scale
    pool = pool[np.isfinite(pool)]
    # A drift of the past is no drift of the future: errors spread, they do not shift.
    pool = pool - pool.mean() if len(pool) else pool
    if len(pool) < USUAL_ERRORS:
        return np.asarray(ndtr(standard))
    # The kernel widens what it is laid around: the errors are drawn in by as much.
    middle = pool * np.sqrt(1.0 - BANDWIDTH**2)
    return np.asarray(ndtr((standard[..., None] - middle) / BANDWIDTH).mean(axis=-1))


def _scale(errors: Array) -> Array:
    """Return the root mean square error per theatre, drawn to that of all; 1 if none is known."""
    known = np.isfinite(errors)
    squares = np.where(known, errors, 0.0) ** 2
    shared = squares.sum() / known.sum() if known.any() else 1.0
    own = squares.sum(axis=0) + USUAL_ERRORS * shared
    return np.asarray(np.sqrt(np.maximum(own / (known.sum(axis=0) + USUAL_ERRORS), 1e-6)))


def _fine_knots(past: Past) -> Array:
    """Return the cuts and evenly spaced log measures around all that was seen."""
    known = past.whole[np.isfinite(past.whole)]
    return np.union1d(past.cuts, np.linspace(known.min() - 1.0, known.max() + 1.0, FINE))


FAMILY = Family(
    id="boosted_trees",
    version="2",
    name="Boosted trees",
    build=None,
    simulate=simulate,
    measures=("share", "value", "level"),
)
