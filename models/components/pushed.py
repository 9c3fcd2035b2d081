"""What indicators add to the deviations of tension, for given draws of their effects.

`components.effects.pushes` states the same inside a PyMC model.
"""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


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
    return (
        np.einsum("tkj,dkj->dtk", value, effects, optimize=True),
        np.einsum("tkj,dkj->dtk", missing, effects**2, optimize=True),
    )
