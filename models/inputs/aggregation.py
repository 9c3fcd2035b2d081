"""A series per step, by the time at which it was known: sums, means, last values, increases.

A value counts in the step in which it was published, not in the one it speaks of. Beside steps
there are windows that end on the weekday of `as_of`, so that the newest one is as whole as the
others. The publication delay of a series is the median distance between its `observed_at` and
`recorded_at`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.indicator import Aggregate
from models.inputs.calendar import Calendar
from models.inputs.series import SeriesIndex

type Array = NDArray[np.float64]

CARRY_SPACINGS = 2.0
"""How many of its usual spacings a value is carried forward before it counts as missing."""


@dataclass(frozen=True, slots=True)
class SeriesColumn:
    """A series with one value a step.

    known: by the step in which it was known (step), NaN where nothing was. to_date: by the window
    that ends on the weekday of `as_of`. fresh: whether something new was learnt in the step.
    delay: publication delay in steps.
    """

    known: Array
    to_date: Array
    fresh: NDArray[np.bool_]
    delay: float


@dataclass(frozen=True, slots=True)
class Column:
    """One value a step, as it was known.

    known: (step), NaN where nothing was known. fresh: whether something new was learnt in the
    step. delay: publication delay in steps.
    """

    known: Array
    fresh: NDArray[np.bool_]
    delay: float


def per_step(
    index: SeriesIndex, series: str, aggregate: Aggregate, calendar: Calendar
) -> SeriesColumn:
    """Return a series with one value a step up to that of the calendar's `as_of`."""
    found = index.get(series)
    observed, value, size = found.observed_at, found.value, calendar.last + 1
    if not len(value):
        nothing = np.full(size, np.nan)
        return SeriesColumn(nothing, nothing, np.zeros(size, dtype=bool), 0.0)
    delay = float(np.median((found.recorded_at - observed).astype(float)))
    known = observed + np.timedelta64(int(delay), "us")
    step, window = calendar.step_of(known), calendar.window_of(known)
    spacing = np.median(np.diff(observed).astype(float)) / 86_400e6 if len(value) > 1 else 1.0
    by_step, to_date = (
        _aggregated(w, value, aggregate, calendar, float(spacing)) for w in (step, window)
    )
    return SeriesColumn(
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
