"""Tables of transitions: what followed on each rung, smoothed towards rungs and theatres at large.

A row is drawn towards the frequencies of all rungs; a theatre's own rows are drawn towards those
of all theatres.
"""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]

WINDOWS = (None, 240, 52)
"""Steps whose transitions count, as tried; all of them first."""

TOWARDS_ALL_RUNGS = (0.5, 5.0)
"""Count by which a row is drawn towards the frequencies of all rungs, as tried."""

TOWARDS_ALL_THEATRES = (np.inf, 30.0, 5.0)
"""Count by which a theatre's row is drawn towards that of all theatres; infinite: no own row."""

FLOOR = 0.5
"""Count added to each rung's frequency (Jeffreys), so that nothing unseen is impossible."""


def transitions(start: Whole, outcome: Whole, count: int) -> Array:
    """Return 1 where a step's outcome followed on a start (step, theatre, rung, rung)."""
    rungs = np.arange(count)
    return np.asarray(
        (start[..., None, None] == rungs[:, None]) & (outcome[..., None, None] == rungs),
        dtype=np.float64,
    )


def table(counts: Array, *, rungs: float, theatres: float) -> Array:
    """Return P(rung | start) (…, theatre, rung, rung) from counts, smoothed by two strengths."""
    together = counts.sum(axis=-3, keepdims=True)
    overall = together.sum(axis=-2, keepdims=True) + FLOOR
    overall = overall / overall.sum(axis=-1, keepdims=True)
    shared = together + rungs * overall
    shared = shared / shared.sum(axis=-1, keepdims=True)
    if np.isinf(theatres):
        return np.asarray(np.broadcast_to(shared, counts.shape))
    own = counts + theatres * shared
    return np.asarray(own / own.sum(axis=-1, keepdims=True))
