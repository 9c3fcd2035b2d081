"""All forecasters on one grid of origins and theatres, at one horizon, beside what happened.

Fair comparison begins here: a cell is scored for every forecaster or for none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import LEVELS, OriginForecast, Outcomes, Plan
from forecaster.errors import ScoreError
from forecaster.scoring.resolution import Resolved, resolve

type Array = NDArray[np.float64]
type Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Panel:
    """What every forecaster said at one horizon, and what came.

    Theatres are those that anybody spoke of, in the order of the outcomes; a theatre need not be
    there at every origin. at, reach: (forecaster, origin, theatre, rung); quantiles: (forecaster,
    origin, theatre, level), without a level if nobody gives any; NaN where nothing was said. said:
    every forecaster spoke of the cell (origin, theatre). present: the rung that was held last, as
    it was known then, -1 where nobody spoke (origin, theatre). came: what came (origin, theatre).
    """

    horizon: int
    forecasters: tuple[str, ...]
    origins: tuple[datetime, ...]
    theatres: tuple[str, ...]
    rungs: tuple[str, ...]
    ends: tuple[datetime | None, ...]
    at: Array
    reach: Array
    quantiles: Array
    said: Mask
    present: NDArray[np.int64]
    came: Resolved

    @property
    def scored(self) -> Mask:
        """Cells of which every forecaster spoke and whose target is resolved (origin, theatre)."""
        return self.said & (self.came.rung >= 0)

    @property
    def speaks_of_measure(self) -> Mask:
        """Which forecasters gave quantiles of the measure at all (forecaster)."""
        return np.isfinite(self.quantiles).any(axis=(1, 2, 3))

    @property
    def measure_scored(self) -> Mask:
        """Scored cells with a measure, and quantiles of all who give any (origin, theatre)."""
        speaks = self.speaks_of_measure
        said = np.isfinite(self.quantiles[speaks]).all(axis=(0, 3)) & speaks.any()
        return self.scored & said & np.isfinite(self.came.measure)


def make_panel(
    plan: Plan, forecasts: Sequence[OriginForecast], outcomes: Outcomes, *, horizon: int
) -> Panel:
    """Return the panel of one horizon, of origins on or after `plan.scored_from`.

    Forecasters come in the plan's order; one that made no forecast is left out, so that it does
    not take every cell with it.

    Raises:
        ScoreError: a forecaster is not in the plan, speaks twice from one origin, or of other
            rungs than the outcomes; or two disagree on when a horizon ends.
    """
    kept = [f for f in forecasts if f.origin.date() >= plan.scored_from]
    _check(plan, kept, outcomes)
    spoke = {f.forecaster for f in kept}
    origins = tuple(sorted({f.origin for f in kept}))
    named = {theatre for f in kept for theatre in f.theatres}
    forecasters = tuple(f.id for f in plan.forecasters if f.id in spoke)
    theatres = tuple(t for t in outcomes.theatres if t in named)
    filled = _fill(kept, horizon, len(outcomes.rungs), (forecasters, origins, theatres))
    return Panel(
        horizon=horizon,
        forecasters=forecasters,
        origins=origins,
        theatres=theatres,
        rungs=outcomes.rungs,
        ends=filled.ends,
        at=filled.at,
        reach=filled.reach,
        quantiles=filled.quantiles,
        said=_complete(filled.at) & _complete(filled.reach),
        present=filled.present,
        came=resolve(outcomes, theatres=theatres, targets=filled.ends, horizon=horizon),
    )


@dataclass(frozen=True, slots=True)
class _Filled:
    at: Array
    reach: Array
    quantiles: Array
    present: NDArray[np.int64]
    ends: tuple[datetime | None, ...]


def _fill(
    forecasts: Sequence[OriginForecast],
    horizon: int,
    rungs: int,
    axes: tuple[tuple[str, ...], tuple[datetime, ...], tuple[str, ...]],
) -> _Filled:
    row, place, column = ({name: i for i, name in enumerate(axis)} for axis in axes)
    shape = tuple(len(axis) for axis in axes)
    at, reach = np.full((*shape, rungs), np.nan), np.full((*shape, rungs), np.nan)
    levels = len(LEVELS) if any(np.isfinite(f.quantiles).any() for f in forecasts) else 0
    quantiles = np.full((*shape, levels), np.nan)
    present = np.full(shape[1:], -1)
    ends: list[datetime | None] = [None] * len(axes[1])
    for forecast in forecasts:
        if horizon not in forecast.horizons:
            continue
        h, o = forecast.horizons.index(horizon), place[forecast.origin]
        known = [i for i, theatre in enumerate(forecast.theatres) if theatre in column]
        columns = [column[forecast.theatres[i]] for i in known]
        cell = (row[forecast.forecaster], o, columns)
        at[cell], reach[cell] = forecast.at[known, h], forecast.reach[known, h]
        quantiles[cell] = forecast.quantiles[known, h, :levels]
        present[o, columns] = forecast.present[known]
        ends[o] = _agreed(ends[o], forecast, h)
    return _Filled(at, reach, quantiles, present, tuple(ends))


def _complete(probability: Array) -> Mask:
    return np.asarray(np.isfinite(probability).all(axis=(0, 3)))


def _agreed(end: datetime | None, forecast: OriginForecast, h: int) -> datetime:
    found = forecast.horizon_ends[h]
    if end is not None and end != found:
        raise ScoreError(
            f"{forecast.forecaster} from {forecast.origin} ends horizon {forecast.horizons[h]} at "
            f"{found}, another forecaster at {end}: score forecasts of one ladder and calendar"
        )
    return found


def _check(plan: Plan, forecasts: Sequence[OriginForecast], outcomes: Outcomes) -> None:
    planned = {f.id for f in plan.forecasters}
    seen: set[tuple[str, datetime]] = set()
    for forecast in forecasts:
        who = f"{forecast.forecaster} from {forecast.origin}"
        if forecast.forecaster not in planned:
            raise ScoreError(f"{who} is not in plan {plan.id}: name it there, or leave it out")
        if (forecast.forecaster, forecast.origin) in seen:
            raise ScoreError(f"{who} is there twice: give one forecast for each origin")
        if forecast.rungs != outcomes.rungs:
            raise ScoreError(
                f"{who} speaks of rungs {forecast.rungs}, outcomes of {outcomes.rungs}: "
                "resolve outcomes with the ladder that was forecast"
            )
        seen.add((forecast.forecaster, forecast.origin))
