"""Climatology: each open step repeats a past one, drawn at random from a trailing window.

All theatres repeat the same past step, so that what moved together moves together.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.components.history import as_simulation, log_history
from models.family import Draws, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]


def climatology(
    window: int | None,
) -> Callable[[Inputs, Draws, int, np.random.Generator], Simulation]:
    """Return a `simulate` that draws from the last `window` whole steps, or from all if None."""

    def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
        past = log_history(inputs)
        past = past[-window:] if window else past
        past = _filled(past, rng) if inputs.measures.is_level else _levelled(past)
        chosen = rng.integers(0, len(past), (paths, inputs.steps_open))
        return as_simulation(inputs, past[chosen])

    return simulate


def _levelled(past: Array) -> Array:
    """Return the past with every unseen step at its theatre's mean."""
    middle = np.nanmean(past, axis=0, where=np.isfinite(past))
    return np.where(np.isfinite(past), past, np.nan_to_num(middle))


def _filled(past: Array, rng: np.random.Generator) -> Array:
    """Return the past with every unseen step one of its theatre's seen ones, drawn at random.

    A unit that was at risk for a while has levels, not a level between them; quiet where it has
    none at all.
    """
    filled = np.nan_to_num(past)
    for column, seen in zip(filled.T, np.isfinite(past).T, strict=True):
        if seen.any() and not seen.all():
            column[~seen] = rng.choice(column[seen], int((~seen).sum()))
    return filled
