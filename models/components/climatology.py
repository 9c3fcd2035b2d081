"""Climatology: each open step repeats a past one, drawn at random from a trailing window.

All theatres repeat the same past step, so that what moved together moves together.
"""

from collections.abc import Callable

import numpy as np

from models.components.history import as_simulation, log_history
from models.family import Draws, Simulation
from models.inputs import Inputs


def climatology(
    window: int | None,
) -> Callable[[Inputs, Draws, int, np.random.Generator], Simulation]:
    """Return a `simulate` that draws from the last `window` whole steps, or from all if None."""

    def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
        past = log_history(inputs)
        past = past[-window:] if window else past
        chosen = rng.integers(0, len(past), (paths, inputs.steps_open))
        middle = np.nanmean(past, axis=0, where=np.isfinite(past))
        repeated = np.where(np.isfinite(past), past, np.nan_to_num(middle))[chosen]
        return as_simulation(inputs, repeated)

    return simulate
