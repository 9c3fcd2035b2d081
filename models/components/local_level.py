"""The likelihood of many local-level series with their states integrated out, and its gradient.

Theatre k has a state x and an observation y (logarithm of the measure), step by step:

    x[t, k] = phi[k] x[t-1, k] + drift[t, k] + N(0, q[t, k]),     x[-1, k] ~ N(0, START_VARIANCE)
    y[t, k] = level[k] + x[t, k] + N(0, r[t, k])                  where observed[t, k] is 1

The Kalman filter gives log p(y | parameters) exactly (Durbin and Koopman 2012, section 4.3), so
the sampler never sees a state: the number of parameters does not grow with time, and variances
mix well. The gradient comes from Fisher's identity: the expectation, under the smoothed states,
of the gradient of the complete-data log density (Koopman and Shephard 1992, "Exact score for
time series models in state space form"). Both take one pass forward and one backward.
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

START_VARIANCE = 2.25
"""Variance of a state before the first step: wide on the log scale (a factor of 4.5)."""


def filter_and_smooth(
    y: Array, observed: Array, level: Array, phi: Array, drift: Array, q: Array, r: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return the log likelihood and its gradients, by one filter and one smoother per theatre.

    Args:
        y: observations (step, theatre); any finite number where not observed.
        observed: 1.0 or 0.0 (step, theatre).
        level: mean of the observation (theatre).
        phi: persistence (theatre).
        drift: expected innovation of the state (step, theatre).
        q: variance of the innovation, > 0 (step, theatre).
        r: variance of the observation, > 0 (step, theatre).

    Returns:
        log likelihood per theatre, then its gradients with respect to level, phi (theatre) and
        drift, q, r (step, theatre).
    """
    steps, theatres = y.shape
    if not (drift.shape == q.shape == r.shape == observed.shape == y.shape):
        raise ValueError("drift, q, r and observed must have the shape of y")
    loglik = np.zeros(theatres)
    g_level, g_phi = np.zeros(theatres), np.zeros(theatres)
    g_drift, g_q, g_r = np.zeros_like(y), np.zeros_like(y), np.zeros_like(y)
    mean, var = np.empty(steps + 1), np.empty(steps + 1)
    ahead = np.empty(steps + 1)
    for k in range(theatres):
        mean[0], var[0] = 0.0, START_VARIANCE
        for t in range(steps):
            m = phi[k] * mean[t] + drift[t, k]
            p = phi[k] * phi[k] * var[t] + q[t, k]
            ahead[t + 1] = p
            if observed[t, k] > 0.5:
                s = p + r[t, k]
                v = y[t, k] - level[k] - m
                loglik[k] -= 0.5 * (np.log(2.0 * np.pi * s) + v * v / s)
                m += p / s * v
                p *= r[t, k] / s
            mean[t + 1], var[t + 1] = m, p
        ms, ps = mean[steps], var[steps]
        for t in range(steps - 1, -1, -1):
            if observed[t, k] > 0.5:
                v = y[t, k] - level[k] - ms
                g_level[k] += v / r[t, k]
                g_r[t, k] = 0.5 * ((v * v + ps) / (r[t, k] * r[t, k]) - 1.0 / r[t, k])
            gain = var[t] * phi[k] / ahead[t + 1]
            cov = gain * ps
            before_m = mean[t] + gain * (ms - phi[k] * mean[t] - drift[t, k])
            before_p = var[t] + gain * gain * (ps - ahead[t + 1])
            e = ms - phi[k] * before_m - drift[t, k]
            ee = e * e + ps + phi[k] * phi[k] * before_p - 2.0 * phi[k] * cov
            g_drift[t, k] = e / q[t, k]
            g_q[t, k] = 0.5 * (ee / (q[t, k] * q[t, k]) - 1.0 / q[t, k])
            g_phi[k] += (e * before_m + cov - phi[k] * before_p) / q[t, k]
            ms, ps = before_m, before_p
    return loglik, g_level, g_phi, g_drift, g_q, g_r


class LocalLevelLogLikelihood(Op):
    """Log likelihood per theatre, with the gradients it is differentiated by as further outputs."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Any:
        """Take y, observed, level, phi, drift, q, r as `filter_and_smooth` does."""
        tensors: list[Any] = [pt.cast(value, "float64") for value in inputs]
        outputs = [pt.dvector() for _ in range(3)] + [pt.dmatrix() for _ in range(3)]
        return Apply(self, tensors, outputs)

    def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
        """Compute in Python, for graphs that are not compiled."""
        for i, value in enumerate(_compiled(*inputs)):
            output_storage[i][0] = value

    def infer_shape(self, node: Any, shapes: Any) -> Any:
        """Per theatre three times, then per step and theatre three times."""
        return [(shapes[0][1],)] * 3 + [shapes[0]] * 3

    def connection_pattern(self, node: Any) -> list[list[bool]]:
        """Only the likelihood can be differentiated, and not by the data."""
        return [[i > 1 and o == 0 for o in range(6)] for i in range(7)]

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Chain the stored gradients; y and observed are data."""
        weight = cotangents[0]
        by_theatre = [weight * outputs[i] for i in (1, 2)]
        by_step = [weight[None, :] * outputs[i] for i in (3, 4, 5)]
        return [DisconnectedType()(), DisconnectedType()(), *by_theatre, *by_step]


_compiled: Any = numba.njit(filter_and_smooth)


@register_funcify_default_op_cache_key(LocalLevelLogLikelihood)  # type: ignore[no-untyped-call,untyped-decorator]
def _numba(op: LocalLevelLogLikelihood, **_: Any) -> Any:
    return numba_njit(filter_and_smooth), 1


def local_level_loglik(
    *, y: Any, observed: Any, level: Any, phi: Any, drift: Any, q: Any, r: Any
) -> Any:
    """Return log p(y | parameters) per theatre as a differentiable PyTensor vector.

    `drift`, `q` and `r` may be of any shape that broadcasts to that of `y`.
    """
    drift, q, r = (pt.broadcast_to(value, y.shape) for value in (drift, q, r))
    outputs: Any = LocalLevelLogLikelihood()(y, observed, level, phi, drift, q, r)
    return outputs[0]
