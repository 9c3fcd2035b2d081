"""What references say of judged rungs: a table of one step's moves, learnt from the record alone.

`persistence` counts the moves from step to step, `climatology` the share of steps spent on each
rung, whatever the rung before. Both are smoothed as on measured rungs, by strengths that did best
(ranked probability score) on the steps before the present one; a rung that a theatre does not
have is given no chance. Further steps follow by the Markov property.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.components.frequencies import VALIDATED, boxcar, chosen_frequencies
from models.components.past import Past
from models.components.rolling import choose, mean_rps
from models.components.transition_table import (
    TOWARDS_ALL_RUNGS,
    TOWARDS_ALL_THEATRES,
    WINDOWS,
    table,
    transitions,
)
from models.inputs import Inputs, JudgedTrack, judged_track

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]


def persistence_table(inputs: Inputs, domain: str) -> Array:
    """Return P(rung after one step | rung now) (theatre, rung, rung) from counts of moves."""
    track, held = _record(inputs, domain)
    moved = np.zeros((*held.shape, len(track.rungs), len(track.rungs)))
    moved[1:] = transitions(held[:-1], held[1:], len(track.rungs))
    tried = [
        table(boxcar(window)(moved), rungs=rungs, theatres=theatres)
        for window, rungs, theatres in product(WINDOWS, TOWARDS_ALL_RUNGS, TOWARDS_ALL_THEATRES)
    ]
    return _possible(tried[choose([_loss(tables, held) for tables in tried])][-1], track)


def climatology_table(inputs: Inputs, domain: str) -> Array:
    """Return P(rung after one step) from shares of past steps, the same whatever the rung now."""
    track, held = _record(inputs, domain)
    now, _ = chosen_frequencies(_past(held, len(track.rungs)), [boxcar(None)])
    share = np.diff(now[0], axis=-1, prepend=0.0, append=1.0)
    count = len(track.rungs)
    return _possible(np.repeat(share[:, None], count, axis=1), track)


def _record(inputs: Inputs, domain: str) -> tuple[JudgedTrack, Whole]:
    """Return the domain's track, and what was held at the end of each whole step."""
    track, calendar = judged_track(inputs.ladder, domain, inputs.judged), inputs.calendar
    whole = calendar.last + (calendar.as_of >= calendar.end_of(calendar.last))
    return track, track.held[:whole]


def _loss(tables: Array, held: Whole) -> float:
    """Return the mean score of the last steps, each from the table that was known before it."""
    at = np.arange(max(1, len(held) - VALIDATED), len(held))
    rows = np.take_along_axis(tables[at], held[at - 1][..., None, None], axis=-2)[..., 0, :]
    return mean_rps(np.cumsum(rows, axis=-1)[..., :-1], held[at])


def _past(held: Whole, count: int) -> Past:
    """Return the record as a past of levels; the next step is the one that is open."""
    steps, theatres = held.shape
    return Past(
        whole=held.astype(float),
        early=np.full((steps + 1, theatres), np.nan),
        part=np.zeros(theatres),
        rung=held,
        cuts=np.linspace(0.5, count - 1.5, count - 1),
        leads=np.array([0]),
        levels=True,
    )


def _possible(shares: Array, track: JudgedTrack) -> Array:
    kept = np.where(track.possible[:, None], np.maximum(shares, 0.0), 0.0)
    return np.asarray(kept / kept.sum(axis=-1, keepdims=True))
