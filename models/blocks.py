"""Simulation in blocks of draws, counted as they come, so that memory does not grow with draws.

However many theatres, steps, paths and draws there are, one block of paths is held at a time (per
thread), and of all others what the cells need of them: shares of paths, and a sample for quantiles.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from models.family import Draws, Family, JudgedRates, MeasurePaths, Simulation
from models.inputs import Inputs
from models.occupancy import Counted, count, joined

BLOCK_VALUES = 1_000_000
"""Values that a block holds at most, of its paths or of the history that they start from."""

KEPT_PATHS = 10_000
"""Paths that are kept of all blocks, evenly, for quantiles of the measure."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A simulation without its paths. counted, sample: None where no theatre has a measure.

    sample: about `KEPT_PATHS` of them, as the paths of one draw. judged: as in `Simulation`.
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
    blocks = list(_blocks(inputs, draws, paths))
    every = max(1, _count(draws) * paths // KEPT_PATHS)

    def one(block: Draws, own: np.random.Generator) -> Outlook:
        return _counted(inputs, family.simulate(inputs, block, paths, own), every)

    with ThreadPoolExecutor(threads) as pool:
        return _together(list(pool.map(one, blocks, rng.spawn(len(blocks)))))


def _count(draws: Draws) -> int:
    return len(next(iter(draws.values())))


def _blocks(inputs: Inputs, draws: Draws, paths: int) -> Iterator[Draws]:
    per_draw = max(inputs.steps_open * paths, inputs.calendar.last + 1)
    size = max(1, BLOCK_VALUES // (per_draw * max(1, len(inputs.measures.theatres))))
    for first in range(0, _count(draws), size):
        yield {name: values[first : first + size] for name, values in draws.items()}


def _counted(inputs: Inputs, simulation: Simulation, every: int) -> Outlook:
    if simulation.paths is None:
        return Outlook(None, None, simulation.judged)
    measure = simulation.paths.measure
    kept = measure.reshape(1, -1, *measure.shape[2:])[:, ::every].copy()
    sample = MeasurePaths(simulation.paths.first_step, kept)
    return Outlook(count(inputs, simulation.paths), sample, simulation.judged)


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
