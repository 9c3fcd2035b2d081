"""Reference: rungs move as they used to, by one table of transitions per horizon.

A table counts where theatres were so many steps after each rung. A row is drawn towards the
frequencies of all rungs; a theatre's own rows are drawn towards those of all theatres. Window,
both strengths, and whether one starts from the last whole step or from the part seen of the open
one, are chosen for each horizon by the ranked probability score from past origins. Of judged
rungs there is one table, of one step's moves (`components.judged_tables`).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.components.direct import Direct, simulate_direct
from models.components.frequencies import boxcar, recent_start, validated_origins
from models.components.judged_tables import persistence_table
from models.components.past import Past, past_of
from models.components.rolling import choose, mean_rps
from models.components.transition_table import (
    TOWARDS_ALL_RUNGS,
    TOWARDS_ALL_THEATRES,
    WINDOWS,
    table,
    transitions,
)
from models.family import Draws, Family, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """Transitions to a lead known before each recent origin, and the rung each origin starts from.

    counts: (origin, theatre, rung, rung). start: (origin, theatre), -1 if unseen.
    """

    counts: Array
    start: Whole


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return joint paths with the transition probabilities of every horizon."""
    past = past_of(inputs)
    then = np.stack([_chosen(past, int(lead)) for lead in past.leads], axis=1)
    at = np.arange(len(then)) + recent_start(past)
    return simulate_direct(inputs, past, Direct(past.cuts, then[-1], then, at), paths, rng)


def _chosen(past: Past, lead: int) -> Array:
    """Return P(at or below each rung but the last) (origin, theatre, cut) of the best table."""
    begin = recent_start(past)
    at = validated_origins(past, lead)
    starts = [_last_seen(past.rung), _part(past)] if past.has_early else [_last_seen(past.rung)]
    tried = [
        _cumulative(counted, rungs, theatres)
        for start, window in product(starts, WINDOWS)
        for counted in [_counted(past, start, lead, window)]
        for rungs, theatres in product(TOWARDS_ALL_RUNGS, TOWARDS_ALL_THEATRES)
    ]
    return tried[choose([mean_rps(c[at - begin], past.rung[at + lead]) for c in tried])]


def _counted(past: Past, start: Whole, lead: int, window: int | None) -> Counted:
    count, begin = len(past.cuts) + 1, recent_start(past)
    moved = np.zeros((past.steps, past.rung.shape[1], count, count))
    if lead < past.steps:
        moved[lead:] = transitions(start[: past.steps - lead], past.rung[lead:], count)
    return Counted(boxcar(window)(moved)[begin:], start[begin:])


def _cumulative(counted: Counted, rungs: float, theatres: float) -> Array:
    shares = table(counted.counts, rungs=rungs, theatres=theatres)
    start = np.maximum(counted.start, 0)[..., None, None]
    row = np.take_along_axis(shares, start, axis=-2)[..., 0, :]
    return np.asarray(np.minimum(np.cumsum(row, axis=-1)[..., :-1], 1.0))


def _last_seen(rung: Whole) -> Whole:
    """Return the last rung seen before each step (T + 1, theatre), -1 before the first."""
    last = np.full((len(rung) + 1, rung.shape[1]), -1)
    for t, row in enumerate(rung):
        last[t + 1] = np.where(row >= 0, row, last[t])
    return last


def _part(past: Past) -> Whole:
    """Return the rung of the part seen of each step, that of the step before where none is."""
    rung = np.searchsorted(past.cuts, np.nan_to_num(past.early), side="right")
    return np.where(np.isfinite(past.early), rung, _last_seen(past.rung))


FAMILY = Family(
    id="persistence",
    version="2",
    name="Persistence by transition table",
    build=None,
    simulate=simulate,
    measures=("share", "value", "level"),
    judged=persistence_table,
)
