"""Guards against changed units and lost history: each value against what came before it.

A reference holds one value per series and time: what the store already knows where it knows it,
else the earliest in this batch. A batch that changed its unit is therefore compared with the old
unit for as long as somebody has not decided otherwise.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain.reading import Moments, Readings

ENOUGH = 5
"""Values that must have come before one can be said to be out of line."""

MOST_OF_IT = 0.5
"""A cumulative series may be corrected down to this share of what it had reached."""


@dataclass(frozen=True, slots=True)
class Columns:
    """n rows as columns: code of the series, start of the period, value."""

    code: NDArray[np.int64]
    observed_at: Moments
    value: NDArray[np.float64]


def known_columns(known: Readings | None, names: NDArray[np.object_]) -> Columns:
    """Return what the store knows of the series `names`, coded by their place there."""
    if known is None or len(known) == 0:
        empty = np.array([], dtype=np.int64)
        return Columns(empty, empty.astype("datetime64[us]"), empty.astype(np.float64))
    code = pd.Index(names).get_indexer(pd.Index(known.series))
    mine = code >= 0
    return Columns(code[mine].astype(np.int64), known.observed_at[mine], known.value[mine])


def out_of_line(
    rows: Columns,
    known: Columns,
    *,
    jump: NDArray[np.float64],
    cumulative: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows changed by more than `jump`, and which fell by more than half.

    jump, cumulative: one per series code; NaN and False switch a guard off. `rows` come in the
    order in which they became known within a time.
    """
    watched = (~np.isnan(jump) | cumulative)[rows.code]
    leaped, fell = np.zeros(len(rows.code), dtype=bool), np.zeros(len(rows.code), dtype=bool)
    if not watched.any():
        return leaped, fell
    key, middle, peak = _reference(rows, known, watched)
    value = rows.value[watched]
    factor = jump[rows.code[watched]]
    usual, top = middle[key], peak[key]
    with np.errstate(invalid="ignore"):
        sensible = (usual > 0) & (value > 0)
        leaped[watched] = sensible & ((value > usual * factor) | (value < usual / factor))
        fell[watched] = cumulative[rows.code[watched]] & (value < MOST_OF_IT * top)
    return leaped, fell


def _reference(
    rows: Columns, known: Columns, watched: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return each watched row's place in the reference, and what came before each place.

    The median of all earlier values, and the peak of a short running median that one or two wild
    values cannot lift; NaN where too little came before.
    """
    count = int(watched.sum())
    table = pd.DataFrame(
        {
            "code": np.concatenate([rows.code[watched], known.code]),
            "at": np.concatenate([rows.observed_at[watched], known.observed_at]),
            "value": np.concatenate([rows.value[watched], known.value]),
            "new": np.arange(count + len(known.code)) < count,
        }
    )
    ordered = table.sort_values(["code", "at", "new"], kind="stable")
    ordered["key"] = ordered.groupby(["code", "at"], sort=False).ngroup()
    first = ordered.drop_duplicates("key")
    by_series = first.groupby("code", sort=False)["value"]
    middle = by_series.expanding(min_periods=ENOUGH).median().droplevel(0)
    short = by_series.rolling(ENOUGH, min_periods=3).median().droplevel(0)
    peak = short.groupby(first["code"], sort=False).cummax()
    before = [s.groupby(first["code"], sort=False).shift() for s in (middle, peak)]
    key = ordered["key"].sort_index().to_numpy()[:count]
    return key, before[0].to_numpy(dtype=float), before[1].to_numpy(dtype=float)
