"""Readings in columns with short series keys: the form in which they go to and from a table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.reading import Moments, Readings

type Keys = NDArray[np.int64]
type Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of equal length n; `key` is the short key of the series, times are in UTC."""

    key: Keys
    observed_at: Moments
    recorded_at: Moments
    value: NDArray[np.float64]
    estimated: Mask

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: NDArray[np.intp] | Mask) -> "Columns":
        """Return the rows of a mask, or those at the given positions in that order."""
        return Columns(
            key=self.key[rows],
            observed_at=self.observed_at[rows],
            recorded_at=self.recorded_at[rows],
            value=self.value[rows],
            estimated=self.estimated[rows],
        )

    def same_period(self) -> Mask:
        """Return, for each row from the second on, whether it speaks of what the row above does."""
        same_series = self.key[1:] == self.key[:-1]
        same: Mask = same_series & (self.observed_at[1:] == self.observed_at[:-1])
        return same


def empty() -> Columns:
    """Return columns of no rows."""
    none = np.empty(0, "datetime64[us]")
    return Columns(np.empty(0, np.int64), none, none, np.empty(0), np.empty(0, np.bool_))


def join(first: Columns, second: Columns) -> Columns:
    """Return the rows of `first` followed by those of `second`."""
    return Columns(
        key=np.concatenate((first.key, second.key)),
        observed_at=np.concatenate((first.observed_at, second.observed_at)),
        recorded_at=np.concatenate((first.recorded_at, second.recorded_at)),
        value=np.concatenate((first.value, second.value)),
        estimated=np.concatenate((first.estimated, second.estimated)),
    )


def in_order(columns: Columns) -> Columns:
    """Return the rows by (series, observed_at, recorded_at); equal rows keep their order."""
    return columns.take(order_of(columns))


def order_of(columns: Columns) -> NDArray[np.intp]:
    """Return the positions that put rows into (series, observed_at, recorded_at) order."""
    return np.lexsort((columns.recorded_at, columns.observed_at, columns.key))


def series_runs(series: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return where each stretch of one series starts; readings sorted by series have few."""
    if len(series) == 0:
        return np.empty(0, np.intp)
    starts = np.flatnonzero(series[1:] != series[:-1]) + 1
    return np.concatenate((np.zeros(1, np.intp), starts))


def from_readings(readings: Readings, keys: Mapping[str, int]) -> Columns:
    """Return readings with each series replaced by its key; `KeyError` if one has none."""
    starts = series_runs(readings.series)
    lengths = np.diff(np.append(starts, len(readings)))
    named = np.array([keys[name] for name in readings.series[starts]], np.int64)
    return Columns(
        key=np.repeat(named, lengths),
        observed_at=readings.observed_at.astype("datetime64[us]"),
        recorded_at=readings.recorded_at.astype("datetime64[us]"),
        value=readings.value.astype(np.float64),
        estimated=readings.estimated.astype(np.bool_),
    )


def to_readings(columns: Columns, *, source: str, names: Mapping[int, str]) -> Readings:
    """Return readings in the order of their series' names, then of observation and record."""
    by_name = sorted(names, key=lambda key: names[key])
    rank = np.zeros(max(names, default=0) + 1, np.int64)
    rank[by_name] = np.arange(len(by_name))
    ranked = columns.take(np.lexsort((columns.recorded_at, columns.observed_at, rank[columns.key])))
    text = np.empty(len(rank), object)
    text[by_name] = [names[key] for key in by_name]
    return Readings(
        source=source,
        series=text[ranked.key],
        observed_at=ranked.observed_at,
        recorded_at=ranked.recorded_at,
        value=ranked.value,
        estimated=ranked.estimated,
    )
