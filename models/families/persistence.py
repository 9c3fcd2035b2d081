"""Reference: rungs change as they used to, by one smoothed transition table for all theatres."""

import numpy as np
from numpy.typing import NDArray

from models.components.history import log_history
from models.components.observation import measure_of
from models.family import Draws, Family, MeasurePaths, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]

SMOOTHING = 0.5
"""Count added to every transition (Jeffreys), so that nothing unseen is impossible."""


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return rungs walked step by step from each theatre's present one, as measures."""
    past = log_history(inputs)
    rungs = inputs.measures.rung_of(measure_of(inputs.measures, past))
    table = transition_table(rungs, np.isfinite(past), len(inputs.measures.rungs))
    ladder = np.cumsum(table, axis=1)
    state = np.broadcast_to(_present(rungs, np.isfinite(past)), (paths, past.shape[1]))
    walked = np.empty((paths, inputs.steps_open, past.shape[1]), dtype=np.int8)
    for step in range(inputs.steps_open):
        chance = rng.random(state.shape)
        state = np.minimum((chance[..., None] > ladder[state]).sum(axis=-1), len(table) - 1)
        walked[:, step] = state
    measure = inputs.measures.middles[walked]
    return Simulation(paths=MeasurePaths(inputs.measures.first_open_step, measure[None]))


def transition_table(rungs: NDArray[np.int64], seen: NDArray[np.bool_], count: int) -> Array:
    """Return P(next rung | rung), pooled over theatres and smoothed (rung, rung)."""
    both = seen[:-1] & seen[1:]
    table = np.full((count, count), SMOOTHING)
    np.add.at(table, (rungs[:-1][both], rungs[1:][both]), 1.0)
    shares: Array = table / table.sum(axis=1, keepdims=True)
    return shares


def _present(rungs: NDArray[np.int64], seen: NDArray[np.bool_]) -> NDArray[np.int64]:
    last = np.where(seen, np.arange(len(seen))[:, None], -1).max(axis=0)
    present: NDArray[np.int64] = rungs[last, np.arange(rungs.shape[1])]
    return present


FAMILY = Family(
    id="persistence",
    version="1",
    name="Persistence by transition table",
    build=None,
    simulate=simulate,
    measures=("share", "value", "level"),
)
