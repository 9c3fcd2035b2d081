"""How far a move goes: sizes of jumps from each rung, with a Dirichlet prior.

A Dirichlet distribution over the sizes 1 … n is a chain of independent betas: having gone s rungs,
a move stops there with probability Beta(alpha[s], alpha[s + 1] + … + alpha[n]) (Connor and
Mosimann 1969). `on[r, s - 1]` is the probability of going on beyond s rungs from rung r.
"""

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import Prior

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

LEAST = 0.5
"""Least concentration of any one size (Jeffreys): nothing unseen is impossible."""


def jump_sizes(prior: Prior, name: str, counts: Array, room: Index) -> None:
    """Add the sizes of jumps in one direction to the current model, as `name` (rung, size).

    Args:
        prior: the chance that a move goes just one rung, a beta; its weight is the Dirichlet's.
        name: of the variable, over the coordinates `rung` and `size`.
        counts: how often each size was seen (rung, size - 1).
        room: how many rungs there are to go from each rung.
    """
    rows, columns = _places(room)
    on = pt.zeros(counts.shape)
    if len(rows):
        stop, go = _concentrations(prior, room, rows, columns)
        flat = pm.Beta(f"{name}_on", go, stop, shape=len(rows))
        on = on[rows, columns].set(flat)
        beyond = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1] - counts
        stopped = pm.Data(f"{name}_stopped", counts[rows, columns])
        went_on = pm.Data(f"{name}_went_on", beyond[rows, columns])
        loglik = stopped * pt.log1p(-flat) + went_on * pt.log(flat)
        pm.Potential(f"{name}_likelihood", loglik.sum())
    pm.Deterministic(name, on, dims=("rung", "size"))


def _places(room: Index) -> tuple[Index, Index]:
    """Return rung and size - 1 of every place where a move may go on or stop."""
    places = [(r, s) for r, left in enumerate(room) for s in range(int(left) - 1)]
    found = np.array(places, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _concentrations(prior: Prior, room: Index, rows: Index, columns: Index) -> tuple[Array, Array]:
    """Return the betas' parameters of stopping and of going on, place by place.

    What the prior leaves to longer jumps halves with every further rung.
    """
    single, longer = prior.parameter("alpha"), prior.parameter("beta")
    stop, go = [], []
    for row, column in zip(rows, columns, strict=True):
        shares = 0.5 ** np.arange(1, room[row])
        alpha = np.append(single, np.maximum(longer * shares / shares.sum(), LEAST))
        stop.append(alpha[column])
        go.append(alpha[column + 1 :].sum())
    return np.array(stop), np.array(go)


def drawn_sizes(
    on: Array, draw: Index, rung: Index, room: Index, rng: np.random.Generator
) -> Index:
    """Return how many rungs each move goes, at least 1 and at most `room`.

    Args:
        on: probability of going on (draw, rung, size - 1).
        draw: the parameter draw of each move.
        rung: where each move starts.
        room: how many rungs there are to go.
        rng: the generator to draw from.
    """
    size = np.ones(len(rung), dtype=np.int64)
    going = np.ones(len(rung), dtype=bool)
    for s in range(on.shape[2]):
        going &= (room > s + 1) & (rng.random(len(rung)) < on[draw, rung, s])
        size += going
    return size
