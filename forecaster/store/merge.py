"""Which readings of a batch are new, and which of the stored ones were in force at a time.

A reading says: of this period, the value was v, known since r. For one series and period the
stored values form a history by `recorded_at`, in which only a changed value is a row. So a row of
a batch

1. is dropped if the value in force at its `recorded_at` is the same already: an identical row, or
   the same value said again later;
2. is dropped if its `recorded_at` is estimated and the last value known is the same: an estimate
   must not date knowledge back;
3. is recorded at the time of ingest, no longer estimated, if it contradicts a stored value under
   the very same `recorded_at` and that time is estimated: the publisher revised, and now is when
   we learnt of it (if the batch itself says something later of that period, it is dropped);
4. makes the batch refused if it contradicts another under the same `recorded_at` that somebody
   noted: one moment cannot know two values;
5. is new otherwise.

Everything here is arithmetic on columns; no database is known to it.
"""

import numpy as np
from numpy.typing import NDArray

from forecaster.errors import StoreError
from forecaster.store.columns import Columns, Mask, in_order, join, order_of


def last_known(columns: Columns) -> Columns:
    """Return the row recorded last for each series and period, in order."""
    ordered = in_order(columns)
    return ordered.take(_is_last(ordered))


def new_rows(stored: Columns, batch: Columns, *, at: np.datetime64) -> Columns:
    """Return the rows of `batch` that `stored` lacks, in order, by the five rules above.

    Raises:
        StoreError: two different values under one series, period and noted `recorded_at`.
    """
    ordered = in_order(batch)
    _refuse_contradictions(ordered)
    if len(stored) == 0:
        return ordered.take(~_repeats_row_above(ordered))
    dated = _date_revisions(stored, ordered, at=at)
    both = join(stored, dated)
    order = order_of(both)
    _refuse_contradictions(both.take(order))
    new = (order >= len(stored)) & ~_repeats_row_above(both.take(order))
    return both.take(order[new])


def _is_last(ordered: Columns) -> Mask:
    last = np.ones(len(ordered), np.bool_)
    last[:-1] = ~ordered.same_period()
    return last


def _repeats_row_above(ordered: Columns) -> Mask:
    repeats = np.zeros(len(ordered), np.bool_)
    repeats[1:] = ordered.same_period() & (ordered.value[1:] == ordered.value[:-1])
    return repeats


def _refuse_contradictions(ordered: Columns) -> None:
    clash = ordered.same_period() & (ordered.recorded_at[1:] == ordered.recorded_at[:-1])
    clash &= ordered.value[1:] != ordered.value[:-1]
    if clash.any():
        row = int(np.flatnonzero(clash)[0])
        _refuse(ordered, row=row, other=float(ordered.value[row + 1]))


def _refuse(columns: Columns, *, row: int, other: float) -> None:
    raise StoreError(
        f"two values, {columns.value[row]} and {other}, claim to be known of "
        f"{columns.observed_at[row]} since {columns.recorded_at[row]} "
        f"(series key {columns.key[row]}): reject one of them while cleaning"
    )


def _date_revisions(stored: Columns, batch: Columns, *, at: np.datetime64) -> Columns:
    """Apply rules 2 to 4: drop what is known, date estimated revisions, refuse noted ones."""
    moment, period = _numbered(join(stored, batch))
    told, asked = slice(0, len(stored)), slice(len(stored), None)
    same_moment = _lookup(moment[told], stored.value, moment[asked])
    last = _last_value(stored, period[told], period[asked])
    clash = ~np.isnan(same_moment) & (same_moment != batch.value)
    known = (same_moment == batch.value) | (batch.estimated & (last == batch.value))
    noted = clash & ~batch.estimated
    if noted.any():
        row = int(np.flatnonzero(noted)[0])
        _refuse(batch, row=row, other=float(same_moment[row]))
    revised = Columns(
        key=batch.key,
        observed_at=batch.observed_at,
        recorded_at=np.where(clash, at, batch.recorded_at),
        value=batch.value,
        estimated=batch.estimated & ~clash,
    )
    return revised.take(~known & (~clash | _is_last(batch)))


def _last_value(
    stored: Columns, period: NDArray[np.intp], asked: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the value recorded last for each period number in `asked`; NaN where none is."""
    order = np.argsort(stored.recorded_at, kind="stable")
    return _lookup(period[order], stored.value[order], asked)


def _lookup(
    number: NDArray[np.intp], value: NDArray[np.float64], asked: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the value filed under each number asked for, the last one filed; NaN if none."""
    filed = np.full(int(max(number.max(), asked.max(initial=0))) + 1, np.nan)
    filed[number] = value
    return filed[asked]


def _numbered(columns: Columns) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number each row's (series, period, record) and its (series, period): equal means equal."""
    order = order_of(columns)
    ordered = columns.take(order)
    same_period = ordered.same_period()
    same_moment = same_period & (ordered.recorded_at[1:] == ordered.recorded_at[:-1])
    moment, period = np.empty(len(order), np.intp), np.empty(len(order), np.intp)
    moment[order] = np.concatenate(([0], np.cumsum(~same_moment)))
    period[order] = np.concatenate(([0], np.cumsum(~same_period)))
    return moment, period
