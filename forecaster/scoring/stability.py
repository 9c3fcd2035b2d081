"""Stability: how much forecasts go back and forth, a trend being no fault.

Flip-flop index of Griffiths, Foley, Ioannou and Leeuwenburg 2019 ("Flip-Flop Index: Quantifying
revision stability for fixed-event forecasts", Meteorological Applications 26, 30-35): for a
sequence f_1 … f_m of forecasts

    ( sum of |f_i+1 - f_i|  -  (max f - min f) ) / (m - 2),

in the unit of the forecast, 0 for a sequence that only rises or only falls. It says nothing of
whether the forecasts were right.
"""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


def expected_rung(at: Array) -> Array:
    """Return the mean rung, counted from 0, from the probability of each rung (…, rung)."""
    return at @ np.arange(at.shape[-1], dtype=float)


def flip_flop(sequence: Array) -> tuple[float, int]:
    """Return the index of forecasts in order (m), and m - 2; NaN and 0 below three forecasts."""
    turns = len(sequence) - 2
    if turns < 1:
        return float("nan"), 0
    travelled = float(np.abs(np.diff(sequence)).sum())
    return max(travelled - float(np.ptp(sequence)), 0.0) / turns, turns


def flip_flop_over_origins(expected: Array) -> tuple[float, int]:
    """Return the index of forecasts at one horizon from successive origins, and its turns.

    Each theatre's sequence is that of its expected rung over origins, cut where a forecast is
    missing. Targets differ by an origin each, so that a true rise and fall counts like a change
    of mind: comparable between forecasters of the same targets, not with zero. The index of all
    sequences together is their mean, weighted by m - 2.

    Args:
        expected: expected rung (origin, theatre), NaN where nothing was said.
    """
    theatres = expected.shape[1]
    excess, turns = np.zeros(theatres), np.zeros(theatres)
    travelled, low, high, length = (np.zeros(theatres) for _ in range(4))
    before = np.full(theatres, np.nan)
    for now in (*expected, np.full(theatres, np.nan)):
        said, goes_on = np.isfinite(now), np.isfinite(now) & np.isfinite(before)
        ended = ~said & (length >= 3)
        excess += np.where(ended, np.maximum(travelled - (high - low), 0.0), 0.0)
        turns += np.where(ended, length - 2, 0.0)
        travelled = np.where(goes_on, travelled + np.abs(now - before), 0.0)
        low = np.where(goes_on, np.minimum(low, now), now)
        high = np.where(goes_on, np.maximum(high, now), now)
        length = np.where(goes_on, length + 1, said.astype(float))
        before = now
    count = int(turns.sum())
    return (float(excess.sum()) / count if count else float("nan")), count


def flip_flop_over_horizons(expected: Array) -> tuple[float, int]:
    """Return the index of successive forecasts of one target, the paper's own, and its turns.

    Args:
        expected: expected rung (target, horizon), the longest horizon first, NaN where nothing
            was said; targets without a forecast at every horizon are left out.
    """
    known = expected[np.isfinite(expected).all(axis=1)]
    count = len(known) * max(known.shape[1] - 2, 0)
    excess = np.abs(np.diff(known, axis=1)).sum(axis=1) - np.ptp(known, axis=1)
    return (float(np.maximum(excess, 0.0).sum()) / count if count else float("nan")), count
