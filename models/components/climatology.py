"""Climatology: each open step repeats a past one, drawn at random from a trailing window.

All theatres repeat the same past step, so that what moved together moves together. The window,
and whether the part seen of the open step counts as its last row, are chosen by the ranked
probability score from past origins, over all horizons together. On a panel of levels the
frequencies of each pair are blended with those of all (`components.frequencies`).
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.components.direct import level_simulation
from models.components.frequencies import boxcar
from models.components.history import as_simulation
from models.components.past import Past, past_of
from models.components.rolling import choose, mean_rps, origins
from models.family import Draws, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Choice = tuple[int | None, bool]
"""Trailing steps (None: all), and whether the open step's part is the last of them."""


def climatology(
    *windows: int | None,
) -> Callable[[Inputs, Draws, int, np.random.Generator], Simulation]:
    """Return a `simulate` that draws from the last `window` steps, all of them if None.

    Of several windows the one that did best on the past is taken.
    """

    def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
        past = past_of(inputs)
        if past.levels:
            kernels = [boxcar(w) for w in windows]
            return level_simulation(inputs, past, kernels, paths=paths, rng=rng)
        rows = _rows(past, choose_window(past, windows))
        return as_simulation(inputs, rows[rng.integers(0, len(rows), (paths, inputs.steps_open))])

    return simulate


def choose_window(past: Past, windows: Sequence[int | None]) -> Choice:
    """Return the window and use of the open step's part that did best on the past."""
    candidates = list(product(windows, (False, True) if past.has_early else (False,)))
    return candidates[choose([_loss(past, _cumulative(past, c)) for c in candidates])]


def _loss(past: Past, cumulative: Array) -> float:
    """Return the mean score over the ladder's horizons, each from every past origin."""
    leads = [(int(lead), origins(past.steps, int(lead))) for lead in past.leads]
    return float(np.mean([mean_rps(cumulative[at], past.rung[at + j]) for j, at in leads]))


def _cumulative(past: Past, choice: Choice) -> Array:
    """Return P(below each cut) as seen from every step up to the open one: (t, theatre, cut)."""
    window, with_part = choice
    below, seen = _added_up(past, past.whole)
    last = np.arange(past.steps + 1)
    first = np.maximum(last - (window or past.steps) + with_part, 0)
    counts, total = below[last] - below[first], seen[last] - seen[first]
    if with_part:
        known = np.isfinite(past.early)
        counts = counts + (known[..., None] & (past.early[..., None] < past.cuts))
        total = total + known
    return np.asarray(counts / np.maximum(total, 1.0)[..., None])


def _added_up(past: Past, values: Array) -> tuple[Array, Array]:
    """Return how many steps before each t lay below each cut, and how many were seen."""
    known = np.isfinite(values)
    below = (known[..., None] & (values[..., None] < past.cuts)).astype(float)
    return tuple(
        np.concatenate([np.zeros((1, *a.shape[1:])), np.cumsum(a, axis=0)])
        for a in (below, known.astype(float))
    )  # type: ignore[return-value]


def _rows(past: Past, choice: Choice) -> Array:
    """Return the log measures that are drawn from (row, theatre), gaps at the theatre's mean."""
    window, with_part = choice
    rows = np.concatenate([past.whole, past.early[-1:]]) if with_part else past.whole
    rows = rows[-window:] if window else rows
    known = np.isfinite(rows)
    some = known.any(axis=0)
    middle = np.nan_to_num(
        np.where(known, rows, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    )
    last = _last_seen(past.whole)
    return np.where(known, rows, np.where(some, middle, last))


def _last_seen(whole: Array) -> Array:
    known = np.isfinite(whole)
    last = np.where(known, np.arange(len(whole))[:, None], -1).max(axis=0)
    return np.asarray(whole[last, np.arange(whole.shape[1])])
