"""Laying later readings over earlier ones: what is known now, without reading all of it again."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.reading import Readings


def overlaid(earlier: Readings, later: Readings) -> Readings:
    """Return for each series and period the reading recorded last among the two, in order.

    Both hold at most one reading of each series and period, as an as-of read answers; so does
    the answer, with the `source` of `later`. Under the same `recorded_at` the later one holds.
    Takes a search per series of `later` and one copy of the columns.
    """
    if len(later) == 0:
        return replace(earlier, source=later.source)
    at = _places(earlier, later)
    newer = at.found.copy()
    newer[at.found] = later.recorded_at[at.found] >= earlier.recorded_at[at.place[at.found]]
    kept = _written_over(earlier, later, newer, at.place[newer])
    return _put_between(kept, later, ~at.found, at.place[~at.found])


@dataclass(frozen=True)
class _Places:
    """Where each later reading belongs among the earlier ones; `found` if its period is there."""

    place: NDArray[np.intp]
    found: NDArray[np.bool_]


def _places(earlier: Readings, later: Readings) -> _Places:
    place, end = np.empty(len(later), np.intp), np.empty(len(later), np.intp)
    starts = np.flatnonzero(np.append(True, later.series[1:] != later.series[:-1]))
    for start, stop in zip(starts, np.append(starts[1:], len(later)), strict=True):
        name = later.series[start]
        low = int(np.searchsorted(earlier.series, name, side="left"))
        high = int(np.searchsorted(earlier.series, name, side="right"))
        periods = earlier.observed_at[low:high]
        place[start:stop] = low + np.searchsorted(periods, later.observed_at[start:stop])
        end[start:stop] = high
    found = place < end
    found[found] = earlier.observed_at[place[found]] == later.observed_at[found]
    return _Places(place, found)


def _written_over(
    earlier: Readings, later: Readings, rows: NDArray[np.bool_], places: NDArray[np.intp]
) -> Readings:
    """Return `earlier` with the `rows` of `later` in those places."""
    recorded_at, value = earlier.recorded_at.copy(), earlier.value.copy()
    estimated = earlier.estimated.copy()
    recorded_at[places] = later.recorded_at[rows]
    value[places] = later.value[rows]
    estimated[places] = later.estimated[rows]
    return replace(earlier, recorded_at=recorded_at, value=value, estimated=estimated)


def _put_between(
    earlier: Readings, later: Readings, rows: NDArray[np.bool_], places: NDArray[np.intp]
) -> Readings:
    """Return `earlier` with the `rows` of `later` put before those places."""
    return Readings(
        source=later.source,
        series=np.insert(earlier.series, places, later.series[rows]),
        observed_at=np.insert(earlier.observed_at, places, later.observed_at[rows]),
        recorded_at=np.insert(earlier.recorded_at, places, later.recorded_at[rows]),
        value=np.insert(earlier.value, places, later.value[rows]),
        estimated=np.insert(earlier.estimated, places, later.estimated[rows]),
    )
