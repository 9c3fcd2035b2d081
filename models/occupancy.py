"""Counting simulated paths: where they are, what they reached and how far they fell, per draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.family import MeasurePaths
from models.inputs import MeasurePanel

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Shares of paths per draw, (draw, theatre, rung) at one horizon.

    at: on the rung at the horizon. reach: highest rung up to it at or above the rung.
    below: lowest rung up to it below the rung.
    """

    at: Array
    reach: Array
    below: Array


def rung_paths(paths: MeasurePaths, measures: MeasurePanel) -> NDArray[np.int8]:
    """Return the measured rung of every simulated step: (draw, path, step, theatre)."""
    rungs = np.zeros(paths.measure.shape, dtype=np.int8)
    for threshold in measures.thresholds:
        rungs += paths.measure >= threshold
    return rungs


def occupancy(rungs: NDArray[np.int8], *, step: int, count: int) -> Occupancy:
    """Return where paths stand at simulated `step`, and their extremes up to it.

    Args:
        rungs: (draw, path, step, theatre).
        step: index of the step at the horizon.
        count: how many measured rungs there are.
    """
    here = rungs[:, :, step]
    highest, lowest = rungs[:, :, : step + 1].max(axis=2), rungs[:, :, : step + 1].min(axis=2)
    order = range(count)
    return Occupancy(
        at=np.stack([(here == r).mean(axis=1) for r in order], axis=-1),
        reach=np.stack([(highest >= r).mean(axis=1) for r in order], axis=-1),
        below=np.stack([(lowest < r).mean(axis=1) for r in order], axis=-1),
    )
