"""The measure of each theatre, step by step, as it was known.

For a `share`, the sum over a theatre's series in one step is a percentage of the mean national
sum per step over the trailing window: reporting effort, which shrinks over the years, divides
out. A step seen in part enters with its exposure (days seen over days in the step). Levels are
the matter of `levels`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Ladder, Measure, Panel
from models.inputs.calendar import Calendar
from models.inputs.levels import build_levels
from models.inputs.measure_panel import WHOLE, MeasurePanel, quiet_level
from models.inputs.series import SeriesIndex
from models.inputs.step_totals import last_per_step, sum_per_step, trailing_mean

type Array = NDArray[np.float64]
type Columns = tuple[Array, Array, Array, Array]


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
