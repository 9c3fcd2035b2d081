"""Calibration of one forecaster at one horizon, on the very cells that its scores are means of."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecaster.domain.backtest import Array
from forecaster.reporting.evaluation.panel import Panel
from forecaster.scoring.bootstrap import Blocks, estimate, mean
from forecaster.scoring.cells import measure_bands, rung_bands
from forecaster.scoring.curves import reliability_curve
from forecaster.scoring.panel import Panel as Grid
from forecaster.scoring.panel import make_panel
from forecaster.scoring.pooling import make_pooling
from forecaster.scoring.reliability import ReliabilityBin

PIT_BINS = 10
"""Bins of the histogram, of equal width over 0 to 1."""
_LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Ranks:
    """A histogram of where outcomes fell in their forecasts (probability integral transform).

    of: `measure`, or `rung` where the forecaster gives no quantiles. shares: of each bin, summing
    to one. lower, upper: 90 % interval of each by block bootstrap over origins, NaN with too few.
    flat: between which shares nine in ten bins of a calibrated forecaster would lie, if outcomes
    were independent of each other.
    """

    of: Literal["measure", "rung"]
    n: int
    shares: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    flat: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bins of the reliability of P(reach), and the histogram of ranks."""

    bins: tuple[ReliabilityBin, ...]
    ranks: Ranks | None


def calibration(panel: Panel, forecaster: str, horizon: int) -> Calibration | None:
    """Return how a forecaster is calibrated, None if none of its forecasts could be scored."""
    grid = make_panel(panel.plan, panel.forecasts, panel.outcomes, horizon=horizon)
    if forecaster not in grid.forecasters or not grid.scored.any():
        return None
    pooling = make_pooling(panel.plan, grid)
    return Calibration(
        reliability_curve(grid, pooling, forecaster),
        _ranks(grid, grid.forecasters.index(forecaster), pooling.blocks, seed=panel.plan.seed),
    )


def _ranks(grid: Grid, place: int, blocks: Blocks, *, seed: int) -> Ranks | None:
    measured = bool(grid.speaks_of_measure[place])
    bands = measure_bands(grid) if measured else rung_bands(grid)
    # Where a forecast has a lump of probability the rank is drawn in it, always the same way.
    drawn = bands.draw(np.random.default_rng(seed))[place]
    known = np.isfinite(drawn)
    n = int(known.sum())
    if n == 0:
        return None
    counts = np.repeat(known.sum(axis=1, dtype=float)[:, None], PIT_BINS, axis=1)
    found = estimate(mean, np.stack([_inside(drawn), counts]), blocks, level=_LEVEL)
    shares, lower, upper = (
        tuple(float(x) for x in ends) for ends in (found.value, found.lower, found.upper)
    )
    return Ranks("measure" if measured else "rung", n, shares, lower, upper, _flat(n))


def _inside(drawn: Array) -> Array:
    """Return how many ranks of each origin lie in each bin; the last bin has both its ends."""
    place = np.minimum(np.floor(drawn * PIT_BINS), PIT_BINS - 1)
    return np.stack([(place == k).sum(axis=1) for k in range(PIT_BINS)], axis=1).astype(float)


def _flat(n: int) -> tuple[float, float]:
    from scipy.stats import binom

    lower, upper = binom.ppf([(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], n, 1 / PIT_BINS) / n
    return float(lower), float(upper)
