"""What simulation-based calibration ranks: test quantities of the truth among posterior draws.

Parameters, and the forecast, which depends on the data as well and so finds faults that parameters
alone cannot (Modrák et al. 2023, "Simulation-based calibration checking for Bayesian computation:
the choice of test quantities shapes sensitivity").
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.family import Draws, Family
from models.inputs import Inputs

type Array = NDArray[np.float64]

TINY = 1e-3
"""Added to a measure before its logarithm, which one of zero does not have."""


def parameters(
    family: Family, draws: Draws, labels: Mapping[str, tuple[str, ...]]
) -> dict[str, Array]:
    """Return every entry of the published variables by label: (1 + kept), the truth first.

    An entry that repeats another (a rate that theatres share) counts once, a constant not at all.
    """
    found: dict[str, Array] = {}
    for name in family.published:
        if name not in draws:
            continue
        columns = draws[name].reshape(len(draws[name]), -1)
        _, distinct = np.unique(columns, axis=1, return_index=True)
        for j in sorted(distinct):
            if np.ptp(columns[:, j]) > 0:
                found[_label(name, labels.get(name, ()), int(j))] = columns[:, j]
    return found


def _label(name: str, entries: tuple[str, ...], j: int) -> str:
    entry = entries[j] if j < len(entries) else str(j)
    return f"{name}[{entry}]" if entry else name


def forecasts(
    family: Family, simulated: Inputs, draws: Draws, paths_per_draw: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Return the mean logarithm of each theatre's simulated measure at the nearest two horizons.

    The truth has as many paths as a draw, so that the noise of paths is the same for all.
    Empty where the family simulates no measure.

    Args:
        family: what simulates.
        simulated: the history from which it goes on.
        draws: of its parameters (1 + kept, …), the truth first.
        paths_per_draw: paths over which each mean is taken.
        rng: the generator to draw from.
    """
    paths = family.simulate(simulated, draws, paths_per_draw, rng).paths
    if paths is None:
        return {}
    mean = np.log(paths.measure + TINY).mean(axis=1)
    first = simulated.calendar.last - paths.first_step
    return {
        f"forecast_{horizon}[{theatre}]": mean[:, first + horizon, k]
        for horizon in sorted(simulated.ladder.horizons)[:2]
        for k, theatre in enumerate(simulated.measures.theatres)
    }


def rank(values: Array, rng: np.random.Generator) -> int:
    """Return how many draws lie below the truth, which is first; ties are settled by lot."""
    truth, draws = values[0], values[1:]
    ties = int((draws == truth).sum())
    return int((draws < truth).sum()) + int(rng.integers(0, ties + 1))
