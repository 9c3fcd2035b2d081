"""What indicators add to the deviations of tension, and to what is seen, for draws of effects.

`components.effects` states the same inside a PyMC model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.jit import jit
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Acting:
    """What acts on tension; arrays (draw, step, theatre).

    drift: expected push of the deviations. extra: its variance. passing: what is seen beside the
    states and gone with its step. veil: its variance.
    """

    drift: Array
    extra: Array
    passing: Array
    veil: Array


def effects_of(inputs: Inputs, draws: Draws, name: str) -> Array:
    """Return effects (draw, theatre, indicator); none where the ladder has no such indicator."""
    if name in draws:
        return draws[name]
    return np.zeros((len(draws["level"]), len(inputs.measures.theatres), 0))


def pushed(value: Array, missing: Array, effects: Array) -> tuple[Array, Array]:
    """Return the expected push and its variance, both (draw, step, theatre).

    An indicator that is not known adds the variance of its effect, not a zero. Without any
    indicator both are zero.

    Args:
        value: standardised, 0 where missing (step, theatre, indicator).
        missing: 1 where nothing is known, less where it fades (step, theatre, indicator).
        effects: (draw, theatre, indicator).
    """
    if value.shape[-1] == 0:
        nothing = np.zeros((len(effects), *value.shape[:2]))
        return nothing, nothing.copy()
    return _weighted(value, effects), _weighted(missing, effects**2)


def _weighted(column: Array, weight: Array) -> Array:
    """Return sums over indicators (draw, step, theatre)."""
    if column.shape[1:] != weight.shape[1:]:
        raise ValueError(
            f"effects of (theatre, indicator) {weight.shape[1:]} for indicators of "
            f"{column.shape[1:]}: give each its own"
        )
    found = np.empty((len(weight), *column.shape[:2]))
    _add_up(np.ascontiguousarray(column.transpose(1, 2, 0)), weight, found)
    return found


@jit
def _add_up(column: Array, weight: Array, found: Array) -> None:
    """Fill `found` (draw, step, theatre) from column (theatre, indicator, step)."""
    draws, theatres, indicators = weight.shape
    steps = column.shape[2]
    total = np.empty(steps)
    for d in range(draws):
        for k in range(theatres):
            total[:] = 0.0
            for j in range(indicators):
                w = weight[d, k, j]
                for t in range(steps):
                    total[t] += w * column[k, j, t]
            for t in range(steps):
                found[d, t, k] = total[t]
