"""An indicator as one theatre has it: series added up, transformed, in standard deviations."""

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.indicator import Indicator, Transform
from models.inputs.aggregation import Column, per_step
from models.inputs.calendar import Calendar
from models.inputs.series import SeriesIndex

type Array = NDArray[np.float64]

DAYS_IN_YEAR = 365.25

CLIP = 4.0
"""Standardised values are held within this many standard deviations: one typing error in a
source must not move an answer without bound."""


def standardised(
    indicator: Indicator, series: tuple[str, ...], index: SeriesIndex, calendar: Calendar
) -> Column:
    """Return an indicator in standard deviations from its mean: series added, then transformed.

    Args:
        indicator: says how a step is aggregated, and the transform.
        series: those that are added up, of one theatre; none gives a column without a value.
        index: what was known.
        calendar: its steps.
    """
    if not series:
        nothing = np.full(calendar.last + 1, np.nan)
        return Column(nothing, np.isfinite(nothing), 0.0)
    parts = [per_step(index, s, indicator.aggregate, calendar) for s in series]
    year = round(DAYS_IN_YEAR / calendar.usual_days)
    moved = _transformed(_added([part.known for part in parts]), indicator.transform, year)
    # The last step may lie ahead in part: the window up to today is as whole as the others, and
    # closed steps stay as they are from one day to the next.
    to_date = _added([part.to_date for part in parts])
    moved[-1] = _transformed(to_date, indicator.transform, year)[-1]
    seen = np.isfinite(moved)
    fresh = seen & np.any([part.fresh for part in parts], axis=0)
    delay = max(part.delay for part in parts)
    spread = moved[seen].std() if seen.sum() > 1 else 0.0
    if spread <= 0:
        return Column(np.where(seen, 0.0, np.nan), fresh, delay)
    return Column(np.clip((moved - moved[seen].mean()) / spread, -CLIP, CLIP), fresh, delay)


def _added(columns: list[Array]) -> Array:
    """Add series up where all of them are known: a sum with a part missing is missing."""
    return np.sum(columns, axis=0)


def _transformed(raw: Array, transform: Transform, year: int) -> Array:
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
            case "log1p_over_year":
                return np.log1p(np.maximum(raw, 0.0)) - np.log1p(_trailing_mean(raw, year))
            case "level":
                return raw


def _trailing_mean(raw: Array, steps: int) -> Array:
    """Return the mean of what is known over each step and those before it, `steps` in all."""
    known = np.isfinite(raw)
    total, count = (np.cumsum(a) for a in (np.where(known, raw, 0.0), known.astype(float)))
    total[steps:], count[steps:] = total[steps:] - total[:-steps], count[steps:] - count[:-steps]
    return np.asarray(np.maximum(total, 0.0) / count)
