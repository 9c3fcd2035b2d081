"""What a direct forecast looks at: recency features of each theatre, known at every past origin."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.frequencies import boxcar, exponential
from models.components.past import Past
from models.components.smoothing import smooth
from models.inputs import Inputs

type Array = NDArray[np.float64]

WEIGHTS = np.array([0.15, 0.35, 0.7])
"""Weights of the exponentially weighted means among the features."""

TRAILING = 26
"""Steps of the trailing mean among the features."""

WINDOWS = (12, 60, 240)
"""Trailing steps over which events are counted on a panel of levels."""

LONG_AGO = 480.0
"""Steps since the last event where there was none."""


@dataclass(frozen=True, slots=True)
class Features:
    """Arrays (t, theatre, feature) for t = 0 … T, NaN where unknown.

    plain: from whole steps. part: from the part seen of step t. indicators: of the ladder.
    level: the log measure that one expects if nothing changes (t, theatre).
    """

    plain: Array
    part: Array
    indicators: Array
    level: Array


def quantity_features(inputs: Inputs, past: Past) -> Features:
    """Return features of a quantity: last value, means, and the place between thresholds."""
    means = smooth(past.whole, WEIGHTS)
    last = smooth(past.whole, np.ones(1))[:, 0]
    long = _trailing_mean(past.whole, TRAILING)
    plain = [last, *np.moveaxis(means, 1, 0), long, _within_band(last, past.cuts)]
    known = np.isfinite(past.early)
    early = np.where(known, past.early, means[:, 1])
    moved = np.where(known, past.early - means[:, 1], 0.0)
    return Features(
        plain=np.stack(plain, axis=-1),
        part=np.stack([early, moved], axis=-1),
        indicators=_indicators(inputs, past.steps),
        level=means[:, 1],
    )


def level_features(inputs: Inputs, past: Past) -> Features:
    """Return features of a level: rung now, steps since the last event, events of late."""
    event = (past.rung > 0).astype(float)
    force = (past.rung >= max(len(past.cuts) - 1, 1)).astype(float)
    rung = np.concatenate([np.zeros((1, event.shape[1])), np.maximum(past.rung, 0)])
    plain = [
        rung,
        (rung > 0).astype(float),
        np.log1p(_since(event)),
        *[np.log1p(boxcar(w)(event)) for w in WINDOWS],
        np.log1p(boxcar(WINDOWS[1])(force)),
        np.log1p(exponential(WINDOWS[0])(event)),
    ]
    nothing = np.zeros((*rung.shape, 0))
    return Features(np.stack(plain, axis=-1), nothing, _indicators(inputs, past.steps), rung)


def _since(event: Array) -> Array:
    """Return how many steps ago the last event was, as seen from t = 0 … T."""
    since = np.full((len(event) + 1, event.shape[1]), LONG_AGO)
    for t, row in enumerate(event):
        since[t + 1] = np.where(row > 0, 0.0, np.minimum(since[t] + 1.0, LONG_AGO))
    return since


def _trailing_mean(whole: Array, window: int) -> Array:
    known = np.isfinite(whole)
    added = boxcar(window)
    count = added(known.astype(float))
    total = added(np.where(known, whole, 0.0))
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def _within_band(last: Array, cuts: Array) -> Array:
    """Return how far a value lies above the cut below it, as a share of the band (0 … 1)."""
    if not len(cuts):
        return np.zeros_like(last)
    edges = np.concatenate([[cuts[0] - 1.0], cuts, [cuts[-1] + 1.0]])
    place = np.clip(np.searchsorted(cuts, np.nan_to_num(last), side="right"), 0, len(cuts))
    share = (last - edges[place]) / (edges[place + 1] - edges[place])
    return np.asarray(np.clip(share, 0.0, 1.0))


def _indicators(inputs: Inputs, steps: int) -> Array:
    """Return the indicators that act on each step up to the open one."""
    panel = inputs.indicators
    return np.concatenate([panel.value, panel.ahead])[: steps + 1]
