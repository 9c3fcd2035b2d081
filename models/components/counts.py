"""From simulated log tension to the measure that people read, counting noise included."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.counting import measured
from models.inputs import MeasurePanel

type Array = NDArray[np.float64]

UNKNOWN_BASE = 1000.0
"""Base of a share of which nothing is known: so many events that counting adds little noise."""


def simulate_measures(
    measures: MeasurePanel,
    noise: Array,
    log_rate: Array,
    rng: np.random.Generator,
    *,
    veil: Array | float = 0.0,
) -> Array:
    """Return measures (draw, path, step, theatre) for the steps from the first open one on.

    What a partly seen step already holds is kept; only its rest is simulated. The base of a share
    moves with the simulated national total, as it will when the steps come.

    Args:
        measures: what was seen.
        noise: standard deviation of the observation on the log scale (draw, theatre).
        log_rate: logarithm of the expected measure (draw, path, step, theatre).
        rng: the generator to draw from.
        veil: variance beside that noise (draw, step, theatre).
    """
    seen, count = _partly_seen(measures, log_rate.shape[2])
    scatter = np.sqrt(noise[:, None] ** 2 / (1.0 - seen) + veil)
    rolling = _rolling_base(measures)
    out = np.empty(log_rate.shape)
    measured(
        np.ascontiguousarray(log_rate),
        scatter,
        1.0 - seen,
        count,
        measures.is_share,
        rolling.base,
        rolling.window,
        rolling.length,
        rolling.share_seen,
        rng,
        out,
    )
    return out


def _partly_seen(measures: MeasurePanel, steps: int) -> tuple[Array, Array]:
    """Return exposure and count already seen in each simulated step (step, theatre)."""
    shape = (steps, len(measures.theatres))
    seen, count = np.zeros(shape), np.zeros(shape)
    known = measures.exposure[measures.first_open_step :]
    seen[: len(known)] = np.minimum(known, 1.0 - 1e-6)
    count[: len(known)] = np.where(known > 0, measures.count[measures.first_open_step :], 0.0)
    return seen, count


@dataclass(frozen=True, slots=True)
class RollingBase:
    """Mean national total per step over the trailing window, as simulated steps enter it.

    base: of each theatre before any simulated step (theatre). window: national totals of the last
    whole steps, at most `length`. share_seen: how much of the national total the theatres hold; 0
    where the base stays as it is. Theatres whose shares use different denominators keep the base
    they have: their national total is not the sum of what is simulated here.
    """

    base: Array
    window: Array
    length: int
    share_seen: float


def _rolling_base(measures: MeasurePanel) -> RollingBase:
    first, length = measures.first_open_step, measures.window
    base, shares = _last_known(measures.base), measures.national[:first, measures.is_share]
    if not shares.size:
        return RollingBase(base, np.zeros(0), length, 0.0)
    common = bool(np.ptp(np.nan_to_num(shares), axis=1).max() < 1e-9)
    known = shares[:, 0]
    window = known[np.isfinite(known)][-length:]
    if not common or not len(window):
        return RollingBase(base, np.zeros(0), length, 0.0)
    recent = measures.count[:first, measures.is_share][-length:].sum()
    return RollingBase(base, window, length, float(recent / max(window.sum(), 1e-12)))


def _last_known(base: Array) -> Array:
    """Return each theatre's last finite base, `UNKNOWN_BASE` if there is none."""
    index = np.where(np.isfinite(base), np.arange(len(base))[:, None], -1).max(axis=0)
    return np.where(index >= 0, base[np.maximum(index, 0), np.arange(base.shape[1])], UNKNOWN_BASE)
