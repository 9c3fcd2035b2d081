"""Scores that every cell (origin, theatre) has on its own, and their means."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import LEVELS, Score
from forecaster.scoring.bootstrap import mean
from forecaster.scoring.calibration import (
    NOMINAL_90,
    Band,
    covered,
    deviation,
    quantile_band,
    rung_band,
)
from forecaster.scoring.panel import Panel
from forecaster.scoring.pooling import ALL, LEVEL_SCORE, Label, Pooling, bare, rows
from forecaster.scoring.rules import crps, log_score, rps

type Array = NDArray[np.float64]


def per_cell(panel: Panel) -> Mapping[str, Array]:
    """Return scores by name, (forecaster, origin, theatre), NaN where a cell is not scored.

    `rps`, `log`; `rung_coverage_90` and `rung_pit_mean` of the rung; `crps`, `coverage_90` and
    `pit_mean` of the measure, NaN for a forecaster that gives no quantiles, left out if none does.
    The mean of `pit_mean` is 0.5 for calibrated forecasts, above if outcomes come higher.
    """
    rung, band = _rungs(panel), rung_bands(panel)
    return {
        "rps": rps(panel.at, rung),
        "log": log_score(panel.at, rung),
        "rung_coverage_90": band.inside(*NOMINAL_90),
        "rung_pit_mean": (band.lower + band.upper) / 2.0,
        **_of_measure(panel),
    }


def mean_scores(panel: Panel, cells: Mapping[str, Array], pooling: Pooling) -> Iterator[Score]:
    """Yield the mean of every score of `per_cell` with its 90 % interval, and `pit_deviation`."""
    for name, values in cells.items():
        for f, forecaster in enumerate(panel.forecasters):
            sums = pooling.sums(values[f], np.isfinite(values[f]).astype(float))
            found = pooling.estimate(mean, sums, level=LEVEL_SCORE)
            yield from rows(pooling, Label(forecaster, name), found, sums[1].sum(axis=0))


def pit_deviations(panel: Panel, pooling: Pooling, *, seed: int) -> Iterator[Score]:
    """Yield how far transforms are from uniform, over all theatres (`calibration.deviation`).

    `rung_pit_deviation` of the rung, `pit_deviation` of the measure. Transforms of lumps are drawn
    at random, with the same draws for every forecaster.
    """
    bands = {"rung_pit_deviation": rung_bands(panel)}
    if panel.measure_scored.any():
        bands["pit_deviation"] = measure_bands(panel)
    together = Pooling(pooling.horizon, (ALL,), pooling.blocks)
    for name, band in bands.items():
        for f, forecaster in enumerate(panel.forecasters):
            one = Band(band.lower[f], band.upper[f])
            drawn = one.draw(np.random.default_rng(seed))
            n = np.array([float(np.isfinite(drawn).sum())])
            found = bare(np.array([deviation(drawn)]))
            yield from rows(together, Label(forecaster, name), found, n)


def _of_measure(panel: Panel) -> Mapping[str, Array]:
    if not panel.measure_scored.any():
        return {}
    measure, band = _measures(panel), measure_bands(panel)
    return {
        "crps": crps(panel.quantiles, LEVELS, measure),
        "coverage_90": covered(panel.quantiles, LEVELS, measure),
        "pit_mean": (band.lower + band.upper) / 2.0,
    }


def _rungs(panel: Panel) -> NDArray[np.int64]:
    rung = np.where(panel.scored, panel.came.rung, -1)
    return np.broadcast_to(rung, panel.at.shape[:-1])


def _measures(panel: Panel) -> Array:
    measure = np.where(panel.measure_scored, panel.came.measure, np.nan)
    return np.broadcast_to(measure, panel.quantiles.shape[:-1])


def rung_bands(panel: Panel) -> Band:
    """Return bands of the rung, (forecaster, origin, theatre), NaN where not scored."""
    return rung_band(panel.at, _rungs(panel))


def measure_bands(panel: Panel) -> Band:
    """Return bands of the measure, (forecaster, origin, theatre), NaN where not scored."""
    return quantile_band(panel.quantiles, LEVELS, _measures(panel))
