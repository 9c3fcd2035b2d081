"""The screen: rows of one answer while they are judged, and the reason of each that fails."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain.reading import Reject
from indicators.rows import COLUMNS, as_text, is_blank
from indicators.source import Bounds, Period, Source


class Screen:
    """n rows of `source`; `reason` is empty for as long as a row may become a reading.

    code: the place of each row's series in `names`, -1 where it has none.
    """

    def __init__(self, source: Source, frame: pd.DataFrame) -> None:
        self.source = source
        self.frame = frame.reset_index(drop=True)
        self.reason: NDArray[np.object_] = np.full(len(frame), "", dtype=object)
        code, names = pd.factorize(self.frame["series"].astype(object), sort=False)
        self.code: NDArray[np.int64] = code.astype(np.int64)
        self.names: NDArray[np.object_] = np.asarray(names, dtype=object)

    def __len__(self) -> int:
        return len(self.reason)

    def refuse(self, rows: NDArray[np.bool_], why: str) -> None:
        """Name `why` as the reason of those `rows` that have none yet."""
        self.reason[rows & (self.reason == "")] = why

    def refuse_at(self, places: NDArray[np.intp], why: str) -> None:
        """Refuse the rows at these places."""
        rows = np.zeros(len(self), dtype=bool)
        rows[places] = True
        self.refuse(rows, why)

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Which rows may still become readings."""
        return np.asarray(self.reason == "", dtype=bool)

    def per_row(self, per_name: list[float | None]) -> NDArray[np.float64]:
        """Spread one number per series over the rows; None and no series become NaN."""
        limits = [np.nan if number is None else number for number in per_name]
        return np.array([*limits, np.nan], dtype=np.float64)[self.code]

    def lags(self) -> NDArray[np.timedelta64]:
        """Return each row's publication lag."""
        own = self.source.lag_days
        days = [timing_of(self.source, name, own)[1] for name in self.names]
        return (np.array([*days, own])[self.code] * 86_400e6).astype("timedelta64[us]")

    def by_period(self) -> list[tuple[Period, NDArray[np.bool_]]]:
        """Return each period that occurs, with the rows it holds for."""
        own = self.source.period
        periods = [timing_of(self.source, name, 0)[0] for name in self.names]
        each: NDArray[np.object_] = np.array([*periods, own], dtype=object)[self.code]
        return [(p, np.asarray(each == p, dtype=bool)) for p in {*periods, own}]

    def rejects(self) -> tuple[Reject, ...]:
        """Return every refused row by its number, with its reason and the row as it came."""
        refused = np.flatnonzero(~self.alive)
        if len(refused) == 0:
            return ()
        lines = _raw_lines(self.frame.iloc[refused])
        return tuple(
            Reject(source=self.source.id, row_number=int(number), reason=str(why), raw=line)
            for number, why, line in zip(refused, self.reason[refused], lines, strict=True)
        )


def bound_of(source: Source, name: object) -> Bounds:
    """Return the bounds with the longest prefix of `name`; none at all if no prefix fits."""
    fitting = [bound for bound in source.bounds if str(name).startswith(bound.prefix)]
    return max(fitting, key=lambda b: len(b.prefix), default=Bounds("", minimum=None))


def timing_of(source: Source, name: object, own_lag: float) -> tuple[Period, float]:
    """Return the period and lag of a series: its prefix's if stated, else the source's."""
    for timing in source.timings:
        if str(name).startswith(timing.prefix):
            return timing.period, timing.lag_days
    return source.period, own_lag


def _raw_lines(frame: pd.DataFrame) -> list[str]:
    """Return the row as it came; where the parser kept none, the row's own cells say it all."""
    line = as_text(frame[[name for name in ("recorded_at", *COLUMNS[:3]) if name in frame]])
    if "raw" in frame:
        raw = frame["raw"].astype(object)
        line = line.where(is_blank(raw), raw.astype(str))
    return [str(text) for text in line]
