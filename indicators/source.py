"""What a source is: a frozen value made of pure functions, one file each in `indicators/sources`.

A source never writes, never reads the clock and never decides what is new: it turns the
publisher's bytes into rows (`parse`), and `indicators.clean` turns rows into readings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

type Payloads = Mapping[str, bytes]
"""The publisher's answers by file name, exactly as they came."""

type Period = Literal["instant", "day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a publisher: its name in a directory, and where it is on the web."""

    filename: str
    url: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What values of a series prefix can be; outside is a reject. `jump` guards changed units.

    `jump` is the factor by which a value may differ from the median of what came before it. A
    `cumulative` series may be corrected downwards, but never loses more than half at once.
    """

    prefix: str
    minimum: float | None = 0.0
    maximum: float | None = None
    jump: float | None = None
    cumulative: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """The period and lag of a series prefix, where they differ from those of its source."""

    prefix: str
    period: Period
    lag_days: float


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's series: who, how often, how late, how good, and how its bytes are read.

    parse: payloads to a frame with columns `series`, `observed_at`, `value` and, where they say
    more than these, `recorded_at` (the publisher's own vintage), `raw` (the row as it came) and
    `reject` (why it cannot be a reading); values may be strings and nonsense, because cleaning
    names every reject. It raises `SourceError` if the bytes are not the publisher's format.
    series: ids, or prefixes ending in `*` where the publisher decides how many there are.
    cadence_days: how often something new is due. lag_days: how long after the end of its period
    a value is usually published. grade: Admiralty reliability and credibility, such as `B2`; an
    indicator counts for less with a worse one (`forecaster.domain.grade`).
    expected_rows: fewest rows that a whole, healthy answer holds.
    page: where a person finds the data, for a publisher who has no file that can be fetched.
    """

    id: str
    name: str
    publisher: str
    licence: str
    in_sample: bool
    resources: tuple[Resource, ...]
    series: tuple[str, ...]
    period: Period
    cadence_days: float
    lag_days: float
    grade: str
    expected_rows: int
    bounds: tuple[Bounds, ...]
    parse: Callable[[Payloads], pd.DataFrame]
    quirks: str = ""
    page: str = ""
    timings: tuple[Timing, ...] = ()
