"""Filtered states per posterior draw, in closed form, all draws at once.

The model is that of `models.components.local_level`: a slow level and a fast deviation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


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
    zero = np.zeros_like(level)
    state, loglik = Pair(zero, level, zero, start, zero), zero
    states, innovations = [], []
    for t in range(y.shape[1]):
        ahead = _moved(state, dynamics, t)
        told = _told(ahead, y[:, t], observed[t] > 0.5, r[:, t])
        state = _updated(ahead, told)
        loglik = loglik + _log_density(told, observed[t])
        if t >= first:
            states.append(state)
            innovations.append(told)
    return Filtered(loglik.sum(axis=1), first, states, innovations)


def _moved(state: Pair, dynamics: Dynamics, t: int) -> Pair:
    phi = dynamics.phi
    return Pair(
        phi * state.x + dynamics.drift[:, t],
        state.l,
        phi**2 * state.vx + dynamics.q[:, t],
        state.vl + dynamics.w,
        phi * state.vc,
    )


def _told(ahead: Pair, y: Array, observed: NDArray[np.bool_], r: Array) -> Innovation:
    total = ahead.vx + ahead.vl + 2.0 * ahead.vc + r
    return Innovation(
        y - ahead.x - ahead.l,
        total,
        np.where(observed, (ahead.vx + ahead.vc) / total, 0.0),
        np.where(observed, (ahead.vl + ahead.vc) / total, 0.0),
    )


def _updated(ahead: Pair, told: Innovation) -> Pair:
    gain_x, gain_l, total = told.gain_x, told.gain_l, told.variance
    return Pair(
        ahead.x + gain_x * told.surprise,
        ahead.l + gain_l * told.surprise,
        ahead.vx - gain_x**2 * total,
        ahead.vl - gain_l**2 * total,
        ahead.vc - gain_x * gain_l * total,
    )


def _log_density(told: Innovation, observed: Array) -> Array:
    squares = told.surprise**2 / told.variance
    return np.asarray(-0.5 * observed * (np.log(2.0 * np.pi * told.variance) + squares))


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


def _drawn(given: Pair, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Array, Array]:
    """Return joint draws of deviation and level, each of `shape` (draw, path, theatre)."""
    first, second = rng.standard_normal(shape), rng.standard_normal(shape)
    slope = given.vc / np.maximum(given.vl, 1e-12)
    deviation = np.sqrt(np.maximum(given.vl, 0.0)) * first
    rest = np.sqrt(np.maximum(given.vx - slope * given.vc, 0.0))
    return given.x + slope * deviation + rest * second, given.l + deviation
