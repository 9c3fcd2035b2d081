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


def filter_states(
    *, y: Array, observed: Array, level: Array, start: Array, dynamics: Dynamics, r: Array
) -> list[Pair]:
    """Return the filtered states (draw, theatre) after each step, given all seen up to it.

    Args:
        y: observations (step, theatre).
        observed: 1.0 or 0.0 (step, theatre).
        level: mean of the level before the first step (draw, theatre).
        start: its variance (draw, theatre).
        dynamics: how states move.
        r: variance of the observation (draw, step, theatre).
    """
    zero = np.zeros_like(level)
    state = Pair(zero, level, zero, start, zero)
    found = []
    for t in range(len(y)):
        state = _seen(_moved(state, dynamics, t), y[t], observed[t], r[:, t])
        found.append(state)
    return found


def _moved(state: Pair, dynamics: Dynamics, t: int) -> Pair:
    phi = dynamics.phi
    return Pair(
        phi * state.x + dynamics.drift[:, t],
        state.l,
        phi**2 * state.vx + dynamics.q[:, t],
        state.vl + dynamics.w,
        phi * state.vc,
    )


def _seen(state: Pair, y: Array, observed: Array, r: Array) -> Pair:
    total = state.vx + state.vl + 2.0 * state.vc + r
    gain_x = np.where(observed > 0.5, (state.vx + state.vc) / total, 0.0)
    gain_l = np.where(observed > 0.5, (state.vl + state.vc) / total, 0.0)
    surprise = y - state.x - state.l
    return Pair(
        state.x + gain_x * surprise,
        state.l + gain_l * surprise,
        state.vx - gain_x**2 * total,
        state.vl - gain_l**2 * total,
        state.vc - gain_x * gain_l * total,
    )


def sample_back(
    filtered: list[Pair],
    dynamics: Dynamics,
    *,
    first: int,
    paths: int,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Return joint draws of the states of steps `first` … last, each (draw, path, step, theatre).

    Backward sampling (Carter and Kohn 1994): the last state from its filtered distribution, then
    each earlier one given the next.
    """
    last = filtered[-1]
    per_path = Pair(*(a[:, None] for a in (last.x, last.l, last.vx, last.vl, last.vc)))
    shape = (len(last.x), paths, *last.x.shape[1:])
    found = [_drawn(per_path, shape, rng)]
    for t in range(len(filtered) - 2, first - 1, -1):
        given = _given_next(filtered[t], dynamics, t + 1, *found[-1])
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
