"""What concurrent indicators add to what is seen of a step, and its variance, for draws of effects.

`components.effects` states the same inside a PyMC model.
"""

import numpy as np
from numpy.typing import NDArray

from models.components.pushed import effects_of, pushed
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]


def passing_so_far(inputs: Inputs, draws: Draws) -> tuple[Array, Array]:
    """Return what is added to the steps up to the present one (draw, step, theatre)."""
    panel = inputs.concurrent
    return pushed(panel.value, panel.missing, effects_of(inputs, draws, "passing_effects"))


def passing_open(inputs: Inputs, draws: Draws) -> tuple[Array, Array]:
    """Return what is added to the steps from the first open one on (draw, step, theatre)."""
    panel, first = inputs.concurrent, inputs.measures.first_open_step
    effects = effects_of(inputs, draws, "passing_effects")
    before = passing_so_far(inputs, draws)
    ahead = pushed(panel.ahead, panel.ahead_variance, effects)
    passing, veil = (
        np.concatenate([seen[:, first:], coming], axis=1)
        for seen, coming in zip(before, ahead, strict=True)
    )
    return passing, veil
