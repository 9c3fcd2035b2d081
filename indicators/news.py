"""News: which readings of an answer say something that the store does not know yet.

A publisher without vintages sends its whole history every time. What equals the latest known value
is no news. What differs from it is a revision, known from now on and never back-dated, however
old the period it speaks of.
"""

from datetime import datetime

import numpy as np
import pandas as pd

from forecaster.domain.reading import Readings


def news(readings: Readings, *, known: Readings, now: datetime) -> Readings:
    """Return the readings worth storing, sorted as before.

    known: the latest value per series and time that the store holds as of now. Readings with the
    publisher's own vintage are all returned: the store tells repeats by their digest.
    """
    if len(known) == 0 or len(readings) == 0:
        return readings
    present = np.datetime64(pd.Timestamp(now).tz_convert("UTC").tz_localize(None), "us")
    place = _place_in(readings, known)
    found = place >= 0
    dated = ~readings.estimated & (readings.recorded_at < present)
    same = np.zeros(len(readings), dtype=bool)
    same[found] = known.value[place[found]] == readings.value[found]
    keep = dated | ~(found & same)
    revised = found & ~same & ~dated
    return Readings(
        source=readings.source,
        series=readings.series[keep],
        observed_at=readings.observed_at[keep],
        recorded_at=np.where(revised, present, readings.recorded_at)[keep],
        value=readings.value[keep],
        estimated=(readings.estimated & ~revised)[keep],
    )


def _place_in(readings: Readings, known: Readings) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Return for each reading the row of `known` that speaks of the same time, or -1."""
    codes, _ = pd.factorize(np.concatenate([known.series, readings.series]))
    size = len(known)
    seen = pd.DataFrame({"code": codes[:size], "at": known.observed_at, "row": np.arange(size)})
    last = seen.drop_duplicates(["code", "at"], keep="last")
    mine = pd.DataFrame({"code": codes[size:], "at": readings.observed_at})
    return mine.merge(last, how="left", on=["code", "at"])["row"].fillna(-1).to_numpy(dtype=np.intp)
