"""The states behind `components.tension`, walked through a history of one parameter draw."""

import numpy as np
from numpy.typing import NDArray

from models.components.local_level_filter import long_run_variance
from models.family import Draws

type Array = NDArray[np.float64]


class TensionWalk:
    """Deviations and levels of all theatres, begun as `components.tension` begins them."""

    def __init__(self, one: Draws, rng: np.random.Generator) -> None:
        """Begin before the first step.

        Args:
            one: a single draw of the variables of `components.tension`, without its draw axis.
            rng: the generator to draw from.
        """
        self._one, self._rng, self._theatres = one, rng, len(one["level"])
        moved = one["volatility"] ** 2 + one["loading"] ** 2
        self._deviation = np.sqrt(long_run_variance(one["phi"], moved)) * self._noise()
        self._level = one["level"] + one["level_spread"] * self._noise()

    def step(self, drift: Array, variance: Array) -> Array:
        """Return log tension after one more step (theatre).

        Args:
            drift: expected push, that of the common shock included (theatre).
            variance: of the innovation around it (theatre).
        """
        self._level = self._level + self._one["wander"] * self._noise()
        kept = self._one["phi"] * self._deviation
        self._deviation = kept + drift + np.sqrt(variance) * self._noise()
        return np.asarray(self._level + self._deviation)

    def _noise(self) -> Array:
        return self._rng.standard_normal(self._theatres)
