"""Judged rungs as a Markov chain on a small ladder, solved exactly for every posterior draw.

State 0 is the base (rung 0, or whatever rung is measured), states 1 … n are the judged rungs of
one group from the lowest up. From a state the chain enters any higher rung at that rung's rate,
or comes down by one at the rate of leaving. Rare events are lost in simulated paths; matrix
products lose nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    rate = float(np.max(-np.diagonal(generator, axis1=1, axis2=2))) * steps
    if rate == 0.0:
        return now
    pieces = int(np.ceil(rate / 20.0))
    jump = np.eye(generator.shape[1]) + generator * (steps / rate)
    for _ in range(pieces):
        now = _poisson_mixture(now, jump, rate / pieces)
    return now


def _poisson_mixture(now: Array, jump: Array, rate: float) -> Array:
    weight, total, result = np.exp(-rate), 0.0, np.zeros_like(now)
    term, n = now, 0
    while total < 1.0 - 1e-13 and n < 400:
        result, total = result + weight * term, total + weight
        term, n = np.einsum("ds,dsr->dr", term, jump), n + 1
        weight *= rate / n
    return result / total
