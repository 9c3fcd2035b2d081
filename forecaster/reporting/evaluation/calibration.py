"""Calibration of one forecaster at one horizon, on the very cells that its scores are means of."""

from dataclasses import dataclass

import numpy as np

from forecaster.domain.backtest import LEVELS, Array
from forecaster.reporting.evaluation.panel import Panel
from forecaster.scoring.bootstrap import Blocks, estimate, mean
from forecaster.scoring.calibration import Band, quantile_band, rung_band
from forecaster.scoring.events import reached
from forecaster.scoring.panel import Panel as Grid
from forecaster.scoring.panel import make_panel
from forecaster.scoring.pooling import make_pooling
from forecaster.scoring.reliability import ReliabilityBin, reliability_bins

PIT_BINS = 10
"""Bins of the histogram, of equal width over 0 to 1."""
_LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Ranks:
    """A histogram of where outcomes fell in their forecasts (probability integral transform).

    of: `measure`, or `rung` where the measure is the level itself. shares: of each bin, summing to
    one. lower, upper: 90 % interval of each by block bootstrap over origins, NaN with too few.
    flat: between which shares nine in ten bins of a calibrated forecaster would lie, if outcomes
    were independent of each other.
    """

    of: str
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
    blocks = make_pooling(panel.plan, grid).blocks
    place = grid.forecasters.index(forecaster)
    events = reached(grid)
    return Calibration(
        reliability_bins(events.probability[place], events.event, blocks),
        _ranks(grid, place, blocks, seed=panel.plan.seed),
    )


def _ranks(grid: Grid, place: int, blocks: Blocks, *, seed: int) -> Ranks | None:
    of, band = _band(grid, place)
    # Where a forecast has a lump of probability the rank is drawn in it, always the same way.
    drawn = band.draw(np.random.default_rng(seed))
    known = np.isfinite(drawn)
    n = int(known.sum())
    if n == 0:
        return None
    sums = np.stack([np.stack([_inside(drawn, k), known.sum(axis=1)]) for k in range(PIT_BINS)], -1)
    found = estimate(mean, sums.astype(float), blocks, level=_LEVEL)
    shares, lower, upper = (
        tuple(float(x) for x in ends) for ends in (found.value, found.lower, found.upper)
    )
    return Ranks(of, n, shares, lower, upper, _flat(n))


def _band(grid: Grid, place: int) -> tuple[str, Band]:
    if grid.speaks_of_measure[place]:
        measure = np.where(grid.measure_scored, grid.came.measure, np.nan)
        return "measure", quantile_band(grid.quantiles[place], LEVELS, measure)
    return "rung", rung_band(grid.at[place], np.where(grid.scored, grid.came.rung, -1))


def _inside(drawn: Array, k: int) -> Array:
    """Return how many ranks of each origin lie in bin `k`; the last bin has both ends."""
    with np.errstate(invalid="ignore"):
        bins = np.minimum(np.floor(drawn * PIT_BINS), PIT_BINS - 1)
    return np.asarray((bins == k).sum(axis=1), dtype=float)


def _flat(n: int) -> tuple[float, float]:
    from scipy.stats import binom

    lower, upper = binom.ppf([(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], n, 1 / PIT_BINS) / n
    return float(lower), float(upper)
