"""Predictive checks: do replicated histories look like the one that was seen?

Each draw of the parameters, from the priors or from the posterior, generates a history with the
exposures of the real one; states are drawn anew (the mixed check of Gelman, Meng and Stern 1996).
A statistic of the real history should lie among those of the replicated ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.errors import ModelError
from models.components.observation import log_observations
from models.family import Draws, Family
from models.inputs import Inputs, MeasurePanel

type Array = NDArray[np.float64]

EXTREME = 0.025
"""A p-value below this, or above one less it, says that the model does not make such histories."""


@dataclass(frozen=True, slots=True)
class Check:
    """One statistic of one theatre: observed, 5th, 50th and 95th percentile replicated.

    p: share of replicated histories with a larger value, those equal counting half.
    """

    theatre: str
    statistic: str
    observed: float
    lower: float
    median: float
    upper: float
    p: float

    @property
    def extreme(self) -> bool:
        """Whether hardly any replicated history lies as far out on this side."""
        return not EXTREME <= self.p <= 1.0 - EXTREME


def predictive_checks(
    family: Family, inputs: Inputs, draws: Draws, *, seed: int
) -> tuple[Check, ...]:
    """Return every statistic of every measured theatre that reported in at least three steps.

    Args:
        family: one that says how its data arise.
        inputs: the real history.
        draws: of the parameters that the family needs (draw, …), from the priors or posterior.
        seed: of the replicated histories.

    Raises:
        ModelError: the family has no `generate`.
    """
    if family.generate is None:
        raise ModelError(f"family {family.id} says not how data arise: it has no generate to check")
    rng = np.random.default_rng(seed)
    count = len(next(iter(draws.values())))
    replicated = [
        statistics(
            family.generate(inputs, {n: v[i : i + 1] for n, v in draws.items()}, rng).measures
        )
        for i in range(count)
    ]
    told = np.flatnonzero(inputs.measures.complete.sum(axis=0) >= 3)
    return tuple(
        _check(
            inputs.measures.theatres[k], name, values[k], np.array([r[name][k] for r in replicated])
        )
        for name, values in statistics(inputs.measures).items()
        for k in told
    )


def statistics(measures: MeasurePanel) -> Mapping[str, Array]:
    """Return each statistic of a history's whole steps, by name: (theatre).

    Share of steps on each rung; changes of rung and largest jump of the logarithm between steps
    that follow one another; lag-1 autocorrelation of the logarithm. NaN where there is none.
    """
    whole = measures.complete & np.isfinite(measures.measure)
    log = np.where(whole, log_observations(measures).y, np.nan)
    rungs = measures.rung_of(measures.measure)
    moved = np.diff(log, axis=0)
    both = np.isfinite(moved)
    found = {
        f"share on {name}": np.where(whole, rungs == r, 0.0).sum(axis=0) / _at_least_one(whole)
        for r, name in enumerate(measures.rungs)
    }
    found["rung changes"] = (both & (np.diff(rungs, axis=0) != 0)).sum(axis=0).astype(float)
    found["lag-1 autocorrelation"] = _autocorrelation(log)
    found["largest jump of the logarithm"] = np.where(both, np.abs(moved), 0.0).max(axis=0)
    return found


def _at_least_one(whole: NDArray[np.bool_]) -> Array:
    return np.maximum(whole.sum(axis=0), 1).astype(float)


def _autocorrelation(log: Array) -> Array:
    """Return the correlation of each step with the one before it, both seen (theatre)."""
    found = np.full(log.shape[1], np.nan)
    for k in range(log.shape[1]):
        before, after = log[:-1, k], log[1:, k]
        both = np.isfinite(before) & np.isfinite(after)
        if both.sum() > 2 and np.ptp(before[both]) > 0 and np.ptp(after[both]) > 0:
            found[k] = np.corrcoef(before[both], after[both])[0, 1]
    return found


def _check(theatre: str, name: str, observed: float, replicated: Array) -> Check:
    known = replicated[np.isfinite(replicated)]
    if not len(known) or not np.isfinite(observed):
        return Check(theatre, name, observed, np.nan, np.nan, np.nan, 0.5)
    lower, median, upper = np.percentile(known, (5, 50, 95))
    p = np.mean(known > observed) + 0.5 * np.mean(known == observed)
    return Check(theatre, name, float(observed), lower, median, upper, float(p))
