"""Cleaning: a source's rows become readings, or rejects that say why. Nothing is lost.

The time at which a value was known is, in this order: the publisher's own vintage; the end of its
period plus the usual lag, marked as an estimate, if that lies before this database's first fetch;
else now. It is never later than now, and never before the period begins: a misdated row counts
from the day that it speaks of.
"""

from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain.reading import Batch, Moments, Readings
from forecaster.errors import CleaningError
from indicators import guards, times
from indicators.rows import COLUMNS, is_blank, numbers
from indicators.screen import Screen, bound_of
from indicators.source import Payloads, Source


def clean(
    source: Source,
    answer: Payloads | pd.DataFrame,
    *,
    now: datetime,
    first_fetch: datetime | None,
    known: Readings | None = None,
) -> Batch:
    """Return sorted readings without repeats, and a named reject for every other row.

    answer: what the publisher sent, or the frame that its parser made of it. first_fetch: when
    this database was first fed from the source; None if this is the first time. known: what is
    stored already, against which a changed unit is noticed.

    Raises:
        SourceError: the payloads are not in the publisher's format.
        CleaningError: the frame lacks a column that rows must have, or a time has no zone.
    """
    frame = answer if isinstance(answer, pd.DataFrame) else source.parse(answer)
    missing = [name for name in COLUMNS[:3] if name not in frame.columns]
    if missing:
        raise CleaningError(
            f"rows of {source.id} lack the column {missing[0]!r}, got"
            f" {', '.join(map(str, frame.columns))}: the parser must answer with it"
        )
    rows = Screen(source, frame)
    _refuse_by_parser(rows)
    _refuse_unknown(rows)
    observed_at = times.observed(rows, now=now)
    value = _numbers(rows)
    recorded_at, estimated = times.recorded(rows, observed_at, now=now, first_fetch=first_fetch)
    order = np.lexsort((value, recorded_at, observed_at, rows.code))
    repeats = _refuse_conflicts(rows, order, observed_at, recorded_at, value)
    _refuse_out_of_line(rows, order, observed_at, value, known)
    keep = rows.alive & ~repeats
    readings = _readings(rows, keep, observed_at, recorded_at, value, estimated)
    return Batch(readings=readings, rejects=rows.rejects())


def _refuse_by_parser(rows: Screen) -> None:
    if "reject" in rows.frame:
        why = rows.frame["reject"].astype(object)
        told = ~is_blank(why).to_numpy(dtype=bool)
        rows.reason[told] = why.to_numpy()[told]


def _refuse_unknown(rows: Screen) -> None:
    exact = {name for name in rows.source.series if not name.endswith("*")}
    prefixes = tuple(name[:-1] for name in rows.source.series if name.endswith("*"))
    known = [_is_known(name, exact, prefixes) for name in rows.names]
    rows.refuse(~np.array([*known, False], dtype=bool)[rows.code], "unknown series")


def _is_known(name: object, exact: set[str], prefixes: tuple[str, ...]) -> bool:
    if not isinstance(name, str):
        return False
    opens = any(name.startswith(prefix) and len(name) > len(prefix) for prefix in prefixes)
    return name in exact or opens


def _numbers(rows: Screen) -> NDArray[np.float64]:
    value = numbers(rows.frame["value"]).to_numpy(dtype=np.float64)
    rows.refuse(np.isnan(value), "not a number")
    rows.refuse(np.isinf(value), "infinite")
    bounds = [bound_of(rows.source, name) for name in rows.names]
    lowest = rows.per_row([bound.minimum for bound in bounds])
    highest = rows.per_row([bound.maximum for bound in bounds])
    with np.errstate(invalid="ignore"):
        rows.refuse((value < lowest) & (lowest == 0), "negative")
        rows.refuse(value < lowest, "below the minimum")
        rows.refuse(value > highest, "above the maximum")
    return value


def _refuse_conflicts(
    rows: Screen,
    order: NDArray[np.intp],
    observed_at: Moments,
    recorded_at: Moments,
    value: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Refuse rows that contradict each other; return which rows only repeat an earlier one."""
    repeats = np.zeros(len(rows), dtype=bool)
    live = order[rows.alive[order]]
    if len(live) == 0:
        return repeats
    columns = (rows.code[live], observed_at[live], recorded_at[live])
    new_key = np.ones(len(live), dtype=bool)
    new_key[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    group = np.cumsum(new_key) - 1
    new_value = new_key.copy()
    new_value[1:] |= value[live][1:] != value[live][:-1]
    contradicted = np.bincount(group, weights=new_value)[group] > 1
    rows.refuse_at(live[contradicted], "contradicted by another row of the same time and vintage")
    repeats[live[~new_value & ~contradicted]] = True
    return repeats


def _refuse_out_of_line(
    rows: Screen,
    order: NDArray[np.intp],
    observed_at: Moments,
    value: NDArray[np.float64],
    known: Readings | None,
) -> None:
    live = order[rows.alive[order]]
    bounds = [bound_of(rows.source, name) for name in rows.names]
    jump = np.array([np.nan if b.jump is None else b.jump for b in bounds], dtype=np.float64)
    leaped, fell = guards.out_of_line(
        guards.Columns(rows.code[live], observed_at[live], value[live]),
        guards.known_columns(known, rows.names),
        jump=jump,
        cumulative=np.array([b.cumulative for b in bounds], dtype=bool),
    )
    rows.refuse_at(live[leaped], "out of line with the series so far: has its unit changed?")
    rows.refuse_at(live[fell], "a cumulative count fell by more than half")


def _readings(
    rows: Screen,
    keep: NDArray[np.bool_],
    observed_at: Moments,
    recorded_at: Moments,
    value: NDArray[np.float64],
    estimated: NDArray[np.bool_],
) -> Readings:
    rank = pd.Series(rows.names, dtype=object).astype(str).rank(method="first").to_numpy()
    chosen = np.flatnonzero(keep)
    code = rows.code[chosen]
    by = chosen[np.lexsort((recorded_at[chosen], observed_at[chosen], rank[code]))]
    return Readings(
        source=rows.source.id,
        series=rows.names[rows.code[by]],
        observed_at=observed_at[by],
        recorded_at=recorded_at[by].astype("datetime64[us]"),
        value=value[by] + 0.0,  # minus zero is zero, and has its digest
        estimated=estimated[by],
    )
