"""From simulated log tension to the measure that people read, counting noise included."""

import numpy as np
from numpy.typing import NDArray

from models.inputs import MeasurePanel

type Array = NDArray[np.float64]

UNKNOWN_BASE = 1000.0
"""Base of a share of which nothing is known: so many events that counting adds little noise."""

LARGEST_RATE = 1e9
"""Poisson rates are held below this, far above any count, so that a wild draw is no overflow."""


def simulate_measures(
    measures: MeasurePanel, noise: Array, log_rate: Array, rng: np.random.Generator
) -> Array:
    """Return measures (draw, path, step, theatre) for the steps from the first open one on.

    What a partly seen step already holds is kept; only its rest is simulated. The base of a share
    moves with the simulated national total, as it will when the steps come.

    Args:
        measures: what was seen.
        noise: standard deviation of the observation on the log scale (draw, theatre).
        log_rate: logarithm of the expected measure (draw, path, step, theatre).
        rng: the generator to draw from.
    """
    seen, count = _partly_seen(measures, log_rate.shape[2])
    scatter = noise[:, None, None] / np.sqrt(1.0 - seen)
    intensity = np.exp(log_rate + scatter * rng.standard_normal(log_rate.shape))
    if not measures.is_share.any():
        return intensity
    rolling = _RollingBase(measures, log_rate.shape[:2])
    out = np.empty_like(log_rate)
    for s in range(log_rate.shape[2]):
        rate = (1.0 - seen[s]) * rolling.base * intensity[:, :, s] / 100.0
        whole = count[s] + rng.poisson(np.minimum(rate, LARGEST_RATE))
        rolling.add(whole.sum(axis=-1, keepdims=True))
        out[:, :, s] = np.where(measures.is_share, 100.0 * whole / rolling.base, intensity[:, :, s])
    return out


def _partly_seen(measures: MeasurePanel, steps: int) -> tuple[Array, Array]:
    """Return exposure and count already seen in each simulated step (step, theatre)."""
    shape = (steps, len(measures.theatres))
    seen, count = np.zeros(shape), np.zeros(shape)
    known = measures.exposure[measures.first_open_step :]
    seen[: len(known)] = np.minimum(known, 1.0 - 1e-6)
    count[: len(known)] = np.where(known > 0, measures.count[measures.first_open_step :], 0.0)
    return seen, count


class _RollingBase:
    """Mean national total per step over the trailing window, as simulated steps enter it.

    Theatres whose shares use different denominators keep the base they have: their national
    total is not the sum of what is simulated here.
    """

    def __init__(self, measures: MeasurePanel, shape: tuple[int, int]) -> None:
        first = measures.first_open_step
        shares = measures.national[:first, measures.is_share]
        self.base: Array = _last_known(measures.base)[None, None, :]
        self._common = bool(np.ptp(np.nan_to_num(shares), axis=1).max(initial=0.0) < 1e-9)
        known = shares[:, 0] if shares.size else np.zeros(0)
        self._window = list(known[np.isfinite(known)][-measures.window :])
        recent = measures.count[:first, measures.is_share][-measures.window :].sum()
        self._share_seen = recent / max(float(np.sum(self._window)), 1e-12)
        self._length = measures.window
        self._total: Array = np.full((*shape, 1), float(np.sum(self._window)))

    def add(self, total: Array) -> None:
        """Enter one simulated step: (draw, path, 1)."""
        if not self._common or not self._window:
            return
        if len(self._window) == self._length:
            self._total = self._total - self._window.pop(0)
        self._window.append(0.0)
        self._total = self._total + total / self._share_seen
        self.base = self._total / len(self._window)


def _last_known(base: Array) -> Array:
    """Return each theatre's last finite base, `UNKNOWN_BASE` if there is none."""
    index = np.where(np.isfinite(base), np.arange(len(base))[:, None], -1).max(axis=0)
    return np.where(index >= 0, base[np.maximum(index, 0), np.arange(base.shape[1])], UNKNOWN_BASE)
