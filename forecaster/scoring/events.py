"""Scores of threshold events: rung r reached by the horizon, or r or above at the horizon.

There are R - 1 events in each cell, one for every rung but the lowest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Score
from forecaster.scoring.bootstrap import Estimate, mean, slope
from forecaster.scoring.discrimination import discrimination
from forecaster.scoring.panel import Panel
from forecaster.scoring.pooling import ALL, LEVEL_SCORE, Label, Pooling, bare, rows
from forecaster.scoring.reliability import slope_sums
from forecaster.scoring.rules import brier

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Events:
    """Threshold events: probability (forecaster, origin, theatre, threshold), and event.

    event: 1.0 if it came, 0.0 if not, NaN where not scored (origin, theatre, threshold).
    """

    probability: Array
    event: Array


def reached(panel: Panel) -> Events:
    """Return the events that rung r or above was reached on the way to the horizon.

    A cell counts where it is scored and every step on the way was seen.
    """
    return Events(panel.reach[..., 1:], _event(panel, panel.came.highest))


def stood(panel: Panel) -> Events:
    """Return the events that rung r or above was the one at the horizon."""
    above = np.flip(np.cumsum(np.flip(panel.at, axis=-1), axis=-1), axis=-1)
    return Events(np.clip(above[..., 1:], 0.0, 1.0), _event(panel, panel.came.rung))


def climbed(panel: Panel) -> Events:
    """Return the events that the rung next above the present one was reached by the horizon.

    There is one threshold, each cell's own; none where a theatre stands on the highest rung.
    """
    place = panel.present + 1
    above = (panel.present >= 0) & (place < len(panel.rungs))
    place = np.where(above, place, 0)
    chance = np.take_along_axis(panel.reach, place[None, ..., None], axis=-1)
    known = panel.scored & (panel.came.highest >= 0) & above
    event = np.where(known, (panel.came.highest >= place).astype(float), np.nan)
    return Events(chance, event[..., None])


def event_scores(panel: Panel, pooling: Pooling) -> Iterator[Score]:
    """Yield `brier`, `reliability_slope` and `discrimination` of reaching, `brier_at` of standing.

    By theatre and by rung, and all rungs together: the mean over rungs for Brier scores, pooled
    for the slope, pairs within each rung for discrimination. `brier_at` of all rungs is the RPS.
    Where an event never came, or always, there is neither slope nor discrimination. The slope of
    all rungs is ruled by those that are held already or lie far above, which nobody doubts:
    `next_rung_slope` is that of the rung next above the present one.
    """
    reach, at, up = reached(panel), stood(panel), climbed(panel)
    for f, forecaster in enumerate(panel.forecasters):
        yield from _brier(panel, pooling, at, f, Label(forecaster, "brier_at"))
        yield from _brier(panel, pooling, reach, f, Label(forecaster, "brier"))
        each = Label(forecaster, "reliability_slope")
        for rung, part in _groups(panel):
            yield from _slope(pooling, reach, f, part, replace(each, rung=rung))
        yield from _slope(pooling, up, f, slice(None), Label(forecaster, "next_rung_slope"))
        yield from _discrimination(panel, pooling, reach, f, Label(forecaster, "discrimination"))


def _event(panel: Panel, came: NDArray[np.int64]) -> Array:
    thresholds = np.arange(1, len(panel.rungs))
    known = panel.scored & (came >= 0)
    return np.where(known[..., None], (came[..., None] >= thresholds).astype(float), np.nan)


def _groups(panel: Panel) -> Iterator[tuple[str, slice]]:
    """Yield all thresholds together, then each by the name of its rung."""
    yield ALL, slice(None)
    for i, rung in enumerate(panel.rungs[1:]):
        yield rung, slice(i, i + 1)


def _brier(panel: Panel, pooling: Pooling, events: Events, f: int, label: Label) -> Iterator[Score]:
    score = brier(events.probability[f], events.event)
    for rung, part in _groups(panel):
        values = score[..., part].mean(axis=-1)
        sums = pooling.sums(values, np.isfinite(values).astype(float))
        found = pooling.estimate(mean, sums, level=LEVEL_SCORE)
        named = Label(label.forecaster, label.score, rung)
        yield from rows(pooling, named, found, sums[1].sum(axis=0))


def _slope(pooling: Pooling, events: Events, f: int, part: slice, label: Label) -> Iterator[Score]:
    terms = slope_sums(events.probability[f][..., part], events.event[..., part])
    sums = pooling.sums(*(term.sum(axis=-1) for term in terms))
    found = _if_it_varied(pooling.estimate(slope, sums, level=LEVEL_SCORE), sums)
    yield from rows(pooling, label, found, sums[0].sum(axis=0))


def _if_it_varied(found: Estimate, sums: Array) -> Estimate:
    """Return slopes, NaN where the outcome is constant: its line is flat whatever was said.

    Args:
        found: one slope per column.
        sums: terms of `bootstrap.slope` (term, origin, column).
    """
    n, came = sums[0].sum(axis=0), sums[2].sum(axis=0)
    varied = (came > 0) & (came < n)
    value, lower, upper = (
        np.where(varied, a, np.nan) for a in (found.value, found.lower, found.upper)
    )
    return Estimate(value, lower, upper)


def _discrimination(
    panel: Panel, pooling: Pooling, events: Events, f: int, label: Label
) -> Iterator[Score]:
    columns = [slice(None)] + [slice(k, k + 1) for k in range(len(pooling.theatres) - 1)]
    for rung, part in _groups(panel):
        p, event = events.probability[f][..., part], events.event[..., part]
        value = np.array([discrimination(p[:, k], event[:, k]) for k in columns])
        n = np.array([float(np.isfinite(event[:, k]).sum()) for k in columns])
        named = Label(label.forecaster, label.score, rung)
        yield from rows(pooling, named, bare(value), n)
