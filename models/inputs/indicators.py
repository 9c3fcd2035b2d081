"""Indicators in their place: per step and theatre, lagged and fading, missing marked.

The values are those of `standardisation`, by the step in which they were known. How far a source
is to be trusted is part of what a value says (`models.inputs.reliability`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import Ladder
from models.inputs.aggregation import Column
from models.inputs.calendar import Calendar
from models.inputs.reliability import ratios, signal
from models.inputs.series import SeriesIndex
from models.inputs.standardisation import standardised

type Array = NDArray[np.float64]

FRESH_STEPS = 2
"""A last value older than this many steps is not shown as today's."""


@dataclass(frozen=True, slots=True)
class IndicatorPanel:
    """Standardised indicators; arrays are (step, theatre, indicator).

    value: expected signal in its standard deviations, 0 where missing. missing: its variance, 1.0
    where nothing was known, 0.0 where it is known from a source without error.
    known: as observed, by the step in which it was known, before the lag, NaN where nothing was.
    fresh: whether `known` holds a new value there, not one carried on from an earlier step.
    delay: steps from the moment a value speaks of to the one it is known (theatre, indicator).
    `value[t]` is what acts on step t: the lag is already applied. ahead, ahead_variance: expected
    value and its variance in the steps after the last, (ahead step, theatre, indicator): the last
    value fades with its half-life towards 0 while its variance grows towards 1.
    latest: last value as observed, standardised (theatre, indicator), NaN if none is recent.
    reliability: share of the variance of what is observed that is signal (theatre, indicator).
    """

    indicators: tuple[str, ...]
    value: Array
    missing: Array
    ahead: Array
    ahead_variance: Array
    latest: Array
    known: Array
    fresh: NDArray[np.bool_]
    delay: Array
    reliability: Array


def build_indicators(
    ladder: Ladder,
    theatres: tuple[str, ...],
    index: SeriesIndex,
    calendar: Calendar,
    *,
    steps_ahead: int,
    reliability: Mapping[str, float],
    concurrent: bool = False,
) -> IndicatorPanel:
    """Return every indicator that names a series, for `theatres`, as of the calendar's day.

    `reliability` gives the reliability ratio of series by id, 1 for one that it does not name.
    `concurrent` asks for those that act in their own step, which are no part of the others.
    """
    fed = _fed(ladder, concurrent=concurrent)
    shape = (len(theatres), len(fed))
    known = np.full((calendar.last + 1, *shape), np.nan)
    fresh, delay = np.zeros(known.shape, dtype=bool), np.zeros(shape)
    cache: dict[tuple[str, tuple[str, ...]], Column] = {}
    for j, indicator in enumerate(fed):
        for k, theatre in enumerate(theatres):
            key = (indicator.id, indicator.series_for(theatre))
            if key not in cache:
                cache[key] = standardised(indicator, key[1], index, calendar)
            column = cache[key]
            known[:, k, j], fresh[:, k, j], delay[k, j] = column.known, column.fresh, column.delay
    ratio = ratios(fed, theatres, reliability)
    panel = _panel(fed, known, fresh, delay, ratio, steps_ahead)
    return _where_read(panel) if concurrent else panel


def _where_read(panel: IndicatorPanel) -> IndicatorPanel:
    """Return the panel with nothing unknown in theatres that never had a value: none acts there."""
    read = np.isfinite(panel.known).any(axis=0)
    return replace(panel, missing=panel.missing * read, ahead_variance=panel.ahead_variance * read)


def with_known(panel: IndicatorPanel, ladder: Ladder, known: Array) -> IndicatorPanel:
    """Return the panel with other values known (step, theatre, indicator), put where they act.

    Args:
        panel: of the ladder.
        ladder: says how each indicator lags and fades.
        known: standardised values, NaN where nothing was known.
    """
    fed = _fed(ladder, concurrent=False)
    return _panel(fed, known, panel.fresh, panel.delay, panel.reliability, len(panel.ahead))


def _fed(ladder: Ladder, *, concurrent: bool) -> list[Indicator]:
    return [i for i in ladder.indicators if i.series and i.concurrent == concurrent]


def _panel(
    fed: Sequence[Indicator],
    known: Array,
    fresh: NDArray[np.bool_],
    delay: Array,
    ratio: Array,
    steps_ahead: int,
) -> IndicatorPanel:
    steps = len(known)
    shape = (steps + steps_ahead, *delay.shape)
    value, variance, latest = np.zeros(shape), np.ones(shape), np.full(delay.shape, np.nan)
    for k, j in np.ndindex(delay.shape):
        value[:, k, j], variance[:, k, j], latest[k, j] = placed(known[:, k, j], fed[j], shape[0])
    value, variance = signal(value, variance, ratio)
    return IndicatorPanel(
        indicators=tuple(i.id for i in fed),
        value=value[:steps],
        missing=variance[:steps],
        ahead=value[steps:],
        ahead_variance=variance[steps:],
        latest=latest,
        known=known,
        fresh=fresh,
        delay=delay,
        reliability=ratio,
    )


def placed(known: Array, indicator: Indicator, size: int) -> tuple[Array, Array, float]:
    """Shift by the lag, fade after the last known value; return mean, variance, latest.

    Args:
        known: standardised values by the step in which they were known (step), NaN where none.
        indicator: says how long it lags and how fast it fades.
        size: steps of the answer.
    """
    lag = 0 if indicator.concurrent else max(1, indicator.lag_steps)
    mean, variance = np.zeros(size), np.ones(size)
    seen = np.flatnonzero(np.isfinite(known))
    if not len(seen):
        return mean, variance, np.nan
    target = seen + lag
    kept = target < size
    mean[target[kept]], variance[target[kept]] = known[seen[kept]], 0.0
    after = np.arange(seen[-1] + lag + 1, size)
    fade = 0.5 ** ((after - seen[-1] - lag) / indicator.half_life_steps)
    mean[after], variance[after] = known[seen[-1]] * fade, 1.0 - fade**2
    fresh = len(known) - 1 - seen[-1] <= FRESH_STEPS
    return mean, variance, float(known[seen[-1]]) if fresh else np.nan
