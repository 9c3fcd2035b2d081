"""Stored draws under later data: Pareto-smoothed importance weights, and whether they will do.

A draw's weight is the predictive likelihood of what came since the fit (Gelfand, Dey and Chang
1992); the largest are smoothed, and the shape k of their tail says whether the answer can be
trusted (Vehtari, Simpson, Gelman, Yao and Gabry 2024, "Pareto smoothed importance sampling").
"""

from dataclasses import dataclass

import numpy as np
from arviz_stats.base.array import array_stats
from numpy.typing import NDArray

from models.family import Draws

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

MOST_K = 0.7
"""Shape of the weights' tail from which on they have no error that could be relied on."""

LEAST_RELATIVE_SIZE = 0.1
"""Effective share of the draws below which too few of them speak."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Smoothed weights (draw), summing to one. k_hat: -inf where all weights are equal."""

    weight: Array
    k_hat: float
    relative_size: float

    @property
    def failure(self) -> str:
        """Say why the weights cannot be used; empty if they can."""
        if not self.k_hat < MOST_K:
            return f"Pareto k {self.k_hat:.2f} at or above {MOST_K}"
        if not self.relative_size > LEAST_RELATIVE_SIZE:
            return f"relative effective size {self.relative_size:.2f} not above 0.1"
        return ""


def importance_weights(log_ratio: Array) -> Weights:
    """Return the weights of draws, given the log likelihood ratio of each (draw).

    A draw of ratio NaN makes the weights unusable, never silently lighter.
    """
    if not np.isfinite(log_ratio).all():
        return Weights(np.full(len(log_ratio), 1.0 / len(log_ratio)), np.inf, 0.0)
    if np.ptp(log_ratio) < 1e-9:
        return Weights(np.full(len(log_ratio), 1.0 / len(log_ratio)), -np.inf, 1.0)
    # It takes the log likelihoods of what is left out, whose weights are their inverse.
    smoothed, k_hat = array_stats.psislw(-log_ratio)  # type: ignore[no-untyped-call]
    weight = np.exp(smoothed - smoothed.max())
    weight /= weight.sum()
    return Weights(weight, float(k_hat), float(1.0 / (weight**2).sum() / len(weight)))


def resampled(draws: Draws, weights: Weights, rng: np.random.Generator) -> Draws:
    """Return as many draws, each in proportion to its weight, in their old order.

    Systematic resampling (Carpenter, Clifford and Fearnhead 1999): a draw comes as often as its
    weight says, rounded up or down. Copies lie side by side, so that effective sizes of what is
    made of them count the weights' loss as well.
    """
    count = len(weights.weight)
    places = (rng.random() + np.arange(count)) / count
    edges = np.cumsum(weights.weight)
    chosen: Index = np.minimum(np.searchsorted(edges, places), count - 1)
    return {name: values[chosen] for name, values in draws.items()}
