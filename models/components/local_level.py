"""The likelihood of many two-part series with their states integrated out, and its gradient.

Theatre k has a slow level l, a fast deviation x, and an observation y (logarithm of the measure):

    l[t, k] = l[t-1, k] + N(0, w[k]),                              l[-1, k] ~ N(level[k], start[k])
    x[t, k] = phi[k] x[t-1, k] + drift[t, k] + N(0, q[t, k]),      x[-1, k] = 0
    y[t, k] = l[t, k] + x[t, k] + N(0, r[t, k])                    where observed[t, k] is 1

What happens fades (x), what a theatre is used to stays (l). A deviation that began long before the
first step brings `long_run_variance` with it: whoever calls adds phi^2 times that to q[0]. The
Kalman filter gives log p(y | parameters) exactly (Durbin and Koopman 2012, section 4.3), so the
sampler never sees a state: the number of parameters does not grow with time, and variances mix
well. The gradient comes from Fisher's identity: the expectation, under the smoothed states, of the
gradient of the complete-data log density (Koopman and Shephard 1992, "Exact score for time series
models in state space form"). Both take one pass forward and one backward.
"""

from typing import Any

import numba
import numpy as np
import pytensor.tensor as pt
from numpy.typing import NDArray
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import numba_njit, register_funcify_default_op_cache_key

type Array = NDArray[np.float64]


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
) -> tuple[Array, Array, Array, Array, Array, Array, Array, Array]:
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

    Returns:
        log likelihood per theatre, then its gradients with respect to level, start, w, phi
        (theatre) and drift, q, r (step, theatre).
    """
    steps, theatres = y.shape
    if not (drift.shape == q.shape == r.shape == observed.shape == y.shape):
        raise ValueError("drift, q, r and observed must have the shape of y")
    loglik = np.zeros(theatres)
    g_level, g_start = np.zeros(theatres), np.zeros(theatres)
    g_w, g_phi = np.zeros(theatres), np.zeros(theatres)
    g_drift, g_q, g_r = np.zeros_like(y), np.zeros_like(y), np.zeros_like(y)
    # Filtered and predicted moments: means of x and l, variances of x, of l, covariance.
    mx, ml = np.empty(steps + 1), np.empty(steps + 1)
    vx, vl, vc = np.empty(steps + 1), np.empty(steps + 1), np.empty(steps + 1)
    ax, al, ac = np.empty(steps + 1), np.empty(steps + 1), np.empty(steps + 1)
    for k in range(theatres):
        f, wk = phi[k], w[k]
        mx[0], ml[0], vx[0], vl[0], vc[0] = 0.0, level[k], 0.0, start[k], 0.0
        for t in range(steps):
            x, lv = f * mx[t] + drift[t, k], ml[t]
            px, pl, pc = f * f * vx[t] + q[t, k], vl[t] + wk, f * vc[t]
            ax[t + 1], al[t + 1], ac[t + 1] = px, pl, pc
            if observed[t, k] > 0.5:
                s = px + pl + 2.0 * pc + r[t, k]
                v = y[t, k] - x - lv
                loglik[k] -= 0.5 * (np.log(2.0 * np.pi * s) + v * v / s)
                kx, kl = (px + pc) / s, (pl + pc) / s
                x, lv = x + kx * v, lv + kl * v
                px, pl, pc = px - kx * kx * s, pl - kl * kl * s, pc - kx * kl * s
            mx[t + 1], ml[t + 1], vx[t + 1], vl[t + 1], vc[t + 1] = x, lv, px, pl, pc
        sx, sl, cx, cl, cc = mx[steps], ml[steps], vx[steps], vl[steps], vc[steps]
        for t in range(steps - 1, -1, -1):
            if observed[t, k] > 0.5:
                v = y[t, k] - sx - sl
                spread = cx + cl + 2.0 * cc
                g_r[t, k] = 0.5 * ((v * v + spread) / (r[t, k] * r[t, k]) - 1.0 / r[t, k])
            # Gain J = V F' A^-1, with A the predicted covariance and F = diag(f, 1).
            det = ax[t + 1] * al[t + 1] - ac[t + 1] * ac[t + 1]
            ixx, ill, ixl = al[t + 1] / det, ax[t + 1] / det, -ac[t + 1] / det
            jxx, jxl = f * vx[t] * ixx + vc[t] * ixl, f * vx[t] * ixl + vc[t] * ill
            jlx, jll = f * vc[t] * ixx + vl[t] * ixl, f * vc[t] * ixl + vl[t] * ill
            dx, dl = sx - f * mx[t] - drift[t, k], sl - ml[t]
            bx, bl = mx[t] + jxx * dx + jxl * dl, ml[t] + jlx * dx + jll * dl
            hx, hl, hc = cx - ax[t + 1], cl - al[t + 1], cc - ac[t + 1]
            ux = vx[t] + jxx * jxx * hx + jxl * jxl * hl + 2.0 * jxx * jxl * hc
            ul = vl[t] + jlx * jlx * hx + jll * jll * hl + 2.0 * jlx * jll * hc
            uc = vc[t] + jxx * jlx * hx + jxl * jll * hl + (jxx * jll + jxl * jlx) * hc
            # Covariance of each state with itself one step before.
            cov_x, cov_l = jxx * cx + jxl * cc, jlx * cc + jll * cl
            e = sx - f * bx - drift[t, k]
            ee = e * e + cx + f * f * ux - 2.0 * f * cov_x
            g_drift[t, k] = e / q[t, k]
            g_q[t, k] = 0.5 * (ee / (q[t, k] * q[t, k]) - 1.0 / q[t, k])
            g_phi[k] += (e * bx + cov_x - f * ux) / q[t, k]
            d = sl - bl
            g_w[k] += 0.5 * ((d * d + cl + ul - 2.0 * cov_l) / (wk * wk) - 1.0 / wk)
            sx, sl, cx, cl, cc = bx, bl, ux, ul, uc
        d = sl - level[k]
        g_level[k] = d / start[k]
        g_start[k] = 0.5 * ((d * d + cl) / (start[k] * start[k]) - 1.0 / start[k])
    return loglik, g_level, g_start, g_w, g_phi, g_drift, g_q, g_r


class LocalLevelLogLikelihood(Op):
    """Log likelihood per theatre, with the gradients it is differentiated by as further outputs."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Any:
        """Take y, observed, level, start, w, phi, drift, q, r as `filter_and_smooth` does."""
        tensors: list[Any] = [pt.cast(value, "float64") for value in inputs]
        outputs = [pt.dvector() for _ in range(5)] + [pt.dmatrix() for _ in range(3)]
        return Apply(self, tensors, outputs)

    def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
        """Compute in Python, for graphs that are not compiled."""
        for i, value in enumerate(_compiled(*inputs)):
            output_storage[i][0] = value

    def infer_shape(self, node: Any, shapes: Any) -> Any:
        """Per theatre five times, then per step and theatre three times."""
        return [(shapes[0][1],)] * 5 + [shapes[0]] * 3

    def connection_pattern(self, node: Any) -> list[list[bool]]:
        """Only the likelihood can be differentiated, and not by the data."""
        return [[i > 1 and o == 0 for o in range(8)] for i in range(9)]

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Chain the stored gradients; y and observed are data."""
        weight = cotangents[0]
        by_theatre = [weight * outputs[i] for i in (1, 2, 3, 4)]
        by_step = [weight[None, :] * outputs[i] for i in (5, 6, 7)]
        return [DisconnectedType()(), DisconnectedType()(), *by_theatre, *by_step]


_compiled: Any = numba.njit(filter_and_smooth)


@register_funcify_default_op_cache_key(LocalLevelLogLikelihood)  # type: ignore[no-untyped-call,untyped-decorator]
def _numba(op: LocalLevelLogLikelihood, **_: Any) -> Any:
    return numba_njit(filter_and_smooth), 2


def local_level_loglik(
    *,
    y: Any,
    observed: Any,
    level: Any,
    start: Any,
    w: Any,
    phi: Any,
    drift: Any,
    q: Any,
    r: Any,
) -> Any:
    """Return log p(y | parameters) per theatre as a differentiable PyTensor vector.

    `level`, `start`, `w` and `phi` may be scalars; `drift`, `q` and `r` may be of any shape that
    broadcasts to that of `y`.
    """
    level, start, w, phi = (pt.broadcast_to(v, y.shape[1:]) for v in (level, start, w, phi))
    drift, q, r = (pt.broadcast_to(value, y.shape) for value in (drift, q, r))
    outputs: Any = LocalLevelLogLikelihood()(y, observed, level, start, w, phi, drift, q, r)
    return outputs[0]
