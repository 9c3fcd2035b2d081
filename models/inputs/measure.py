"""The measure of each theatre, step by step, as it was known.

For a `share`, the sum over a theatre's series in one step is a percentage of the mean national
sum per step over the trailing window: reporting effort, which shrinks over the years, divides
out. A step seen in part enters with its exposure (days seen over days in the step).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Ladder, Measure, Theatre
from models.inputs.calendar import Calendar
from models.inputs.series import SeriesIndex

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeasurePanel:
    """The measured theatres; arrays are (step, theatre) unless said otherwise.

    count: sum seen so far (the value itself for `value` measures). exposure: share of the step
    seen, 0 … 1. base: mean national sum per whole step over the trailing window (1 for values).
    national: national sum scaled to a whole step (step, theatre). is_share: (theatre).
    measure: in the ladder's unit, NaN where nothing was seen. complete: the step was seen whole.
    early: what `count` was in each step when it had been seen for as many days as the first open
    step is now, (step, theatre), so that one can learn from the past what a part of a step is
    worth; None where the measure has no parts.
    """

    theatres: tuple[str, ...]
    regions: tuple[str, ...]
    window: int
    count: Array
    exposure: Array
    base: Array
    national: Array
    is_share: NDArray[np.bool_]
    thresholds: Array
    rungs: tuple[str, ...]
    early: Array | None = None

    @property
    def measure(self) -> Array:
        """The measure where anything was seen, NaN elsewhere."""
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = np.where(self.is_share, self.count / self.exposure, self.count)
            scaled = np.where(self.is_share, 100.0 * whole / self.base, whole)
        return np.where(self.exposure > 0, scaled, np.nan)

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether the step was seen whole."""
        return self.exposure >= 1.0 - 1e-9

    @property
    def first_open_step(self) -> int:
        """The first step that no theatre has seen whole, where simulation begins.

        At most one step after the present; the present step where nothing was ever seen whole.
        """
        whole = np.flatnonzero(self.complete.any(axis=1))
        return int(whole[-1]) + 1 if len(whole) else len(self.count) - 1

    def last_whole(self, theatre: int) -> int | None:
        """Return the last step that a theatre's column saw whole, None if there is none."""
        whole = np.flatnonzero(self.complete[:, theatre])
        return int(whole[-1]) if len(whole) else None

    def present_rung(self, theatre: int) -> int:
        """Return the index into `rungs` of a theatre's last whole step, 0 if there is none."""
        step = self.last_whole(theatre)
        return 0 if step is None else int(self.rung_of(self.measure[step, theatre]))

    def rung_of(self, measure: Array) -> NDArray[np.int64]:
        """Return the index into `rungs` of each value of the measure (NaN gives 0)."""
        return np.searchsorted(self.thresholds, np.nan_to_num(measure), side="right")


def build_measures(ladder: Ladder, index: SeriesIndex, calendar: Calendar) -> MeasurePanel:
    """Return the measures of every theatre that has one, from series known as of the calendar.

    Raises:
        ValueError: theatres of one ladder use different windows.
    """
    measured = [(t, t.measure) for t in ladder.theatres if t.measure is not None]
    windows = {m.window_steps for _, m in measured} or {1}
    if len(windows) > 1:
        raise ValueError(f"theatres use different windows {sorted(windows)}: give one window")
    columns = [_theatre_columns(t, m, index, calendar) for t, m in measured]
    steps = calendar.last + 1
    stacked = [np.stack(c, axis=1) if c else np.zeros((steps, 0)) for c in _transpose(columns)]
    rungs = [r for r in ladder.rungs if r.resolution == "measured"]
    track = sorted(rungs, key=lambda r: r.order)
    panel = MeasurePanel(
        theatres=tuple(t.id for t, _ in measured),
        regions=tuple(t.region for t, _ in measured),
        window=windows.pop(),
        count=stacked[0],
        exposure=stacked[1],
        base=stacked[2],
        national=stacked[3],
        is_share=np.array([m.kind == "share" for _, m in measured], dtype=bool),
        thresholds=np.array([r.threshold for r in track if r.threshold is not None], dtype=float),
        rungs=tuple(r.id for r in track),
    )
    return replace(panel, early=_early_counts(panel, [m for _, m in measured], index, calendar))


def _early_counts(
    panel: MeasurePanel, measures: Sequence[Measure], index: SeriesIndex, calendar: Calendar
) -> Array | None:
    """Return each step's sum over its first days, as many as the first open step was seen for."""
    opened = panel.first_open_step
    if not panel.is_share.any() or opened > calendar.last:
        return None
    days = np.round(panel.exposure[opened] * calendar.days_in_step[opened]).astype(int)
    columns = [
        sum_per_step(index, m.series, calendar, first_days=int(n))[0]
        for m, n in zip(measures, days, strict=True)
    ]
    return np.stack(columns, axis=1)


def _transpose(columns: Sequence[tuple[Array, ...]]) -> list[list[Array]]:
    return [[c[i] for c in columns] for i in range(4)]


def _theatre_columns(
    theatre: Theatre, measure: Measure, index: SeriesIndex, calendar: Calendar
) -> tuple[Array, Array, Array, Array]:
    if measure.kind != "share":
        value, seen = last_per_step(index, measure.series, calendar)
        return value, seen.astype(float), np.ones_like(value), np.ones_like(value)
    denominator = measure.denominator or measure.series
    count, own_days = sum_per_step(index, measure.series, calendar)
    total, days = sum_per_step(index, denominator, calendar)
    national = np.minimum(days / calendar.days_in_step, 1.0)
    # A theatre that nobody reported on is unseen, however much is known of its neighbours.
    exposure = np.minimum(own_days / calendar.days_in_step, national)
    base = trailing_mean(total, national, measure.window_steps)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(national > 0, total / national, np.nan)
    return count, exposure, base, whole


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
