"""Reference: boosted trees per horizon (scikit-learn), pooled over theatres.

For a quantity they learn the change from the smoothed level; the spread around it is that of
their errors on later blocks of the past than they had learnt from, each theatre's on its own
scale. On a panel of levels they learn the rung. Learning rate, number of trees and size of leaf
are chosen on the same blocks: by squared error of the log measure, or ranked probability score.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from models.components.boosting import Settings, learn_quantity, learn_rungs
from models.components.direct import Direct, choose_correlation, simulate_direct
from models.components.features import Features, level_features, quantity_features
from models.components.held_out import Design, enough, predict_now, predict_past
from models.components.past import Past, past_of
from models.components.regression import columns_of, design_of, direct_of, past_loss
from models.components.rolling import choose
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]

SETTINGS = (Settings(0.05, 20, 40), Settings(0.05, 3, 40), Settings(0.05, 60, 20))
"""Settings that are tried for a quantity."""

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
    """Trees for one horizon, `lead` steps after the open one, whose part is looked at or not.

    now: log measure expected (theatre). then: the same from past origins `at` (origin, theatre),
    with their errors; loss: mean squared error.
    """

    design: Design
    lead: int
    settings: Settings
    part: bool
    now: Array
    then: Array
    at: NDArray[np.int64]
    errors: Array
    loss: float


def learn(inputs: Inputs) -> Draws:
    """Return the choices of a quantity's trees: by horizon the part and settings, and correlation.

    Trees are grown, and their errors taken, anew with every inputs. Nothing for levels.
    """
    past = past_of(inputs)
    if past.levels:
        return {}
    fits = _chosen(inputs, past)
    correlation = choose_correlation(past, _direct(past, fits))
    return {
        "part": np.array([[float(f.part) for f in fits]]),
        "settings": np.array([[float(SETTINGS.index(f.settings)) for f in fits]]),
        "correlation": np.array([correlation]),
    }


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return joint paths with the probabilities of the trees at every horizon."""
    past = past_of(inputs)
    if past.levels:
        return simulate_direct(inputs, past, _levels(inputs, past), paths, rng)
    if not draws:
        return simulate_direct(inputs, past, _direct(past, _chosen(inputs, past)), paths, rng)
    direct, correlation = _direct(past, _held(inputs, past, draws)), float(draws["correlation"][0])
    return simulate_direct(inputs, past, direct, paths, rng, correlation=correlation)


def _levels(inputs: Inputs, past: Past) -> Direct:
    seen = level_features(inputs, past)
    design = design_of(past, past.cuts, columns_of(seen, part=False, indicators=False))
    learners = [learn_rungs(s, len(past.cuts)) for s in LEVEL_SETTINGS]
    losses = [past_loss(past, past.cuts, design, learn) for learn in learners]
    return direct_of(past, past.cuts, design, learners[choose(losses)])


def _chosen(inputs: Inputs, past: Past) -> list[Fit]:
    """Return the best fit for each horizon."""
    seen = quantity_features(inputs, past)
    return [_best(past, seen, int(lead)) for lead in past.leads]


def _held(inputs: Inputs, past: Past, choices: Draws) -> list[Fit]:
    """Return the fit for each horizon by earlier choices; a part is used if one is seen today."""
    seen = quantity_features(inputs, past)
    held = zip(past.leads, choices["part"][0], choices["settings"][0], strict=True)
    return [
        _grown(_fit(past, seen, int(lead), SETTINGS[int(s)], bool(part) and past.has_early))
        for lead, part, s in held
    ]


def _direct(past: Past, fits: list[Fit]) -> Direct:
    knots = _fine_knots(past)
    shared = fits[-1].at
    for fit in fits:
        shared = np.intersect1d(shared, fit.at)
    then = [_cumulative(f.then[np.isin(f.at, shared)], f.errors, past.cuts) for f in fits]
    now = [_cumulative(f.now[None], f.errors, knots)[0] for f in fits]
    return Direct(knots, np.stack(now), np.stack(then, axis=1), shared)


def _best(past: Past, seen: Features, lead: int) -> Fit:
    """Return the fit of smallest squared error on the past: first the part, then the settings."""
    usual = SETTINGS[0]
    fits = [_fit(past, seen, lead, usual, part) for part in ((False, True)[: 1 + past.has_early])]
    part = bool(choose([f.loss for f in fits]))
    others = [_fit(past, seen, lead, settings, part) for settings in SETTINGS[1:]]
    tried = [fits[part], *others]
    return _grown(tried[choose([f.loss for f in tried])])


def _grown(fit: Fit) -> Fit:
    """Return a fit with what trees grown on the whole past expect now."""
    if not enough(fit.design, fit.lead):
        return fit
    return replace(fit, now=predict_now(fit.design, fit.lead, learn_quantity(fit.settings)))


def _fit(past: Past, seen: Features, lead: int, settings: Settings, part: bool) -> Fit:
    """Return a fit as judged on the past; `now` is the smoothed level."""
    quiet = np.zeros(past.whole.shape, dtype=bool)
    x = columns_of(seen, part=part, indicators=False)
    design = Design(x, past.whole, quiet, offset=seen.level)
    at, then = predict_past(design, lead, learn_quantity(settings))
    if not len(at):
        then = np.zeros((0, past.whole.shape[1]))
    errors = past.whole[at + lead] - then
    known = errors[np.isfinite(errors)]
    loss = float((known**2).mean()) if len(known) else float("nan")
    return Fit(design, lead, settings, part, seen.level[-1], then, at, errors, loss)


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
    version="1",
    name="Boosted trees",
    build=None,
    simulate=simulate,
    measures=("share", "value", "level"),
    learn=learn,
)
