"""Simulation in blocks of draws, counted as they come, so that memory does not grow with draws.

However many theatres, steps, paths and draws there are, one block of paths is held at a time (per
thread), and of all others what the cells need of them: shares of paths, and a sample for quantiles.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.family import Draws, Family, JudgedRates, MeasurePaths, Simulation
from models.inputs import Inputs
from models.occupancy import Counted, count, joined
from models.threads import pool

BLOCK_VALUES = 1_000_000
"""Values that a block holds at most, of its paths or of the history that they start from."""

KEPT_PATHS = 10_000
"""So many paths are kept of all blocks, evenly, for quantiles of the measure: a quantile's rank is
off by half a percentage point at most (standard error)."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A simulation without its paths. counted, sample: None where no theatre has a measure.

    sample: `KEPT_PATHS` of them or all there are, as the paths of one draw. judged: as in
    `Simulation`.
    """

    counted: Counted | None
    sample: MeasurePaths | None
    judged: JudgedRates | None


def outlook_of(
    family: Family,
    inputs: Inputs,
    draws: Draws,
    paths: int,
    rng: np.random.Generator,
    *,
    threads: int = 1,
) -> Outlook:
    """Return what `family.simulate` says, counted; the answer does not depend on `threads`.

    Each block draws from a generator of its own, and how many draws it has depends on the size
    of the question alone.

    Args:
        family: a family that is sampled.
        inputs: what was seen.
        draws: of its posterior.
        paths: per draw.
        rng: the generator from which those of the blocks are spawned.
        threads: blocks at once.
    """
    total = len(next(iter(draws.values())))
    kept = _evenly(total * paths)

    def one(part: slice, own: np.random.Generator) -> Outlook:
        block = {name: values[part] for name, values in draws.items()}
        within = kept[np.searchsorted(kept, part.start * paths) :] - part.start * paths
        return _counted(inputs, family.simulate(inputs, block, paths, own), within)

    parts = list(_parts(inputs, total, paths))
    with pool(threads) as at_once:
        return _together(list(at_once.map(one, parts, rng.spawn(len(parts)))))


def outlook_in_one(inputs: Inputs, simulation: Simulation) -> Outlook:
    """Return a simulation of one draw counted: a reference's, whose paths are few enough."""
    paths = 0 if simulation.paths is None else simulation.paths.measure.shape[1]
    return _counted(inputs, simulation, _evenly(paths))


def _evenly(paths: int) -> NDArray[np.int64]:
    """Return the places of the paths that are kept of so many, in order."""
    return np.linspace(0, max(paths - 1, 0), min(paths, KEPT_PATHS)).astype(np.int64)


def _parts(inputs: Inputs, draws: int, paths: int) -> Iterator[slice]:
    per_draw = max(inputs.steps_open * paths, inputs.calendar.last + 1)
    size = max(1, BLOCK_VALUES // (per_draw * max(1, len(inputs.measures.theatres))))
    for first in range(0, draws, size):
        yield slice(first, min(first + size, draws))


def _counted(inputs: Inputs, simulation: Simulation, kept: NDArray[np.int64]) -> Outlook:
    """Return a simulation counted, with those of the `kept` places that it has paths for."""
    if simulation.paths is None:
        return Outlook(None, None, simulation.judged)
    measure = simulation.paths.measure
    flat = measure.reshape(-1, *measure.shape[2:])
    sample = flat[kept[: np.searchsorted(kept, len(flat))]]
    return Outlook(
        count(inputs, simulation.paths),
        MeasurePaths(simulation.paths.first_step, sample[None]),
        simulation.judged,
    )


def _together(parts: list[Outlook]) -> Outlook:
    counted = [part.counted for part in parts if part.counted is not None]
    samples = [part.sample for part in parts if part.sample is not None]
    rates = [part.judged for part in parts if part.judged is not None]
    return Outlook(
        joined(counted) if counted else None,
        MeasurePaths(samples[0].first_step, np.concatenate([s.measure for s in samples], axis=1))
        if samples
        else None,
        JudgedRates(
            np.concatenate([r.enter for r in rates]), np.concatenate([r.leave for r in rates])
        )
        if rates
        else None,
    )
