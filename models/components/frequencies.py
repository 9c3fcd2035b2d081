"""Weighted frequencies of rungs per theatre, drawn towards those of all theatres together.

With w the weight of a step by its age, n_r the weighted count of rung r in one theatre, N their
sum and q the same frequencies over all theatres, P(r) = (n_r + a q_r) / (N + a): the mean of a
Dirichlet posterior whose prior is worth `a` steps. Weights and `a` are chosen on the past.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.components.past import Past
from models.components.rolling import choose, mean_rps

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]
type Kernel = Callable[[Array], Array]
"""Indicators of what was seen (step, …) to weighted sums over the steps before t (step + 1, …)."""

STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Steps that the pool is worth, as tried."""

FLOOR = 0.5
"""Count added to every rung of the pool (Jeffreys), so that nothing unseen is impossible."""

VALIDATED = 60
"""How many of the last past origins judge the candidates."""


def boxcar(window: int | None) -> Kernel:
    """Return equal weights over the last `window` steps, over all of them if None."""

    def added(seen: Array) -> Array:
        sums = np.concatenate([np.zeros((1, *seen.shape[1:])), np.cumsum(seen, axis=0)])
        last = np.arange(len(sums))
        return np.asarray(sums - sums[np.maximum(last - (window or len(seen)), 0)])

    return added


def exponential(half_life: float) -> Kernel:
    """Return weights that halve every `half_life` steps."""
    fade = 0.5 ** (1.0 / half_life)

    def added(seen: Array) -> Array:
        sums = np.zeros((len(seen) + 1, *seen.shape[1:]))
        for t, row in enumerate(seen):
            sums[t + 1] = fade * sums[t] + row
        return sums

    return added


def frequencies(counts: Array, strength: float) -> Array:
    """Return P(at or below each rung but the last) from counts (…, theatre, rung)."""
    pool = counts.sum(axis=-2, keepdims=True) + FLOOR
    pool = pool / pool.sum(axis=-1, keepdims=True)
    blended = counts + strength * pool
    shares = blended / blended.sum(axis=-1, keepdims=True)
    return np.asarray(np.minimum(np.cumsum(shares, axis=-1)[..., :-1], 1.0))


def validated_origins(past: Past, lead: int) -> Whole:
    """Return the last past origins whose outcome at `lead` is known."""
    return np.arange(max(1, past.steps - lead - VALIDATED), max(1, past.steps - lead))


def recent_start(past: Past) -> int:
    """Return the first of the past origins that `chosen_frequencies` looks back to."""
    return max(0, past.steps - VALIDATED - int(max(past.leads)))


def chosen_frequencies(past: Past, kernels: Sequence[Kernel]) -> tuple[Array, Array]:
    """Return cumulative frequencies now and as they would have been at past origins.

    Returns:
        (horizon, theatre, cut) for the open step, and (origin, horizon, theatre, cut) for the
        origins from `recent_start` to the open step, with the kernel and strength that did best
        at each horizon.
    """
    start = recent_start(past)
    seen = (past.rung[..., None] == np.arange(len(past.cuts) + 1)).astype(float)
    counts = [kernel(seen)[start:] for kernel in kernels]
    tried = [frequencies(c, a) for c, a in product(counts, STRENGTHS)]
    best = []
    for lead in past.leads:
        at = validated_origins(past, int(lead))
        best.append(choose([mean_rps(c[at - start], past.rung[at + lead]) for c in tried]))
    then = np.stack([tried[b] for b in best], axis=1)
    return then[-1], then
