"""Paths from forecasts made for each horizon on its own.

A direct forecast gives P(measure below each knot) per horizon and theatre. Between horizons the
probabilities are interpolated; a Gaussian copula with autocorrelation rho^|i - j| joins the steps,
so that every step keeps its own probabilities whatever rho is. rho is the one whose P(reach) of
the longest horizon did best from past origins. Theatres are drawn independently of one another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from models.components.frequencies import Kernel, chosen_frequencies, recent_start
from models.components.past import Past
from models.family import MeasurePaths, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]

CORRELATIONS = (0.0, 0.5, 0.7, 0.85, 0.95, 0.99)
"""Autocorrelations of one step that are tried."""

USUAL_CORRELATION = 0.8
"""Autocorrelation where the past is too short to choose one."""

JUDGED_PATHS, JUDGED_CASES = 32, 2000
"""Paths, and theatres times past origins, on which the autocorrelation is judged."""

OUTSIDE = 0.3
"""How far beyond the measures ever seen the outermost bands reach, on the log scale."""


@dataclass(frozen=True, slots=True)
class Direct:
    """Cumulative probabilities now, and as they would have been from past origins.

    knots: log measures, the cuts among them. now: P(below each knot) (horizon, theatre, knot).
    then: P(below each cut) (origin, horizon, theatre, cut). at: the past origins.
    """

    knots: Array
    now: Array
    then: Array
    at: Whole


def level_simulation(
    inputs: Inputs,
    past: Past,
    kernels: Sequence[Kernel],
    *,
    paths: int,
    rng: np.random.Generator,
) -> Simulation:
    """Return paths of levels from weighted frequencies, kernel and strength chosen on the past."""
    now, then = chosen_frequencies(past, kernels)
    at = np.arange(len(then)) + recent_start(past)
    return simulate_direct(inputs, past, Direct(past.cuts, now, then, at), paths, rng)


def simulate_direct(
    inputs: Inputs,
    past: Past,
    direct: Direct,
    paths: int,
    rng: np.random.Generator,
) -> Simulation:
    """Return joint paths with the probabilities of `direct` at every horizon."""
    steps, correlation = inputs.steps_open, _choose_correlation(past, direct)
    by_step = between_horizons(direct.now, past.leads, steps)
    measured = np.empty((1, paths, steps, by_step.shape[1]))
    for step, z in enumerate(_autocorrelated((paths, by_step.shape[1]), steps, correlation, rng)):
        if past.levels:
            measured[0, :, step] = inputs.measures.middles[_rungs(z, by_step[step])]
        else:
            measured[0, :, step] = np.exp(_inverse(ndtr(z), by_step[step], direct.knots, past))
    return Simulation(MeasurePaths(inputs.measures.first_open_step, measured))


def between_horizons(cumulative: Array, leads: Whole, steps: int) -> Array:
    """Return cumulative probabilities (step, …) from those at the leads, interpolated linearly."""
    right = np.clip(np.searchsorted(leads, np.arange(steps)), 0, len(leads) - 1)
    left = np.maximum(right - 1, 0)
    gap = np.maximum(leads[right] - leads[left], 1)
    share = np.clip((np.arange(steps) - leads[left]) / gap, 0.0, 1.0)
    share = share.reshape(-1, *[1] * (cumulative.ndim - 1))
    return np.asarray((1.0 - share) * cumulative[left] + share * cumulative[right])


def _choose_correlation(past: Past, direct: Direct) -> float:
    """Return the autocorrelation whose reach at the longest horizon did best (Brier score)."""
    longest, theatres = int(max(past.leads)), past.whole.shape[1]
    known = np.flatnonzero((direct.at > 0) & (direct.at + longest < past.steps))
    if not len(known) or not len(past.cuts):
        return USUAL_CORRELATION
    few = max(JUDGED_CASES // theatres, 1)
    chosen = known[np.unique(np.linspace(0, len(known) - 1, min(few, len(known))).astype(int))]
    highest = np.stack([_highest(past.rung[t : t + longest + 1]) for t in direct.at[chosen]])
    then = np.moveaxis(direct.then[chosen], 1, 0)
    by_step = between_horizons(then, past.leads, longest + 1)
    losses = [_reach_loss(by_step, highest, rho) for rho in CORRELATIONS]
    return (
        CORRELATIONS[int(np.nanargmin(losses))] if np.isfinite(losses).any() else USUAL_CORRELATION
    )


def _highest(rungs: Whole) -> Whole:
    return np.asarray(np.where((rungs >= 0).all(axis=0), rungs.max(axis=0), -1))


def _reach_loss(by_step: Array, highest: Whole, correlation: float) -> float:
    """Return the Brier score of reach: by_step (step, origin, theatre, cut)."""
    flat = by_step.reshape(len(by_step), -1, by_step.shape[-1])
    seen = highest.ravel()
    # The same numbers for every candidate, so that they differ by their correlation alone.
    rng = np.random.default_rng(1)
    reached = np.zeros((JUDGED_PATHS, flat.shape[1]), dtype=np.int64)
    for step, z in enumerate(_autocorrelated(reached.shape, len(flat), correlation, rng)):
        reached = np.maximum(reached, _rungs(z, flat[step]))
    rungs = np.arange(1, by_step.shape[-1] + 1)
    expected = (reached[..., None] >= rungs).mean(axis=0)
    errors = (expected - (seen[:, None] >= rungs)) ** 2
    return float(errors[seen >= 0].mean()) if (seen >= 0).any() else float("nan")


def _autocorrelated(
    shape: tuple[int, ...], steps: int, correlation: float, rng: np.random.Generator
) -> Iterator[Array]:
    """Yield standard normals step by step, each correlated with the one before."""
    z = rng.standard_normal(shape)
    for step in range(steps):
        if step:
            fresh = rng.standard_normal(shape)
            z = correlation * z + np.sqrt(1.0 - correlation**2) * fresh
        yield z


def _rungs(z: Array, cumulative: Array) -> Whole:
    """Return the rung of standard normals (path, case) under probabilities (case, cut)."""
    edges = ndtri(np.clip(cumulative, 0.0, 1.0))
    rungs = np.zeros(z.shape, dtype=np.int64)
    for cut in range(edges.shape[-1]):
        rungs += z > edges[:, cut]
    return rungs


def _inverse(u: Array, cumulative: Array, knots: Array, past: Past) -> Array:
    """Return the log measures at levels u (path, theatre), straight between knots."""
    known = past.whole[np.isfinite(past.whole)]
    low = min(known.min(), knots.min(initial=np.inf)) - OUTSIDE
    high = max(known.max(), knots.max(initial=-np.inf)) + OUTSIDE
    x = np.concatenate([[low], knots, [high]])
    columns = [
        np.interp(u[:, k], np.concatenate([[0.0], row, [1.0]]), x)
        for k, row in enumerate(np.clip(cumulative, 0.0, 1.0))
    ]
    return np.stack(columns, axis=1)
