"""Readings: what a source said about a time, and when we knew it.

Readings travel in columns, because a source answers with a hundred thousand of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

type Moments = NDArray[np.datetime64]
"""Instants as `datetime64[us]`, always UTC."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Columns of equal length n, sorted by (series, observed_at, recorded_at), without repeats.

    series: ids such as `viina.events.donetsk`, dtype object. observed_at: start of the period
    spoken of. recorded_at: when the value was known. estimated: True where `recorded_at` is the
    end of the period plus the publisher's usual lag instead of a time that somebody noted.
    value: in the unit of the series; always finite, because what is missing has no row.
    """

    source: str
    series: NDArray[np.object_]
    observed_at: Moments
    recorded_at: Moments
    value: NDArray[np.float64]
    estimated: NDArray[np.bool_]

    def __post_init__(self) -> None:
        lengths = {len(c) for c in (self.series, self.observed_at, self.recorded_at, self.value)}
        if len(lengths | {len(self.estimated)}) != 1:
            raise ValueError(f"columns of readings differ in length: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True, slots=True)
class Reject:
    """A raw row that could not become a reading: which, why, and the row itself."""

    source: str
    row_number: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What cleaning makes of one answer of a source: readings, and named rejects."""

    readings: Readings
    rejects: tuple[Reject, ...] = ()

    def __iter__(self) -> Iterator[Readings | tuple[Reject, ...]]:
        yield self.readings
        yield self.rejects


type SourceState = Literal[
    "fresh", "unchanged", "late", "short", "stale", "empty", "failed", "no source"
]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source stood after a fetch. Anything but `fresh` or `unchanged` widens the answer.

    fresh: new rows. unchanged: answered, nothing new and nothing due. late: something is due and
    has not come. short: fewer rows than declared. stale: only old rows. empty: answered nothing.
    failed: no answer, or one that is not the publisher's format. no source: declared only.
    """

    source: str
    state: SourceState
    reason: str
    checked_at: datetime
    last_observed_at: datetime | None
    rows_received: int
    rows_new: int
    rows_rejected: int
    rows_expected: int
