"""Times of rows: the period each speaks of, and when it was known."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain.reading import Moments
from forecaster.errors import CleaningError
from indicators.moments import end_of_period, parse_moments, start_of_period
from indicators.rows import is_blank
from indicators.screen import Screen

SKEW = timedelta(days=1)
"""How far a publisher's clock may run ahead of ours before its vintage is not believed."""


def instant(moment: datetime) -> np.datetime64:
    """Return `moment` as an instant in UTC.

    Raises:
        CleaningError: it carries no time zone.
    """
    if moment.tzinfo is None:
        raise CleaningError(f"cleaning needs times in UTC, got {moment.isoformat()}: give the zone")
    return np.datetime64(pd.Timestamp(moment).tz_convert("UTC").tz_localize(None), "us")


def observed(rows: Screen, *, now: datetime) -> Moments:
    """Return the start of each row's period; refuse rows without one, or in the future."""
    parsed = parse_moments(rows.frame["observed_at"])
    rows.refuse(parsed.naive, "time without a time zone")
    rows.refuse(np.isnat(parsed.moment), "unreadable date")
    rows.refuse(parsed.moment > instant(now), "date in the future")
    starts = parsed.moment.copy()
    for period, mine in rows.by_period():
        starts[mine] = start_of_period(parsed.moment[mine], period)
    return starts


def recorded(
    rows: Screen, observed_at: Moments, *, now: datetime, first_fetch: datetime | None
) -> tuple[Moments, NDArray[np.bool_]]:
    """Return when each row was known, and where that is an estimate; refuse odd vintages."""
    present = instant(now)
    usual = np.full(len(rows), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    for period, mine in rows.by_period():
        usual[mine] = end_of_period(observed_at[mine], period)
    usual = usual + rows.lags()
    first = present if first_fetch is None else min(instant(first_fetch), present)
    estimated = usual <= first
    known = np.where(estimated, usual, present)
    if "recorded_at" in rows.frame:
        told = ~is_blank(rows.frame["recorded_at"]).to_numpy(dtype=bool)
        vintage = parse_moments(rows.frame["recorded_at"])
        rows.refuse(told & vintage.naive, "recorded at a time without a time zone")
        rows.refuse(told & np.isnat(vintage.moment), "unreadable time of recording")
        rows.refuse(told & (vintage.moment > instant(now + SKEW)), "recorded in the future")
        begun = np.maximum(vintage.moment, observed_at)
        known = np.where(told, np.minimum(begun, present), known)
        estimated &= ~told
    return known, np.asarray(estimated, dtype=bool)
