"""Flip-flop of a backtest's forecasts: from origin to origin, and towards one target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Score
from forecaster.scoring.panel import Panel
from forecaster.scoring.pooling import ALL, Label, Pooling, bare, rows
from forecaster.scoring.stability import (
    expected_rung,
    flip_flop_over_horizons,
    flip_flop_over_origins,
)

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected rungs at one horizon, (forecaster, origin, theatre), NaN unless all spoke.

    ends: end of the target step of each origin.
    """

    pooling: Pooling
    forecasters: tuple[str, ...]
    theatres: tuple[str, ...]
    ends: tuple[datetime | None, ...]
    rung: Array


def expected_rungs(panel: Panel, pooling: Pooling) -> Expected:
    """Return what every forecaster expected at a panel's horizon, resolved or not."""
    rung = np.where(panel.said, expected_rung(panel.at), np.nan)
    return Expected(pooling, panel.forecasters, panel.theatres, panel.ends, rung)


def origin_flip_flops(expected: Expected) -> Iterator[Score]:
    """Yield `flip_flop` by theatre: revisions of the forecast at one horizon, origin by origin.

    `n` is the number of turns that were possible.
    """
    pooling = expected.pooling
    columns = [slice(None)] + [slice(k, k + 1) for k in range(len(pooling.theatres) - 1)]
    for f, forecaster in enumerate(expected.forecasters):
        found = [flip_flop_over_origins(expected.rung[f][:, k]) for k in columns]
        value, n = (np.array(part, dtype=float) for part in zip(*found, strict=True))
        yield from rows(pooling, Label(forecaster, "flip_flop"), bare(value), n)


def target_flip_flops(horizons: Sequence[Expected]) -> Iterator[Score]:
    """Yield `flip_flop_target`: revisions of forecasts of one target as it comes nearer.

    Over all theatres; nothing with fewer than three horizons. It stands under the longest one.
    """
    ordered = sorted(horizons, key=lambda e: e.pooling.horizon, reverse=True)
    if len(ordered) < 3:
        return
    together = Pooling(ordered[0].pooling.horizon, (ALL,), ordered[0].pooling.blocks)
    for forecaster in ordered[0].forecasters:
        if all(forecaster in e.forecasters for e in ordered):
            value, n = flip_flop_over_horizons(_towards_targets(ordered, forecaster))
            label = Label(forecaster, "flip_flop_target")
            yield from rows(together, label, bare(np.array([value])), np.array([float(n)]))


def _towards_targets(ordered: Sequence[Expected], forecaster: str) -> Array:
    """Return expected rungs (target and theatre, horizon) of targets that all horizons share."""
    places = [{end: o for o, end in enumerate(e.ends) if end is not None} for e in ordered]
    shared = sorted(set.intersection(*(set(place) for place in places)))
    columns = [
        e.rung[e.forecasters.index(forecaster)][[place[end] for end in shared]].reshape(-1)
        for e, place in zip(ordered, places, strict=True)
    ]
    return np.stack(columns, axis=1)
