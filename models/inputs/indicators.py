"""Indicators per step and theatre, by the time they were known, standardised, missing marked.

A value counts in the step in which it was published, not in the one it speaks of. The last step,
of which a part may lie ahead, has the whole step that ends on the day of `as_of` instead, so that
it is as whole as the others; closed steps stay as they are from one day to the next. The
publication delay of a series is the median distance between its `observed_at` and `recorded_at`.
How far a source is to be trusted is part of what a value says (`models.inputs.reliability`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.indicator import Aggregate, Indicator, Transform
from forecaster.domain.ladder import Ladder
from models.inputs.calendar import Calendar
from models.inputs.reliability import ratios, signal
from models.inputs.series import SeriesIndex

type Array = NDArray[np.float64]

CLIP = 4.0
"""Standardised values are held within this many standard deviations: one typing error in a
source must not move an answer without bound."""

FRESH_STEPS = 2
"""A last value older than this many steps is not shown as today's."""

CARRY_SPACINGS = 2.0
"""How many of its usual spacings a value is carried forward before it counts as missing."""


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


@dataclass(frozen=True, slots=True)
class _Column:
    """One indicator as one theatre has it: per step, and the delay of its series in steps."""

    known: Array
    fresh: NDArray[np.bool_]
    delay: float


@dataclass(frozen=True, slots=True)
class _Part:
    """One series of an indicator: per step, and per window that ends on the weekday of `as_of`."""

    known: Array
    to_date: Array
    fresh: NDArray[np.bool_]
    delay: float


def build_indicators(
    ladder: Ladder,
    theatres: tuple[str, ...],
    index: SeriesIndex,
    calendar: Calendar,
    *,
    steps_ahead: int,
    reliability: Mapping[str, float],
) -> IndicatorPanel:
    """Return every indicator that names a series, for `theatres`, as of the calendar's day.

    `reliability` gives the reliability ratio of series by id, 1 for one that it does not name.
    """
    fed = [i for i in ladder.indicators if i.series]
    shape = (len(theatres), len(fed))
    known = np.full((calendar.last + 1, *shape), np.nan)
    fresh, delay = np.zeros(known.shape, dtype=bool), np.zeros(shape)
    cache: dict[tuple[str, tuple[str, ...]], _Column] = {}
    for j, indicator in enumerate(fed):
        for k, theatre in enumerate(theatres):
            key = (indicator.id, indicator.series_for(theatre))
            if key not in cache:
                cache[key] = _standardised(indicator, key[1], index, calendar)
            column = cache[key]
            known[:, k, j], fresh[:, k, j], delay[k, j] = column.known, column.fresh, column.delay
    ratio = ratios(fed, theatres, reliability)
    return _panel(fed, known, fresh, delay, ratio, steps_ahead)


def with_known(panel: IndicatorPanel, ladder: Ladder, known: Array) -> IndicatorPanel:
    """Return the panel with other values known (step, theatre, indicator), put where they act.

    Args:
        panel: of the ladder.
        ladder: says how each indicator lags and fades.
        known: standardised values, NaN where nothing was known.
    """
    fed = [i for i in ladder.indicators if i.series]
    return _panel(fed, known, panel.fresh, panel.delay, panel.reliability, len(panel.ahead))


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
    lag = max(1, indicator.lag_steps)
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


def _standardised(
    indicator: Indicator, series: tuple[str, ...], index: SeriesIndex, calendar: Calendar
) -> _Column:
    if not series:
        nothing = np.full(calendar.last + 1, np.nan)
        return _Column(nothing, np.isfinite(nothing), 0.0)
    parts = [_per_step(index, s, indicator.aggregate, calendar) for s in series]
    moved = _transformed(_added([part.known for part in parts]), indicator.transform)
    moved[-1] = _transformed(_added([part.to_date for part in parts]), indicator.transform)[-1]
    seen = np.isfinite(moved)
    fresh = seen & np.any([part.fresh for part in parts], axis=0)
    delay = max(part.delay for part in parts)
    spread = moved[seen].std() if seen.sum() > 1 else 0.0
    if spread <= 0:
        return _Column(np.where(seen, 0.0, np.nan), fresh, delay)
    return _Column(np.clip((moved - moved[seen].mean()) / spread, -CLIP, CLIP), fresh, delay)


def _added(columns: list[Array]) -> Array:
    """Add series up where all of them are known: a sum with a part missing is missing."""
    return np.sum(columns, axis=0)


def _transformed(raw: Array, transform: Transform) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        match transform:
            case "log":
                return np.where(raw > 0, np.log(raw), np.nan)
            case "log1p":
                return np.log1p(np.maximum(raw, 0.0))
            case "difference":
                return np.diff(raw, prepend=np.nan)
            case "log_difference":
                return np.diff(np.where(raw > 0, np.log(raw), np.nan), prepend=np.nan)
            case "level":
                return raw


def _per_step(index: SeriesIndex, series: str, aggregate: Aggregate, calendar: Calendar) -> _Part:
    found = index.get(series)
    observed, value, size = found.observed_at, found.value, calendar.last + 1
    if not len(value):
        nothing = np.full(size, np.nan)
        return _Part(nothing, nothing, np.zeros(size, dtype=bool), 0.0)
    delay = float(np.median((found.recorded_at - observed).astype(float)))
    known = observed + np.timedelta64(int(delay), "us")
    step, window = calendar.step_of(known), calendar.window_of(known)
    spacing = np.median(np.diff(observed).astype(float)) / 86_400e6 if len(value) > 1 else 1.0
    by_step, to_date = (
        _aggregated(w, value, aggregate, calendar, float(spacing)) for w in (step, window)
    )
    return _Part(
        known=by_step,
        to_date=to_date,
        fresh=_fresh(step, aggregate, size, float(spacing)),
        delay=delay / 86_400e6 / calendar.usual_days,
    )


def _fresh(
    step: NDArray[np.int64], aggregate: Aggregate, size: int, spacing_days: float
) -> NDArray[np.bool_]:
    """Return the steps in which something new was learnt; see `_totals` for lists of events."""
    inside = step[(step >= 0) & (step < size)]
    fresh = np.zeros(size, dtype=bool)
    fresh[inside] = True
    if len(inside) and aggregate in ("sum", "mean") and not _is_regular(spacing_days):
        fresh[inside.min() : inside.max() + 1] = True
    return fresh


def _aggregated(
    step: NDArray[np.int64],
    value: Array,
    aggregate: Aggregate,
    calendar: Calendar,
    spacing_days: float,
) -> Array:
    inside = (step >= 0) & (step <= calendar.last)
    step, value, size = step[inside], value[inside], calendar.last + 1
    length = calendar.usual_days
    if aggregate in ("sum", "mean"):
        return _totals(step, value, aggregate, size, spacing_days, length)
    last, row = np.full(size, np.nan), np.full(size, np.nan)
    last[step], row[step] = value, np.arange(len(value))
    last, row = (_carried(column, spacing_days, length) for column in (last, row))
    if aggregate == "last":
        return last
    elapsed = np.diff(row, prepend=np.nan) * spacing_days
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(elapsed > 0, np.diff(last, prepend=np.nan) / elapsed * length, np.nan)


def _totals(
    step: NDArray[np.int64],
    value: Array,
    aggregate: Aggregate,
    size: int,
    spacing_days: float,
    length: float,
) -> Array:
    """Sum or mean per step; a step seen in part is scaled to a whole one.

    A list of dated events says "none" between its first and its last event and nothing after it.
    """
    rows = np.bincount(step, minlength=size)
    total = np.bincount(step, weights=value, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(rows > 0, total / rows, np.nan)
    if _is_regular(spacing_days):
        whole = mean * length / spacing_days if aggregate == "sum" else mean
        return _carried(whole, spacing_days, length)
    covered = np.zeros(size, dtype=bool)
    if len(step):
        covered[step.min() : step.max() + 1] = True
    return np.where(covered, total if aggregate == "sum" else mean, np.nan)


def _is_regular(spacing_days: float) -> bool:
    """Whether a series reports daily, weekly or monthly; a list of dated events does none."""
    return any(low <= spacing_days <= high for low, high in ((0.5, 3.5), (6, 8), (27, 32)))


def _carried(values: Array, spacing_days: float, step_days: float) -> Array:
    """Carry a value forward for as long as the next one is not due, and a little longer."""
    if spacing_days <= step_days:
        return values
    limit = int(np.ceil(CARRY_SPACINGS * spacing_days / step_days))
    index = np.where(np.isfinite(values), np.arange(len(values)), -1)
    last = np.maximum.accumulate(index)
    age = np.arange(len(values)) - last
    return np.where((last >= 0) & (age <= limit), values[np.maximum(last, 0)], np.nan)
