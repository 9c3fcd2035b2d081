"""From one probability per posterior draw to what is published: mean, interval, error."""

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


def summarise(probability: Array, *, path_noise: Array, chains: int) -> Summary:
    """Return the published figures of every cell.

    Args:
        probability: (draw, cell), chains one after another.
        path_noise: variance that counting paths added to each draw's probability (draw, cell).
        chains: how many chains the draws come from.
    """
    mean = probability.mean(axis=0)
    lower, upper = _interval(probability, mean, path_noise)
    by_chain = probability.reshape(chains, -1, probability.shape[1])
    error = np.sqrt(probability.var(axis=0) / np.maximum(effective_sizes(by_chain), 1.0))
    if len(probability) == 1:  # a reference: paths are its only noise
        error = np.sqrt(path_noise[0])
    return Summary(mean, lower, upper, error)


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
