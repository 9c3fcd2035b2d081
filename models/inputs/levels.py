"""Levels observed directly, step by step: the highest of each step, and quiet between events.

A panel's source lists events only. Of a unit at risk it says "quiet" in every step without an
event, up to the last step that it reports on at all; after that, and while a unit is not at
risk, nothing was seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Measure, Panel
from forecaster.reference.panel import risk_ends
from models.inputs.calendar import Calendar
from models.inputs.series import Series, SeriesIndex

type Array = NDArray[np.float64]
type Flags = NDArray[np.bool_]
type Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Levels:
    """Arrays (step, theatre). level: the highest of the step, `quiet` where nothing happened.

    seen: counts as observed. covered: what happened is known, whether or not the unit was at risk.
    """

    level: Array
    seen: Flags
    covered: Flags


def build_levels(
    measures: Sequence[Measure],
    index: SeriesIndex,
    calendar: Calendar,
    *,
    panel: Panel | None,
    quiet: float,
) -> Levels:
    """Return the levels of every measure; without a panel only steps with a reading are seen."""
    columns = [index.several(measure.series) for measure in measures]
    theatre = np.repeat(np.arange(len(columns)), [len(c.value) for c in columns])
    events = _joined(columns)
    step = calendar.step_of(events.days)
    shape = (calendar.last + 1, len(columns))
    level, reported = np.full(shape, quiet), np.zeros(shape, dtype=bool)
    inside = (step >= 0) & (step <= calendar.last)
    np.maximum.at(level, (step[inside], theatre[inside]), events.value[inside])
    reported[step[inside], theatre[inside]] = True
    if panel is None:
        return Levels(level, reported, reported)
    reach = np.arange(shape[0]) <= step[inside].max(initial=-1)
    until = calendar.step_of(risk_ends(events.days, panel))
    at_risk = _between(step, until, theatre, shape)
    begun = _between(step, np.full_like(step, shape[0]), theatre, shape)
    return Levels(level, at_risk & reach[:, None], begun & reach[:, None])


def _joined(columns: Sequence[Series]) -> Series:
    """Return the columns of several series one after another."""
    parts = columns or [SeriesIndex({}).get("")]
    return Series(
        np.concatenate([c.observed_at for c in parts]),
        np.concatenate([c.recorded_at for c in parts]),
        np.concatenate([c.value for c in parts]),
    )


def _between(first: Index, end: Index, theatre: Index, shape: tuple[int, int]) -> Flags:
    """Return the steps from `first` up to, not including, `end` of any event of each theatre."""
    edges = np.zeros((shape[0] + 1, shape[1]), dtype=np.int64)
    np.add.at(edges, (np.clip(first, 0, shape[0]), theatre), 1)
    np.add.at(edges, (np.clip(end, 0, shape[0]), theatre), -1)
    return np.cumsum(edges, axis=0)[:-1] > 0
