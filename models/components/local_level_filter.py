"""The likelihood of many two-part series with their states integrated out, and its gradient.

Theatre k has a slow level l, a fast deviation x, and an observation y (logarithm of the measure):

    l[t, k] = l[t-1, k] + N(0, w[k]),                              l[-1, k] ~ N(level[k], start[k])
    x[t, k] = phi[k] x[t-1, k] + drift[t, k] + N(0, q[t, k]),      x[-1, k] = 0
    y[t, k] = l[t, k] + x[t, k] + passing[t, k] + N(0, r[t, k])    where observed[t, k] is 1

What happens fades (x), what a theatre is used to stays (l), what is passing is gone at once. A
deviation that began long before the first step brings `long_run_variance` with it: whoever calls
adds phi^2 times that to q[0]. The Kalman filter gives log p(y | parameters) exactly (Durbin and
Koopman 2012, section 4.3), so the sampler never sees a state: the number of parameters does not
grow with time, and variances mix well. The gradient comes from the disturbance smoother (the same
book, sections 4.5 and 7.3.3; Koopman and Shephard 1992, "Exact score for time series models in
state space form"): going back, it holds the gradient of what is still to be seen with respect to
the state. Both take one pass forward and one backward, and divide once a step.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

LOG_TWO_PI = 1.8378770664093453

TOGETHER = 4
"""Variances multiplied before a logarithm is taken, which is slow: few enough not to overflow."""


def long_run_variance(phi: Any, innovation: Any) -> Any:
    """Return the variance of a deviation that has gone on for ever, as an array or a graph.

    Durbin and Koopman 2012, section 5.6.2: a stationary state starts from its own distribution. A
    wider start lets the first weeks say what a theatre is used to, and then be forgotten.

    Args:
        phi: persistence of the deviation, below one.
        innovation: variance of its innovation.
    """
    return innovation / (1.0 - phi**2)


def filter_and_smooth(
    y: Array,
    observed: Array,
    level: Array,
    start: Array,
    w: Array,
    phi: Array,
    drift: Array,
    q: Array,
    r: Array,
    passing: Array,
) -> tuple[Array, Array, Array, Array, Array, Array, Array, Array, Array]:
    """Return the log likelihood and its gradients, by one filter and one smoother per theatre.

    Args:
        y: observations (step, theatre); any finite number where not observed.
        observed: 1.0 or 0.0 (step, theatre).
        level: mean of the slow level before the first step (theatre).
        start: variance of the slow level before the first step, > 0 (theatre).
        w: variance of the slow level's innovation, > 0 (theatre).
        phi: persistence of the deviation (theatre).
        drift: expected innovation of the deviation (step, theatre).
        q: variance of the deviation's innovation, > 0 (step, theatre).
        r: variance of the observation, > 0 (step, theatre).
        passing: what is seen in a step beside its states (step, theatre).

    Returns:
        log likelihood per theatre, then its gradients with respect to level, start, w, phi
        (theatre) and drift, q, r, passing (step, theatre).
    """
    shapes_agree = drift.shape == q.shape == r.shape == observed.shape == passing.shape == y.shape
    if not shapes_agree:
        raise ValueError("drift, q, r, passing and observed must have the shape of y")
    loglik, before, weighed = _filter(y, observed, level, start, w, phi, drift, q, r, passing)
    ends, by_step = _smooth(phi, before, weighed, y.shape[0])
    return (
        loglik,
        ends[0],
        ends[1],
        ends[2],
        ends[3],
        by_step[0],
        by_step[1],
        by_step[2],
        by_step[3],
    )


def _filter_loop(
    y: Array,
    observed: Array,
    level: Array,
    start: Array,
    w: Array,
    phi: Array,
    drift: Array,
    q: Array,
    r: Array,
    passing: Array,
) -> tuple[Array, Array, Array]:
    """Return the log likelihood (theatre), and what the smoother needs, up to the last step seen.

    Before each step: the mean of x, its variance, its covariance with l (3, step, theatre). Then
    the surprise over its variance, one over that variance, the gains of x and l; all 0 where
    unseen (4, step, theatre). Theatres come last everywhere: their recursions are independent, and
    a processor runs several of them at once.
    """
    steps, theatres = _last_seen(observed), y.shape[1]
    before, weighed = np.empty((3, steps, theatres)), np.empty((4, steps, theatres))
    x, lv, vx, vl, vc = np.zeros(theatres), level.copy(), np.zeros(theatres), start.copy(), 0.0 * w
    squares, product, loglik = np.zeros(theatres), np.ones(theatres), np.zeros(theatres)
    for t in range(steps):
        for k in range(theatres):
            before[0, t, k], before[1, t, k], before[2, t, k] = x[k], vx[k], vc[k]
            seen, f = observed[t, k], phi[k]
            px, pl, pc = f * f * vx[k] + q[t, k], vl[k] + w[k], f * vc[k]
            s = px + pl + 2.0 * pc + r[t, k]
            inverse = seen / s
            x[k] = f * x[k] + drift[t, k]
            v = y[t, k] - passing[t, k] - x[k] - lv[k]
            kx, kl = (px + pc) * inverse, (pl + pc) * inverse
            weighed[0, t, k], weighed[1, t, k] = v * inverse, inverse
            weighed[2, t, k], weighed[3, t, k] = kx, kl
            squares[k] += v * v * inverse + LOG_TWO_PI * seen
            product[k] *= seen * s + (1.0 - seen)
            x[k], lv[k] = x[k] + kx * v, lv[k] + kl * v
            vx[k], vl[k], vc[k] = px - kx * kx * s, pl - kl * kl * s, pc - kx * kl * s
        if t % TOGETHER == TOGETHER - 1 or t == steps - 1:
            for k in range(theatres):
                loglik[k] -= 0.5 * (np.log(product[k]) + squares[k])
                product[k], squares[k] = 1.0, 0.0
    return loglik, before, weighed


def _smooth_loop(phi: Array, before: Array, weighed: Array, steps: int) -> tuple[Array, Array]:
    """Return gradients: level, start, w, phi (4, theatre); drift, q, r, passing (4, step, theatre).

    Going back, (a, b) is the gradient for the mean of (x, l) and n how certain it is: that for
    their covariance is (a a' - n) / 2.
    """
    theatres = len(phi)
    ends, by_step = np.zeros((4, theatres)), np.zeros((4, steps, theatres))
    a, b = np.zeros(theatres), np.zeros(theatres)
    nx, nl, nc = np.zeros(theatres), np.zeros(theatres), np.zeros(theatres)
    for t in range(before.shape[1] - 1, -1, -1):
        for k in range(theatres):
            inverse, kx, kl, f = weighed[1, t, k], weighed[2, t, k], weighed[3, t, k], phi[k]
            e = weighed[0, t, k] - kx * a[k] - kl * b[k]
            ux, ul = nx[k] * kx + nc[k] * kl, nc[k] * kx + nl[k] * kl
            d = inverse + kx * ux + kl * ul
            a[k], b[k] = a[k] + e, b[k] + e
            nx[k], nl[k], nc[k] = nx[k] + d - 2.0 * ux, nl[k] + d - 2.0 * ul, nc[k] + d - ux - ul
            gx, gc = 0.5 * (a[k] * a[k] - nx[k]), 0.5 * (a[k] * b[k] - nc[k])
            by_step[0, t, k], by_step[1, t, k] = a[k], gx
            by_step[2, t, k], by_step[3, t, k] = 0.5 * (e * e - d), e
            ends[2, k] += 0.5 * (b[k] * b[k] - nl[k])
            moved = f * gx * before[1, t, k] + gc * before[2, t, k]
            ends[3, k] += a[k] * before[0, t, k] + 2.0 * moved
            a[k], nx[k], nc[k] = f * a[k], f * f * nx[k], f * nc[k]
    ends[0], ends[1] = b, 0.5 * (b * b - nl)
    return ends, by_step


def _last_seen_loop(observed: Array) -> int:
    """Return how many steps there are up to the last one in which any theatre was seen."""
    steps = len(observed)
    while steps > 0 and not np.any(observed[steps - 1] > 0.5):
        steps -= 1
    return steps


_filter: Any = numba.njit(_filter_loop)
_smooth: Any = numba.njit(_smooth_loop)
_last_seen: Any = numba.njit(_last_seen_loop)
