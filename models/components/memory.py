"""What a theatre carries from step to step: weighted means of the log measure, recent incidents.

A mean over past steps with half-life h weighs each by its precision and by 2^(-age / h); it is
kept as a sum and a weight, so that one step costs one multiplication. Incidents fade likewise:
their sum is the intensity of a self-exciting process with exponential kernels (Hawkes 1971).
Several half-lives stand side by side; the model weighs them, which estimates the mixture.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Step

type Array = NDArray[np.float64]

SPANS: dict[Step, tuple[float, ...]] = {
    "day": (3.0, 14.0, 364.0),
    "week": (1.0, 4.0, 52.0),
    "month": (1.0, 4.0, 12.0),
}
"""Half-lives, in steps, of the means of the log measure: the present, the season, the usual."""

INCIDENTS: dict[Step, tuple[float, ...]] = {
    "day": (3.0, 14.0, 90.0),
    "week": (1.0, 4.0, 26.0),
    "month": (1.0, 6.0, 60.0),
}
"""Half-lives, in steps, of the memory of incidents: what follows at once, soon, and for years."""

OWN_NOISE = 0.2
"""Standard deviation of a whole step's log measure beyond counting, in weighing steps alone."""


def keeps(half_lives: tuple[float, ...]) -> Array:
    """Return what is kept of each memory from one step to the next."""
    return np.asarray(0.5 ** (1.0 / np.array(half_lives)))


def precision(exposure: Array, counting: Array) -> Array:
    """Return how much a step says of the log measure; see `components.observation`."""
    return 1.0 / (OWN_NOISE**2 / np.maximum(exposure, 1e-6) + counting)


@dataclass(frozen=True, slots=True)
class Means:
    """Weighted means of the log measure, as sums and weights: (…, theatre, span)."""

    total: Array
    weight: Array

    @property
    def mean(self) -> Array:
        """The means, one per span."""
        return self.total / self.weight

    def seen(self, y: Array, weight: Array) -> "Means":
        """Return the means with an observation of this very step added, nothing faded."""
        added = weight[..., None]
        return Means(self.total + added * y[..., None], self.weight + added)

    def aged(self, keep: Array) -> "Means":
        """Return the means one step later."""
        return Means(keep * self.total, keep * self.weight)


def settled(y: Array, keep: Array) -> Means:
    """Return the means of a theatre that has always stood at `y`."""
    weight = np.broadcast_to(
        precision(np.ones(1), np.zeros(1)) / (1.0 - keep), (*y.shape, len(keep))
    )
    return Means(y[..., None] * weight, weight)
