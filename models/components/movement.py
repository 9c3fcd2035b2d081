"""How tension has moved: what people who decide look at before they answer.

Of the mean log measure over all theatres, and of each region's distance from it where there are
several, two exponentially weighted means are kept. Their difference is the recent change; the
slower one, less its long-run mean, is the level. One unit is 10 % of the measure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.history import log_history
from models.inputs import Inputs, MeasurePanel

type Array = NDArray[np.float64]

FAST, SLOW = 3.0, 13.0
"""Half-lives in steps of the two means."""

UNIT = 0.1
"""One unit of movement on the log scale."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Where the means stand: arrays (…, group); `centre` is what a level is measured from."""

    weights: Array
    centre: Array
    fast: Array
    slow: Array

    def after(self, log_measure: Array) -> "Movement":
        """Return the movement after one more step of log measures (…, theatre)."""
        seen = log_measure @ self.weights.T
        fast = self.fast + _share(FAST) * (seen - self.fast)
        slow = self.slow + _share(SLOW) * (seen - self.slow)
        return Movement(self.weights, self.centre, fast, slow)

    @property
    def features(self) -> Array:
        """Change of every group, then level of every group, in units (…, feature)."""
        parts = [self.fast - self.slow, self.slow - self.centre]
        return np.concatenate(parts, axis=-1) / UNIT


def _share(half_life: float) -> float:
    return 1.0 - float(0.5 ** (1.0 / half_life))


def groups(measures: MeasurePanel) -> tuple[tuple[str, ...], Array]:
    """Return names and weights (group, theatre): all theatres, then regions less that mean."""
    national = np.full(len(measures.theatres), 1.0 / max(len(measures.theatres), 1))
    regions = tuple(dict.fromkeys(measures.regions))
    if len(regions) < 2:
        return ("all",), national[None]
    member = np.array([[r == region for r in measures.regions] for region in regions], dtype=float)
    regional = member / member.sum(axis=1, keepdims=True) - national
    return ("all", *regions), np.vstack([national, regional])


def feature_names(measures: MeasurePanel) -> tuple[str, ...]:
    """Return the name of each feature, in order."""
    names, _ = groups(measures)
    return tuple(f"{what}.{name}" for what in ("change", "level") for name in names)


def observed_movement(inputs: Inputs) -> tuple[Array, Movement]:
    """Return features after each whole step (step, feature), and where the means stand now.

    A theatre that was not seen keeps its last value, and before its first one the mean of all
    that it ever has: what nobody saw moved nobody.
    """
    past = _filled(log_history(inputs))
    _, weights = groups(inputs.measures)
    seen = past @ weights.T
    now = Movement(weights, seen.mean(axis=0), seen[0], seen[0])
    features = np.empty((len(past), 2 * len(weights)))
    for t, row in enumerate(past):
        now = now.after(row)
        features[t] = now.features
    return features, now


def _filled(past: Array) -> Array:
    index = np.where(np.isfinite(past), np.arange(len(past))[:, None], -1)
    last = np.maximum.accumulate(index, axis=0)
    means = np.nanmean(past, axis=0)
    carried = np.take_along_axis(past, np.maximum(last, 0), axis=0)
    return np.where(last >= 0, carried, means)
