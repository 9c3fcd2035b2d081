"""Common shocks that no draw knows yet, given all that was seen: normal, in closed form, per draw.

Given the parameters and the shocks that are known, every observation is linear in those that are
not. With surprises v and variances s of a filter that takes the unknown shocks u as zero, and with
D the derivative of v by u,

    log p(y | u) = log p(y | u = 0) - sum over observations of ((v + D u)^2 - v^2) / (2 s)

so that u, standard normal before, has precision P = I + sum D' D / s and mean -P^-1 sum D' v / s,
and integrating it out gives log p(y) (Durbin and Koopman 2012, section 4.13, for the case that the
unknowns are the initial state). All theatres speak of the same u.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from models.components.filtering import Filtered

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShockBelief:
    """Shocks of the filtered steps: mean (draw, step), and the Cholesky root of their precision.

    loglik: log p(all observations), the unknown shocks integrated out (draw).
    """

    mean: Array
    precision_root: Array
    loglik: Array

    @classmethod
    def joined(cls, parts: "Sequence[ShockBelief]") -> "ShockBelief":
        """Return as one what is believed of some draws after others."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def draw(self, rng: np.random.Generator) -> Array:
        """Return one draw of the shocks for each draw of the parameters (draw, step)."""
        z = rng.standard_normal(self.mean.shape)[..., None]
        upper = np.swapaxes(self.precision_root, -1, -2)
        return self.mean + np.linalg.solve(upper, z)[..., 0]


def shocks_given(filtered: Filtered, *, phi: Array, loading: Array, observed: Array) -> ShockBelief:
    """Return the common shocks of the filtered steps, all of which are unknown.

    Args:
        filtered: of a filter in which these shocks are zero.
        phi: persistence of the deviation (draw, theatre).
        loading: what one unit of a shock adds to it (draw, theatre).
        observed: 1.0 or 0.0 (step, theatre), for the filtered steps.
    """
    told = filtered.innovations
    slope = _derivatives(filtered, phi, loading)
    surprise, variance = (
        np.stack([getattr(i, n) for i in told], axis=1) for n in ("surprise", "variance")
    )
    weighted = slope * (observed / variance)[..., None]
    precision = np.eye(len(told)) + np.einsum("dtku,dtkv->duv", weighted, slope, optimize=True)
    pull = -np.einsum("dtku,dtk->du", weighted, surprise, optimize=True)
    mean = np.linalg.solve(precision, pull[..., None])[..., 0]
    root = np.linalg.cholesky(precision)
    log_det = 2.0 * np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    loglik = filtered.loglik + 0.5 * ((pull * mean).sum(axis=-1) - log_det)
    return ShockBelief(mean, root, loglik)


def _derivatives(filtered: Filtered, phi: Array, loading: Array) -> Array:
    """Return the derivative of each surprise by each shock (draw, step, theatre, shock)."""
    steps = len(filtered.innovations)
    x, level = np.zeros((2, *phi.shape, steps))
    found = np.empty((len(phi), steps, phi.shape[1], steps))
    for t, told in enumerate(filtered.innovations):
        x = phi[..., None] * x
        x[..., t] += loading
        found[:, t] = -(x + level)
        x = x + told.gain_x[..., None] * found[:, t]
        level = level + told.gain_l[..., None] * found[:, t]
    return found
