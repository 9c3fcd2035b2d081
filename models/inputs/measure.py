"""The measure of each theatre, step by step, as it was known.

For a `share`, the sum over a theatre's series in one step is a percentage of the mean national
sum per step over the trailing window: reporting effort, which shrinks over the years, divides
out. A step seen in part enters with its exposure (days seen over days in the step). Levels are
the matter of `levels`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Ladder, Measure, Panel
from models.inputs.calendar import Calendar
from models.inputs.levels import build_levels
from models.inputs.series import SeriesIndex

type Array = NDArray[np.float64]
type Columns = tuple[Array, Array, Array, Array]

WHOLE = 1.0 - 1e-9
"""Exposure from which a step counts as seen whole."""


@dataclass(frozen=True, slots=True)
class MeasurePanel:
    """The measured theatres; arrays are (step, theatre) unless said otherwise.

    count: sum seen so far (the value or level itself where it is no share). exposure: share of
    the step seen, 0 … 1. base: mean national sum per whole step over the trailing window (1 for
    values). national: national sum scaled to a whole step (step, theatre). is_share: (theatre).
    covered: what happened is known; for a panel's unit that is more than what was seen while it
    was at risk. is_level: the measure is an ordinal level, of every theatre alike.
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
    covered: NDArray[np.bool_]
    is_level: bool = False
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
        return self.exposure >= WHOLE

    @property
    def first_open_step(self) -> int:
        """The first step that no theatre has seen whole, where simulation begins.

        At most one step after the present; the present step where nothing was ever seen whole.
        """
        whole = np.flatnonzero(self.complete.any(axis=1))
        return int(whole[-1]) + 1 if len(whole) else len(self.count) - 1

    def of_theatre(self, theatre: int) -> "MeasurePanel":
        """Return the panel of one theatre alone: cheap, where the whole has hundreds."""
        one = slice(theatre, theatre + 1)
        by_step = {n: getattr(self, n)[:, one] for n in ("count", "exposure", "base", "national")}
        return replace(
            self,
            theatres=self.theatres[one],
            regions=self.regions[one],
            is_share=self.is_share[one],
            covered=self.covered[:, one],
            early=None if self.early is None else self.early[:, one],
            **by_step,
        )

    def of_step(self, step: int) -> "MeasurePanel":
        """Return the panel of one step alone, as a history of that length."""
        one = slice(step, step + 1)
        names = ("count", "exposure", "base", "national", "covered")
        return replace(self, early=None, **{n: getattr(self, n)[one] for n in names})

    def last_whole(self, theatre: int) -> int | None:
        """Return the last step that a theatre's column saw whole, None if there is none."""
        whole = np.flatnonzero(self.of_theatre(theatre).complete)
        return int(whole[-1]) if len(whole) else None

    def present_rung(self, theatre: int) -> int:
        """Return the index into `rungs` of a theatre's last whole step, 0 if there is none."""
        step = self.last_whole(theatre)
        return 0 if step is None else int(self.rung_of(self.of_theatre(theatre).measure[step, 0]))

    @property
    def middles(self) -> Array:
        """A measure inside each rung (rung): its level, or the middle of its band on log scale."""
        cuts = self.thresholds
        if not len(cuts):
            return np.ones(1)
        if self.is_level:
            return np.concatenate([[quiet_level(cuts)], cuts])
        edges = np.concatenate([[cuts[0] / 2.0], cuts, [cuts[-1] * 2.0]])
        return np.asarray(np.sqrt(edges[:-1] * edges[1:]))

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
    track = sorted((r for r in ladder.rungs if r.resolution == "measured"), key=lambda r: r.order)
    thresholds = np.array([r.threshold for r in track if r.threshold is not None], dtype=float)
    is_level = any(m.kind == "level" for _, m in measured)
    measures = [m for _, m in measured]
    if is_level:
        columns, covered = _levels(measures, index, calendar, ladder.panel, quiet_level(thresholds))
    else:
        columns = _columns(measures, index, calendar)
        covered = columns[1] >= WHOLE
    made = MeasurePanel(
        theatres=tuple(t.id for t, _ in measured),
        regions=tuple(t.region for t, _ in measured),
        window=windows.pop(),
        count=columns[0],
        exposure=columns[1],
        base=columns[2],
        national=columns[3],
        is_share=np.array([m.kind == "share" for _, m in measured], dtype=bool),
        thresholds=thresholds,
        rungs=tuple(r.id for r in track),
        covered=covered,
        is_level=is_level,
    )
    return replace(made, early=_early_counts(made, measures, index, calendar))


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


def quiet_level(thresholds: Array) -> float:
    """Return the level of a step in which nothing happens: one below the first threshold."""
    return float(thresholds[0]) - 1.0 if len(thresholds) else 1.0


def _levels(
    measures: Sequence[Measure],
    index: SeriesIndex,
    calendar: Calendar,
    panel: Panel | None,
    quiet: float,
) -> tuple[Columns, NDArray[np.bool_]]:
    """Return the columns of levels, and the steps of which it is known what happened."""
    found = build_levels(measures, index, calendar, panel=panel, quiet=quiet)
    ones = np.ones_like(found.level)
    return (found.level, found.seen.astype(float), ones, ones), found.covered


def _columns(measures: Sequence[Measure], index: SeriesIndex, calendar: Calendar) -> Columns:
    """Return count, exposure, base and national of every theatre (step, theatre)."""
    # Theatres mostly share one denominator, which is then summed once and not once for each.
    national: dict[tuple[str, ...], tuple[Array, Array]] = {}
    for measure in measures:
        series = measure.denominator or measure.series
        if measure.kind == "share" and series not in national:
            national[series] = sum_per_step(index, series, calendar)
    found = [_theatre_columns(measure, index, calendar, national) for measure in measures]
    empty = np.zeros((calendar.last + 1, 0))
    count, exposure, base, whole = (
        np.stack([columns[i] for columns in found], axis=1) if found else empty for i in range(4)
    )
    return count, exposure, base, whole


def _theatre_columns(
    measure: Measure,
    index: SeriesIndex,
    calendar: Calendar,
    sums: Mapping[tuple[str, ...], tuple[Array, Array]],
) -> Columns:
    if measure.kind != "share":
        value, seen = last_per_step(index, measure.series, calendar)
        return value, seen.astype(float), np.ones_like(value), np.ones_like(value)
    count, own_days = sum_per_step(index, measure.series, calendar)
    total, days = sums[measure.denominator or measure.series]
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
