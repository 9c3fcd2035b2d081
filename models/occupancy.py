"""Counting simulated paths: where they are, what they reached and how far they fell, per draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.jit import jit
from models.family import MeasurePaths
from models.inputs import Inputs, MeasurePanel

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


@dataclass(frozen=True, slots=True)
class Counted:
    """Paths counted at each horizon of a ladder, in its order, and how many a draw has."""

    occupied: tuple[Occupancy, ...]
    paths: int


def count(inputs: Inputs, paths: MeasurePaths) -> Counted:
    """Return all that the cells of a ladder need of simulated paths, from the present step on.

    What may have been reached in earlier steps that nobody has seen whole is no part of what lies
    ahead, however many they are, and is not what a forecast is settled by.
    """
    present = inputs.calendar.last
    steps = [present + horizon for horizon in inputs.ladder.horizons]
    ahead = _since(present, paths)
    return Counted(tuple(occupancy(ahead, inputs.measures, steps)), paths.measure.shape[1])


def _since(step: int, paths: MeasurePaths) -> MeasurePaths:
    """Return paths without the steps before one."""
    before = max(0, step - paths.first_step)
    return MeasurePaths(paths.first_step + before, paths.measure[:, :, before:])


def joined(parts: Sequence[Counted]) -> Counted:
    """Return as one what was counted for some draws after others."""

    def whole(same: Sequence[Occupancy], name: str) -> Array:
        return np.concatenate([getattr(one, name) for one in same])

    together = [
        Occupancy(whole(same, "at"), whole(same, "reach"), whole(same, "below"))
        for same in zip(*(part.occupied for part in parts), strict=True)
    ]
    return Counted(tuple(together), parts[0].paths)


def occupancy(paths: MeasurePaths, measures: MeasurePanel, steps: Sequence[int]) -> list[Occupancy]:
    """Return where paths stand at each of `steps`, and their extremes up to it, in one pass.

    A measure is on the highest rung whose threshold it reaches.

    Args:
        paths: simulated.
        measures: the thresholds and the rungs that they part.
        steps: calendar steps.

    Raises:
        ValueError: a step was not simulated.
    """
    draws, count, simulated, theatres = paths.measure.shape
    last = paths.first_step + simulated - 1
    if not all(paths.first_step <= step <= last for step in steps):
        raise ValueError(f"steps {list(steps)} are not all in {paths.first_step} to {last}")
    shape = (len(steps), draws, theatres, len(measures.thresholds) + 1)
    at, highest, lowest = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    _count(
        np.ascontiguousarray(paths.measure),
        np.ascontiguousarray(measures.thresholds),
        np.array([step - paths.first_step for step in steps], dtype=np.int64),
        at,
        highest,
        lowest,
    )
    reach = np.cumsum(highest[..., ::-1], axis=-1)[..., ::-1]
    below = np.cumsum(lowest, axis=-1) - lowest
    shares = at / count, reach / count, below / count
    return [Occupancy(*one) for one in zip(*shares, strict=True)]


@jit
def _count(
    measure: Array,
    thresholds: Array,
    steps: NDArray[np.int64],
    at: Array,
    highest: Array,
    lowest: Array,
) -> None:
    """Add paths to histograms (horizon, draw, theatre, rung) of rungs and of their extremes."""
    draws, paths, _, theatres = measure.shape
    high, low = np.empty(theatres, dtype=np.int64), np.empty(theatres, dtype=np.int64)
    for d in range(draws):
        for p in range(paths):
            high[:], low[:] = 0, len(thresholds)
            for s in range(steps.max() + 1):
                for k in range(theatres):
                    rung = 0
                    for threshold in thresholds:
                        rung += measure[d, p, s, k] >= threshold
                    high[k], low[k] = max(high[k], rung), min(low[k], rung)
                    for h in range(len(steps)):
                        if steps[h] == s:
                            at[h, d, k, rung] += 1.0
                            highest[h, d, k, high[k]] += 1.0
                            lowest[h, d, k, low[k]] += 1.0
