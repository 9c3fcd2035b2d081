"""How tension has moved: what people who decide look at before they answer.

Of the mean log measure over all theatres, and of each region's distance from it where there are
several, two exponentially weighted means are kept. Their difference is the recent change; the
slower one, less the mean of all steps so far, is the level. One unit is 10 % of the measure.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.components.history import whole_history
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


class MovementSeen:
    """Movement as it is seen step by step: nothing in it knows of a later step.

    A theatre that was not seen keeps its last value, and before its first one stands where the
    others stand on average: what nobody saw moved nobody. The level is measured from the mean so
    far, which is all the long run that people know when they decide.
    """

    def __init__(self, measures: MeasurePanel) -> None:
        _, weights = groups(measures)
        nothing = np.zeros(len(weights))
        self._last = np.full(len(measures.theatres), np.nan)
        self._total, self._steps = nothing, 0
        self.now = Movement(weights, nothing, nothing, nothing)

    def add(self, log_measure: Array) -> Array:
        """Enter one more step (theatre), NaN where unseen; return the features after it."""
        self._last = np.where(np.isfinite(log_measure), log_measure, self._last)
        known = np.isfinite(self._last)
        if not known.any():
            return self.now.features
        filled = np.where(known, self._last, self._last[known].mean())
        seen = filled @ self.now.weights.T
        if not self._steps:
            self.now = Movement(self.now.weights, seen, seen, seen)
        self._total, self._steps = self._total + seen, self._steps + 1
        self.now = replace(self.now, centre=self._total / self._steps).after(filled)
        return self.now.features


def observed_movement(inputs: Inputs) -> tuple[Array, Movement]:
    """Return features after each whole step (step, feature), and where the means stand now."""
    seen = MovementSeen(inputs.measures)
    features = np.array([seen.add(row) for row in whole_history(inputs)])
    return features, seen.now
