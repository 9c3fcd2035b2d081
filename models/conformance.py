"""What every model family must guarantee; a new family's test calls this and nothing else."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from forecaster.domain.forecast import Cell, Kind
from models.columns import columns
from models.family import Draws, Family
from models.inputs import Inputs

TOLERANCE = 1e-9


def assert_family_contract(
    family: Family, inputs: Inputs, draws: Draws, *, paths: int = 32, seed: int = 1
) -> None:
    """Check a family on some inputs: shapes, coherence, and the same answer to the same seed.

    Args:
        family: the plug-in.
        inputs: one theatre or many, with or without missing series.
        draws: posterior draws that `simulate` needs; empty for a reference.
        paths: paths per draw.
        seed: of the simulation.

    Raises:
        AssertionError: the guarantee that does not hold, in words.
    """
    first, second = (
        family.simulate(inputs, draws, paths, np.random.default_rng(seed)) for _ in range(2)
    )
    if first.paths is not None:
        steps, theatres = inputs.steps_open, len(inputs.measures.theatres)
        shape = first.paths.measure.shape
        assert shape[1:] == (paths, steps, theatres), f"{family.id}: paths have shape {shape}"
        assert np.isfinite(first.paths.measure).all(), f"{family.id}: paths are not finite"
        same = np.array_equal(first.paths.measure, second.paths.measure)  # type: ignore[union-attr]
        assert same, f"{family.id}: the same seed gave another answer"
    found = columns(inputs, first)
    assert found, f"{family.id}: no cell came out"
    figures = {
        (c.kind, c.rung, c.horizon, c.theatre, c.domain): float(c.probability.mean()) for c in found
    }
    assert_coherent(figures, inputs, family.id)


def assert_generate_contract(family: Family, inputs: Inputs, draw: Draws, *, seed: int = 1) -> None:
    """Check that a family's made-up history is one that could have been seen instead.

    Args:
        family: one with `generate`.
        inputs: the real history.
        draw: one draw of the parameters (a draw axis of length 1).
        seed: of the simulation.

    Raises:
        AssertionError: the guarantee that does not hold, in words.
    """
    assert family.generate is not None, f"{family.id} has no generate"
    first, second = (family.generate(inputs, draw, np.random.default_rng(seed)) for _ in range(2))
    real, made = inputs.measures, first.measures
    for name in ("exposure", "base"):
        kept = np.array_equal(getattr(real, name), getattr(made, name), equal_nan=True)
        assert kept, f"{family.id}: {name} is a condition of the likelihood, and was changed"
    assert made.count.shape == real.count.shape, f"{family.id}: counts have {made.count.shape}"
    assert np.isfinite(made.count[real.exposure > 0]).all(), f"{family.id}: counts are not finite"
    assert (made.count >= 0).all(), f"{family.id}: counts are negative"
    same = np.array_equal(made.count, second.measures.count)
    assert same, f"{family.id}: the same seed made up another history"


def assert_cells_coherent(cells: tuple[Cell, ...], inputs: Inputs, name: str) -> None:
    """Check published cells; see `assert_coherent`."""
    figures = {(c.kind, c.rung, c.horizon_steps, c.theatre, c.domain): c.probability for c in cells}
    assert_coherent(figures, inputs, name)


type Key = tuple[Kind, str, int, str, str]


def assert_coherent(figures: Mapping[Key, float], inputs: Inputs, name: str) -> None:
    """Check that probabilities could belong to one world.

    `at` sums to one; `reach` is 1 at the lowest rung, falls with the rung, rises with the horizon
    and is at least the mass at or above the rung; `fall` rises with the horizon.

    Raises:
        AssertionError: the first rule that is broken, with its theatre and horizon.
    """
    ladder = inputs.ladder
    for theatre, domain in dict.fromkeys((key[3], key[4]) for key in figures):
        rungs = [
            r.id
            for r in ladder.rungs_of(ladder.theatre(theatre), domain)
            if ("at", r.id, ladder.horizons[0], theatre, domain) in figures
        ]
        before: list[float] | None = None
        for horizon in ladder.horizons:
            where = f"{name}: {theatre}/{domain} at {horizon} steps"
            at = [figures["at", r, horizon, theatre, domain] for r in rungs]
            reach = [figures["reach", r, horizon, theatre, domain] for r in rungs]
            assert abs(sum(at) - 1.0) < TOLERANCE, f"{where}: at sums to {sum(at)}"
            assert abs(reach[0] - 1.0) < TOLERANCE, f"{where}: the lowest rung is not reached"
            assert _falling(reach), f"{where}: reach rises with the rung: {reach}"
            tails = np.cumsum(at[::-1])[::-1]
            assert np.all(np.array(reach) >= tails - TOLERANCE), f"{where}: reach is below at"
            if before is not None:
                assert np.all(np.array(reach) >= np.array(before) - TOLERANCE), (
                    f"{where}: reach falls with the horizon"
                )
            before = reach
        falls = [p for k, p in figures.items() if k[0] == "fall" and k[3:] == (theatre, domain)]
        assert _falling(falls[::-1]), f"{name}: {theatre}/{domain}: fall sinks with the horizon"


def _falling(values: list[float]) -> bool:
    return all(b <= a + TOLERANCE for a, b in pairwise(values))
