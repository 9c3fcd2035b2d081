"""Dated values as totals of steps, by the day they speak of: sums, last values, trailing means."""

import numpy as np
from numpy.typing import NDArray

from models.inputs.calendar import Calendar
from models.inputs.series import SeriesIndex

type Array = NDArray[np.float64]


def sum_per_step(
    index: SeriesIndex,
    series: tuple[str, ...],
    calendar: Calendar,
    *,
    first_days: int | None = None,
) -> tuple[Array, Array]:
    """Return the sum of `series` per step and the number of days with any reading of them.

    Only the first `first_days` days of each step count, if that is given.
    """
    found = index.several(series)
    days = found.days
    step = calendar.step_of(days)
    inside = (step >= 0) & (step <= calendar.last) & (days >= np.datetime64(calendar.starts, "D"))
    if first_days is not None:
        place = days - calendar.edges[np.clip(step, 0, calendar.last)]
        inside &= place < np.timedelta64(first_days, "D")
    size = calendar.last + 1
    total = np.bincount(step[inside], weights=found.value[inside], minlength=size)
    seen = np.unique(days[inside])
    return total.astype(float), np.bincount(calendar.step_of(seen), minlength=size).astype(float)


def last_per_step(
    index: SeriesIndex, series: tuple[str, ...], calendar: Calendar
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the last value of `series` in each step (0 where none) and whether there is one."""
    found = index.several(series)
    step = calendar.step_of(found.days)
    order = np.argsort(found.observed_at, kind="stable")
    value = np.zeros(calendar.last + 1)
    seen = np.zeros(calendar.last + 1, dtype=bool)
    inside = order[(step[order] >= 0) & (step[order] <= calendar.last)]
    value[step[inside]] = found.value[inside]
    seen[step[inside]] = True
    return value, seen


def trailing_mean(total: Array, exposure: Array, window: int) -> Array:
    """Return total per whole step over the `window` steps up to and including each one.

    Partial and unseen steps count by their exposure. NaN before anything was seen.
    """
    sums = np.concatenate([[0.0], np.cumsum(total)])
    seen = np.concatenate([[0.0], np.cumsum(exposure)])
    first = np.maximum(np.arange(1, len(sums)) - window, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (sums[1:] - sums[first]) / (seen[1:] - seen[first])
    return np.where(mean > 0, mean, np.nan)
