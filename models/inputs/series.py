"""Readings by series: one pass over a sorted batch, then each series is a slice."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.reading import Moments, Readings


@dataclass(frozen=True, slots=True)
class Series:
    """One series in order of time: equal-length columns."""

    observed_at: Moments
    recorded_at: Moments
    value: NDArray[np.float64]

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The day on which each observation starts."""
        return self.observed_at.astype("datetime64[D]")


_NOTHING = np.array([], dtype="datetime64[us]")
EMPTY = Series(_NOTHING, _NOTHING, np.array([], dtype=np.float64))


@dataclass(frozen=True, slots=True)
class SeriesIndex:
    """Every series of a batch by id; an id that is not there is empty."""

    by_id: dict[str, Series]

    def get(self, id: str) -> Series:
        """Return the series called `id`, empty if nothing was read of it."""
        return self.by_id.get(id, EMPTY)

    def several(self, ids: tuple[str, ...]) -> Series:
        """Return several series one after another."""
        parts = [self.get(id) for id in ids] or [EMPTY]
        return Series(
            np.concatenate([p.observed_at for p in parts]),
            np.concatenate([p.recorded_at for p in parts]),
            np.concatenate([p.value for p in parts]),
        )


def index_series(readings: Readings) -> SeriesIndex:
    """Return the slices of `readings`, which are sorted by series and then by time."""
    if not len(readings):
        return SeriesIndex({})
    starts = np.flatnonzero(readings.series[1:] != readings.series[:-1]) + 1
    edges = [0, *starts.tolist(), len(readings)]
    return SeriesIndex(
        {
            str(readings.series[a]): Series(
                readings.observed_at[a:b], readings.recorded_at[a:b], readings.value[a:b]
            )
            for a, b in pairwise(edges)
        }
    )
