"""Moments: strings and timestamps of a frame to UTC instants, with the reason where one fails."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain.reading import Moments
from indicators.rows import Column
from indicators.source import Period

_DATE = r"\d{4}-\d{2}-\d{2}(?:[ T]00:00:00(?:\.0+)?)?"
_ZONE = r"(?:[Zz]|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True, slots=True)
class ParsedMoments:
    """Instants of n cells (`NaT` where there is none), and which cells lack a time zone."""

    moment: Moments
    naive: NDArray[np.bool_]


def parse_moments(column: Column) -> ParsedMoments:
    """Return UTC instants; a plain date, or its midnight, starts that day and needs no zone.

    A time of day without a zone is `naive` and has no instant; what cannot be read is `NaT` and
    not naive.
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return ParsedMoments(_to_numpy(column), np.zeros(len(column), dtype=bool))
    if pd.api.types.is_datetime64_dtype(column.dtype):
        naive = column.notna() & (column != column.dt.normalize())
        return ParsedMoments(
            _to_numpy(column.mask(naive).dt.tz_localize("UTC")), naive.to_numpy(dtype=bool)
        )
    text = column.astype("str").str.strip()
    dates = text.str.fullmatch(_DATE, na=False)
    zoned = text.str.contains(_ZONE, regex=True, na=False) & ~dates
    readable = pd.to_datetime(
        text.where(dates | zoned), format="ISO8601", utc=True, errors="coerce"
    )
    other = text.where(~dates & ~zoned)
    without_zone = pd.to_datetime(other, format="ISO8601", errors="coerce").notna()
    return ParsedMoments(_to_numpy(readable), without_zone.to_numpy(dtype=bool))


def start_of_period(at: Moments, period: Period) -> Moments:
    """Return the 00:00 UTC at which the day or month of each instant starts.

    A week starts on the day its publisher says, so only the time of day is dropped; an instant
    stays as it is.
    """
    if period == "instant":
        return at
    unit = "M" if period == "month" else "D"
    return at.astype(f"datetime64[{unit}]").astype("datetime64[us]")


def end_of_period(start: Moments, period: Period) -> Moments:
    """Return the first instant after the period that starts at `start`."""
    if period == "instant":
        return start
    if period == "month":
        months = start.astype("datetime64[M]") + np.timedelta64(1, "M")
        return months.astype("datetime64[us]")
    days = 7 if period == "week" else 1
    return np.asarray(start + np.timedelta64(days, "D").astype("timedelta64[us]"))


def _to_numpy(column: Column) -> Moments:
    plain = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return np.asarray(plain.to_numpy(dtype="datetime64[us]"))
