"""Filtered states per posterior draw, in closed form, all draws at once.

The model is that of `models.components.local_level`: a slow level and a fast deviation.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.jit import jit

type Array = NDArray[np.float64]

LOG_TWO_PI = math.log(2.0 * math.pi)

TOGETHER = 4
"""Variances multiplied before a logarithm is taken, which is slow: few enough not to overflow."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Mean and covariance of deviation x and level l; arrays of one shape, such as (draw, theatre).

    x, l: means. vx, vl: variances. vc: covariance.
    """

    x: Array
    l: Array  # noqa: E741 - the model's own name
    vx: Array
    vl: Array
    vc: Array


@dataclass(frozen=True, slots=True)
class Dynamics:
    """What moves the states: phi, w (draw, theatre); drift, q (draw, step, theatre)."""

    phi: Array
    w: Array
    drift: Array
    q: Array


@dataclass(frozen=True, slots=True)
class Innovation:
    """What a step's observation told: surprise, its variance, and both gains (draw, theatre).

    Gains are zero where nothing was observed.
    """

    surprise: Array
    variance: Array
    gain_x: Array
    gain_l: Array


@dataclass(frozen=True, slots=True)
class Filtered:
    """What the filter found: log p(all observations) (draw), and the last steps one by one.

    first: the step that `states` (after each observation) and `innovations` begin with.
    """

    loglik: Array
    first: int
    states: list[Pair]
    innovations: list[Innovation]


def filter_states(
    *,
    y: Array,
    observed: Array,
    level: Array,
    start: Array,
    dynamics: Dynamics,
    r: Array,
    first: int = 0,
) -> Filtered:
    """Return the likelihood, and the filtered states after each step from `first` on.

    Args:
        y: observations (draw or 1, step, theatre).
        observed: 1.0 or 0.0 (step, theatre).
        level: mean of the level before the first step (draw, theatre).
        start: its variance (draw, theatre).
        dynamics: how states move.
        r: variance of the observation (draw, step, theatre).
        first: the first step whose states are kept.
    """
    kept = len(observed) - first
    states, told = np.empty((5, kept, *level.shape)), np.empty((4, kept, *level.shape))
    loglik = np.empty_like(level)
    moves = (dynamics.phi, dynamics.w, dynamics.drift, dynamics.q)
    _filter(y, observed, level, np.ascontiguousarray(start), *moves, r, states, told, loglik)
    return Filtered(
        loglik.sum(axis=1),
        first,
        [Pair(*states[:, t]) for t in range(kept)],
        [Innovation(*told[:, t]) for t in range(kept)],
    )


@jit
def _filter(
    y: Array,
    observed: Array,
    level: Array,
    start: Array,
    phi: Array,
    w: Array,
    drift: Array,
    q: Array,
    r: Array,
    states: Array,
    told: Array,
    loglik: Array,
) -> None:
    """Fill the log likelihood (draw, theatre), and the last steps, as many as there is room for.

    Of each step the states (x, l, vx, vl, vc), and what was told (surprise, variance, gains of x
    and l), each (…, step, draw, theatre).
    """
    draws, steps, theatres = drift.shape
    first = steps - states.shape[1]
    state, step = np.empty((5, theatres)), np.empty((4, theatres))
    x, l, vx = state[0], state[1], state[2]  # noqa: E741 - the model's own name
    vl, vc = state[3], state[4]
    squares, product = np.empty(theatres), np.empty(theatres)
    for d in range(draws):
        x[:], vx[:], vc[:], squares[:], product[:] = 0.0, 0.0, 0.0, 0.0, 1.0
        l[:], vl[:], loglik[d] = level[d], start[d], 0.0
        for t in range(steps):
            for k in range(theatres):
                seen, f = observed[t, k], phi[d, k]
                px, pl, pc = f * f * vx[k] + q[d, t, k], vl[k] + w[d, k], f * vc[k]
                s = px + pl + 2.0 * pc + r[d, t, k]
                mean = f * x[k] + drift[d, t, k]
                v = y[d if len(y) > 1 else 0, t, k] - mean - l[k]
                kx, kl = seen * (px + pc) / s, seen * (pl + pc) / s
                x[k], l[k] = mean + kx * v, l[k] + kl * v
                vx[k], vl[k], vc[k] = px - kx * kx * s, pl - kl * kl * s, pc - kx * kl * s
                squares[k] += seen * (LOG_TWO_PI + v * v / s)
                product[k] *= seen * s + (1.0 - seen)
                step[0, k], step[1, k], step[2, k], step[3, k] = v, s, kx, kl
            if t >= first:
                told[:, t - first, d] = step
                states[:, t - first, d] = state
            if t % TOGETHER == TOGETHER - 1 or t == steps - 1:
                for k in range(theatres):
                    loglik[d, k] -= 0.5 * (np.log(product[k]) + squares[k])
                    squares[k], product[k] = 0.0, 1.0


def sample_back(
    filtered: Filtered,
    dynamics: Dynamics,
    *,
    paths: int,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Return joint draws of the filtered steps' states, each (draw, path, step, theatre).

    Backward sampling (Carter and Kohn 1994): the last state from its filtered distribution, then
    each earlier one given the next.
    """
    states, first = filtered.states, filtered.first
    last = states[-1]
    per_path = Pair(*(a[:, None] for a in (last.x, last.l, last.vx, last.vl, last.vc)))
    shape = (len(last.x), paths, *last.x.shape[1:])
    found = [_drawn(per_path, shape, rng)]
    for i in range(len(states) - 2, -1, -1):
        given = _given_next(states[i], dynamics, first + i + 1, *found[-1])
        found.append(_drawn(given, shape, rng))
    return tuple(np.stack([pair[i] for pair in reversed(found)], axis=2) for i in (0, 1))  # type: ignore[return-value]


def _given_next(state: Pair, dynamics: Dynamics, after: int, x: Array, level: Array) -> Pair:
    """Return the state before step `after` given draws of the state at it: (draw, path, theatre).

    Variances are (draw, 1, theatre): they do not depend on what was drawn.
    """
    ahead, phi = _moved(state, dynamics, after), dynamics.phi
    det = ahead.vx * ahead.vl - ahead.vc**2
    xx, ll, xl = ahead.vl / det, ahead.vx / det, -ahead.vc / det
    jxx, jxl = phi * state.vx * xx + state.vc * xl, phi * state.vx * xl + state.vc * ll
    jlx, jll = phi * state.vc * xx + state.vl * xl, phi * state.vc * xl + state.vl * ll
    dx, dl = x - ahead.x[:, None], level - ahead.l[:, None]
    return Pair(
        state.x[:, None] + jxx[:, None] * dx + jxl[:, None] * dl,
        state.l[:, None] + jlx[:, None] * dx + jll[:, None] * dl,
        (state.vx - jxx * phi * state.vx - jxl * state.vc)[:, None],
        (state.vl - jlx * phi * state.vc - jll * state.vl)[:, None],
        (state.vc - jxx * phi * state.vc - jxl * state.vl)[:, None],
    )


def _moved(state: Pair, dynamics: Dynamics, t: int) -> Pair:
    phi = dynamics.phi
    return Pair(
        phi * state.x + dynamics.drift[:, t],
        state.l,
        phi**2 * state.vx + dynamics.q[:, t],
        state.vl + dynamics.w,
        phi * state.vc,
    )


def _drawn(given: Pair, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Array, Array]:
    """Return joint draws of deviation and level, each of `shape` (draw, path, theatre)."""
    first, second = rng.standard_normal(shape), rng.standard_normal(shape)
    slope = given.vc / np.maximum(given.vl, 1e-12)
    deviation = np.sqrt(np.maximum(given.vl, 0.0)) * first
    rest = np.sqrt(np.maximum(given.vx - slope * given.vc, 0.0))
    return given.x + slope * deviation + rest * second, given.l + deviation
