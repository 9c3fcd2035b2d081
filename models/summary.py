"""From one probability per posterior draw to what is published: mean, interval, error, prior share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.diagnostics import effective_sizes

type Array = NDArray[np.float64]

INTERVAL = (5.0, 95.0)
"""Percentiles of the published 90 % interval."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One figure per cell."""

    probability: Array
    lower: Array
    upper: Array
    mc_se: Array
    prior_share: Array


def summarise(
    probability: Array,
    *,
    path_noise: Array,
    log_prior: Array,
    log_likelihood: Array,
    chains: int,
) -> Summary:
    """Return the published figures of every cell.

    Args:
        probability: (draw, cell), chains one after another.
        path_noise: variance that counting paths added to each draw's probability (draw, cell).
        log_prior: (draw, cell), of the parameters behind the cell.
        log_likelihood: (draw, cell), of the data behind the cell.
        chains: how many chains the draws come from.
    """
    mean = probability.mean(axis=0)
    lower, upper = _interval(probability, mean, path_noise)
    by_chain = probability.reshape(chains, -1, probability.shape[1])
    error = np.sqrt(probability.var(axis=0) / np.maximum(effective_sizes(by_chain), 1.0))
    share = prior_share(probability, path_noise, log_prior, log_likelihood)
    return Summary(mean, lower, upper, error, share)


def _interval(probability: Array, mean: Array, path_noise: Array) -> tuple[Array, Array]:
    """Return the interval over parameters, with the spread that paths added taken out.

    The variance of a draw's share of paths is that of its probability plus the paths' own
    binomial variance (law of total variance); deviations shrink by the ratio of the two.
    """
    total = probability.var(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.where(total > 0, 1.0 - path_noise.mean(axis=0) / total, 0.0)
    deviations = (probability - mean) * np.sqrt(np.maximum(kept, 0.0))
    low, high = np.percentile(mean + deviations, INTERVAL, axis=0)
    return np.minimum(np.clip(low, 0, 1), mean), np.maximum(np.clip(high, 0, 1), mean)


def prior_share(
    probability: Array, path_noise: Array, log_prior: Array, log_likelihood: Array
) -> Array:
    """Return how much of each cell is prior, by power-scaling sensitivity of its spread.

    Raising a density to the power 1 + e changes the log variance of a quantity g at the rate
    Cov((g - mean)^2, log density) / Var(g) (Kallioinen et al. 2024 scale densities this way).
    With a normal prior and likelihood, the rates for the two are exactly the weights of prior and
    data in the posterior mean, and sum to one; g is the log odds, which is nearest to normal.
    """
    floor = np.where(path_noise.mean(axis=0) > 0, 1e-3, 1e-12)
    odds = np.log(probability + floor) - np.log(1.0 - probability + floor)
    spread = (odds - odds.mean(axis=0)) ** 2
    by_prior = np.maximum(-_covariance(spread, log_prior), 0.0)
    by_data = np.maximum(-_covariance(spread, log_likelihood), 0.0)
    total = by_prior + by_data
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, by_prior / total, 0.0)
    without_data = (np.ptp(log_likelihood, axis=0) == 0) & (odds.var(axis=0) > 0)
    return np.where(without_data, 1.0, share)


def _covariance(a: Array, b: Array) -> Array:
    return ((a - a.mean(axis=0)) * (b - b.mean(axis=0))).mean(axis=0)
