"""How controlled indicators answer movement: one autoregression each, on its own new values.

The n-th new value c of a lever, known at step t and d steps after the time it speaks of, is

    c[n] = rest + rho (c[n-1] - rest) + gamma' m[t - d] + N(0, spread^2)

with m the movement of tension (`components.movement`) when the decision was taken. Values carried
from step to step do not count again. Gamma is shrunk (`components.shrinkage`), its sign free
unless an analyst says otherwise. Least squares in disguise: the data enter by their Gram matrix,
so that neither shapes nor cost grow with time.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import Prior, PriorSet
from models.components.levers import Levers
from models.components.priors import as_variable, normal_moments, optional_prior
from models.components.shrinkage import kept_shares, shrunk
from models.family import Draws

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

PERSISTENCE = Prior(
    "reaction.persistence",
    "How much of a lever's distance from its usual level is left at its next value?",
    "beta",
    (("alpha", 2.0), ("beta", 2.0)),
    "share",
)
"""Used where a ladder has no `reaction.persistence`: anything, but neither none nor all."""

RESPONSE = Prior(
    "reaction.<indicator>",
    "When fighting has risen by 10 %, by how much does this answer?",
    "normal",
    (("mean", 0.0), ("sd", 0.3)),
    "standard deviations of the indicator",
)
"""Used where a ladder has no prior of that id: a response of free sign, seldom a large one."""

LONGEST_GAP = 2
"""Two new values further apart than so many usual spacings are not one after the other."""


def reaction_grams(levers: Levers, features: Array) -> tuple[Array, Array]:
    """Return per column the Gram matrix of (new value, 1, value before, movement), and their count.

    Args:
        levers: the controlled indicators.
        features: movement after each whole step (step, feature).

    Returns:
        Arrays (column, 3 + feature, 3 + feature) and (column); zeros where nothing was seen.
    """
    size = 3 + features.shape[1]
    grams, counts = np.zeros((len(levers.ids), size, size)), np.zeros(len(levers.ids))
    for j in range(len(levers.ids)):
        rows = _rows(levers, j, features)
        grams[j], counts[j] = rows.T @ rows, len(rows)
    return grams, counts


def answers(levers: Levers, j: int, steps: int) -> tuple[Index, Index, Index]:
    """Return the steps of a column's answers: known in, value before, and movement looked at.

    steps: of which movement is known. Other new values, such as the first, answer nothing.
    """
    fresh = np.flatnonzero(levers.fresh[:, j])
    now, before = fresh[1:], fresh[:-1]
    looked = now - levers.delay[j]
    kept = (now - before <= LONGEST_GAP * levers.spacing[j]) & (looked >= 0) & (looked < steps)
    return now[kept], before[kept], looked[kept]


def _rows(levers: Levers, j: int, features: Array) -> Array:
    now, before, looked = answers(levers, j, len(features))
    c = levers.known[:, j]
    return np.column_stack([c[now], np.ones(len(now)), c[before], features[looked]])


def reactions(priors: PriorSet, levers: Levers, features: Array) -> None:
    """Add the levers' answers to the current PyMC model.

    Needs the coordinates `lever` and `movement`. Registers `reaction_rest`,
    `reaction_persistence`, `reaction_spread` (lever), `reaction` (lever, movement), and the
    likelihood.
    """
    grams, counts = reaction_grams(levers, features)
    rest = pm.Normal("reaction_rest", 0.0, 0.5, dims="lever")
    own = optional_prior(priors, PERSISTENCE.id, PERSISTENCE)
    rho = as_variable(own, "reaction_persistence", dims="lever")
    spread = pm.HalfNormal("reaction_spread", 1.0, dims="lever")
    mean, sd = _responses(priors, levers, features.shape[1])
    both = ("lever", "movement")
    gamma = shrunk("reaction", kept_shares("reaction", dims=both), mean, sd, dims=both)
    parts = [np.ones((len(counts), 1)), -(rest * (1.0 - rho))[:, None], -rho[:, None], -gamma]
    weights = pt.concatenate(parts, axis=1)  # type: ignore[no-untyped-call]
    gram = pm.Data("reaction_gram", grams)
    count = pm.Data("reaction_count", counts)
    squares = (weights[:, :, None] * gram * weights[:, None, :]).sum(axis=(1, 2))
    loglik = -count * pt.log(spread) - 0.5 * squares / spread**2
    pm.Potential("reaction_likelihood", loglik.sum())


def reaction_log_likelihood(levers: Levers, features: Array, draws: Draws) -> Array:
    """Return log p(new values of levers | draws of what `reactions` adds) (draw)."""
    grams, counts = reaction_grams(levers, features)
    rest, rho, spread = (draws[f"reaction_{n}"] for n in ("rest", "persistence", "spread"))
    parts = [np.ones_like(rho), -rest * (1.0 - rho), -rho]
    weights = np.concatenate([np.stack(parts, axis=-1), -draws["reaction"]], axis=-1)
    squares = np.einsum("dli,lij,dlj->dl", weights, grams, weights, optimize=True)
    return np.asarray((-counts * np.log(spread) - 0.5 * squares / spread**2).sum(axis=1))


def _responses(priors: PriorSet, levers: Levers, size: int) -> tuple[Any, Any]:
    """Return mean and spread of each response: the analyst's mean is about the overall change."""
    found = [optional_prior(priors, f"reaction.{id}", RESPONSE) for id in levers.indicators]
    moments = np.array([normal_moments(prior) for prior in found])[levers.indicator]
    mean = np.zeros((len(levers.ids), size))
    mean[:, 0] = moments[:, 0]
    return mean, np.repeat(moments[:, 1:], size, axis=1)
