"""Judged rungs as a Markov chain on a small ladder, solved exactly for every posterior draw.

State 0 is the base (rung 0, or whatever rung is measured), states 1 … n are the judged rungs of
one group from the lowest up. From a state the chain enters any higher rung at that rung's rate,
or comes down by one at the rate of leaving. Rare events are lost in simulated paths; matrix
products lose nothing.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.jit import jit

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JudgedOutlook:
    """Probabilities per draw.

    at (draw, state): in the state at the end. reach (draw, state): in it or above at some time,
    1 for states up to the present one. fall (draw): below the present state at some time.
    """

    at: Array
    reach: Array
    fall: Array


def outlook(enter: Array, leave: Array, *, standing: int, steps: float) -> JudgedOutlook:
    """Return where the chain is, has reached and has fallen after `steps` steps.

    Args:
        enter: rate per step of entering each rung from below (draw, rung).
        leave: rate per step of leaving each rung (draw, rung).
        standing: the state now.
        steps: how long; need not be whole.
    """
    generator = _generator(enter, leave)
    draws, states = enter.shape[0], enter.shape[1] + 1
    now = np.zeros((draws, states))
    now[:, standing] = 1.0
    at = _carried(now, generator, steps)
    reach = np.ones((draws, states))
    for state in range(standing + 1, states):
        reach[:, state] = _carried(now, _stopped(generator, np.arange(states) >= state), steps)[
            :, state:
        ].sum(axis=1)
    fall = _carried(now, _stopped(generator, np.arange(states) < standing), steps)
    return JudgedOutlook(at=at, reach=reach, fall=fall[:, :standing].sum(axis=1))


def _generator(enter: Array, leave: Array) -> Array:
    """Return rates from state to state (draw, state, state), rows summing to zero."""
    draws, rungs = enter.shape
    rates = np.zeros((draws, rungs + 1, rungs + 1))
    for state in range(rungs + 1):
        rates[:, state, state + 1 :] = enter[:, state:]
        if state > 0:
            rates[:, state, state - 1] = leave[:, state - 1]
        rates[:, state, state] = -rates[:, state].sum(axis=1)
    return rates


def _stopped(generator: Array, where: NDArray[np.bool_]) -> Array:
    """Return the generator with the given states made absorbing."""
    return np.where(where[None, :, None], 0.0, generator)


def _carried(now: Array, generator: Array, steps: float) -> Array:
    """Return `now` after `steps`, by uniformisation (all terms positive: no cancellation)."""
    out = np.empty_like(now)
    _carry(now, generator, steps, out)
    return out


@jit
def _carry(now: Array, generator: Array, steps: float, out: Array) -> None:
    """Fill `out`: each draw's Poisson mixture of powers of its jump matrix, in short pieces."""
    draws, states = now.shape
    term, moved, jump = np.empty(states), np.empty(states), np.empty((states, states))
    for d in range(draws):
        rate = 0.0
        for i in range(states):
            rate = max(rate, -generator[d, i, i] * steps)
        out[d] = now[d]
        pieces = math.ceil(rate / 20.0)
        for i in range(states):
            for j in range(states):
                jump[i, j] = generator[d, i, j] * (steps / rate)
            jump[i, i] += 1.0
        for _ in range(pieces):
            term[:], out[d] = out[d], 0.0
            weight, total, n = math.exp(-rate / pieces), 0.0, 0
            while total < 1.0 - 1e-13 and n < 400:
                total += weight
                moved[:] = 0.0
                for i in range(states):
                    out[d, i] += weight * term[i]
                    for j in range(states):
                        moved[j] += term[i] * jump[i, j]
                n += 1
                term, moved = moved, term
                weight *= rate / pieces / n
            out[d] /= total
