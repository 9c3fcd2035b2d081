"""What a backtest keeps of one forecast: probabilities of rungs, quantiles of the measure.

Measured rungs are counted over simulated paths. Judged rungs are solved exactly: by rates per draw
as a published run solves them (`models.columns`), or by a reference's table of one step's moves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import LEVELS
from models.columns import columns, horizon_steps_ahead
from models.family import MeasurePaths, Simulation
from models.inputs import Inputs, JudgedTrack, MeasurePanel, judged_track
from models.occupancy import count

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """Arrays over (theatre, horizon, …) as in `OriginForecast`; present: the rung now (theatre)."""

    theatres: tuple[str, ...]
    rungs: tuple[str, ...]
    at: Array
    reach: Array
    quantiles: Array
    present: NDArray[np.int64]


def measured_figures(inputs: Inputs, paths: MeasurePaths) -> Figures:
    """Return the figures of the measured rungs from simulated paths."""
    measures = inputs.measures
    steps = [inputs.calendar.last + horizon for horizon in inputs.ladder.horizons]
    counted = count(inputs, paths).occupied
    quantiles = [_quantiles(paths.measure[:, :, s - paths.first_step], measures) for s in steps]
    present = [measures.present_rung(k) for k in range(len(measures.theatres))]
    return Figures(
        theatres=measures.theatres,
        rungs=measures.rungs,
        at=np.stack([c.at.mean(axis=0) for c in counted], axis=1),
        reach=np.stack([c.reach.mean(axis=0) for c in counted], axis=1),
        quantiles=np.stack(quantiles, axis=1),
        present=np.array(present, dtype=np.int64),
    )


def rates_figures(inputs: Inputs, simulation: Simulation, domain: str) -> Figures:
    """Return the figures of a wholly judged domain from rates per draw, as they are published."""
    track = judged_track(inputs.ladder, domain, inputs.judged)
    found = {
        (c.theatre, c.horizon, c.kind, c.rung): float(c.probability.mean())
        for c in columns(inputs, simulation)
        if c.domain == domain
    }
    shape = (len(track.theatres), len(inputs.ladder.horizons), len(track.rungs))
    at, reach = np.zeros(shape), np.zeros(shape)
    for k, h, r in np.ndindex(*shape):
        key = track.theatres[k], inputs.ladder.horizons[h]
        at[k, h, r] = found.get((*key, "at", track.rungs[r]), 0.0)
        reach[k, h, r] = found.get((*key, "reach", track.rungs[r]), 0.0)
    # A rung that a theatre does not have is passed by whatever reaches one above it.
    reach = np.maximum.accumulate(reach[..., ::-1], axis=-1)[..., ::-1]
    return _judged(track, at, reach)


def table_figures(inputs: Inputs, table: Array, domain: str) -> Figures:
    """Return the figures of a wholly judged domain from one step's moves (theatre, rung, rung).

    The steps to a horizon are those from the present moment to its end, rounded to whole ones.
    """
    track = judged_track(inputs.ladder, domain, inputs.judged)
    ahead = [max(1, round(horizon_steps_ahead(inputs, h))) for h in inputs.ladder.horizons]
    solved = [
        [_after(table[k], int(now), steps) for steps in ahead]
        for k, now in enumerate(track.held[-1])
    ]
    both = np.array(solved).reshape(len(track.theatres), len(ahead), 2, len(track.rungs))
    return _judged(track, both[:, :, 0], both[:, :, 1])


def _after(table: Array, now: int, steps: int) -> tuple[Array, Array]:
    """Return P(on each rung after so many steps), and P(on it or above at some time until then)."""
    at: Array = np.linalg.matrix_power(table, steps)[now]
    reach = np.ones(len(table))
    for rung in range(now + 1, len(table)):
        stopped = table.copy()
        stopped[rung:] = np.eye(len(table))[rung:]
        reach[rung] = np.linalg.matrix_power(stopped, steps)[now, rung:].sum()
    return at, reach


def _judged(track: JudgedTrack, at: Array, reach: Array) -> Figures:
    none = np.full((*at.shape[:2], len(LEVELS)), np.nan)
    return Figures(track.theatres, track.rungs, at, reach, none, track.held[-1])


def _quantiles(measure: Array, measures: MeasurePanel) -> Array:
    """Return quantiles (theatre, level) over draws and paths; NaN for levels, which are rungs."""
    if measures.is_level:
        return np.full((len(measures.theatres), len(LEVELS)), np.nan)
    flat = measure.reshape(-1, len(measures.theatres))
    return np.asarray(np.quantile(flat, LEVELS, axis=0).T)
