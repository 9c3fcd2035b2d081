"""Cleaning: a source's rows become readings, or rejects that say why. Nothing is lost.

The time at which a value was known is, in this order: the publisher's own vintage; the end of its
period plus the usual lag, marked as an estimate, if that lies before this database's first fetch;
else now. It is never later than now, and never before the period begins: a misdated row counts
from the day that it speaks of.
"""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain.reading import Batch, Moments, Readings, Reject
from forecaster.errors import CleaningError
from indicators import guards
from indicators.moments import end_of_period, parse_moments, start_of_period
from indicators.rows import COLUMNS, as_text, is_blank
from indicators.source import Bounds, Payloads, Period, Source

SKEW = timedelta(days=1)
"""How far a publisher's clock may run ahead of ours before its vintage is not believed."""


class _Rows:
    """n rows while they are cleaned; `reason` is empty while a row may become a reading."""

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

    @property
    def alive(self) -> NDArray[np.bool_]:
        return np.asarray(self.reason == "", dtype=bool)

    def per_row(self, per_name: list[float | None]) -> NDArray[np.float64]:
        """Spread one number per series over the rows; rows without a series get NaN."""
        limits = [np.nan if number is None else number for number in per_name]
        return np.array([*limits, np.nan], dtype=np.float64)[self.code]


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
        CleaningError: the frame lacks a column that rows must have.
    """
    frame = answer if isinstance(answer, pd.DataFrame) else source.parse(answer)
    missing = [name for name in COLUMNS[:3] if name not in frame.columns]
    if missing:
        raise CleaningError(
            f"rows of {source.id} lack the column {missing[0]!r}, got"
            f" {', '.join(map(str, frame.columns))}: the parser must answer with it"
        )
    rows = _Rows(source, frame)
    _refuse_by_parser(rows)
    _refuse_unknown(rows)
    observed_at = _observed(rows, now)
    value = _numbers(rows)
    recorded_at, estimated = _recorded(rows, observed_at, now=now, first_fetch=first_fetch)
    order = np.lexsort((value, recorded_at, observed_at, rows.code))
    repeats = _refuse_conflicts(rows, order, observed_at, recorded_at, value)
    _refuse_out_of_line(rows, order, observed_at, value, known)
    keep = rows.alive & ~repeats
    readings = _readings(rows, keep, observed_at, recorded_at, value, estimated)
    return Batch(readings=readings, rejects=_rejects(rows))


def _refuse_by_parser(rows: _Rows) -> None:
    if "reject" in rows.frame:
        why = rows.frame["reject"].astype(object)
        told = ~is_blank(why).to_numpy(dtype=bool)
        rows.reason[told] = why.to_numpy()[told]


def _refuse_unknown(rows: _Rows) -> None:
    exact = {name for name in rows.source.series if not name.endswith("*")}
    prefixes = tuple(name[:-1] for name in rows.source.series if name.endswith("*"))
    known = [_is_known(name, exact, prefixes) for name in rows.names]
    rows.refuse(~np.array([*known, False], dtype=bool)[rows.code], "unknown series")


def _is_known(name: object, exact: set[str], prefixes: tuple[str, ...]) -> bool:
    if not isinstance(name, str):
        return False
    opens = any(name.startswith(prefix) and len(name) > len(prefix) for prefix in prefixes)
    return name in exact or opens


def _observed(rows: _Rows, now: datetime) -> Moments:
    parsed = parse_moments(rows.frame["observed_at"])
    rows.refuse(parsed.naive, "time without a time zone")
    rows.refuse(np.isnat(parsed.moment), "unreadable date")
    rows.refuse(parsed.moment > _instant(now), "date in the future")
    starts = parsed.moment.copy()
    for period, mine in _by_period(rows):
        starts[mine] = start_of_period(parsed.moment[mine], period)
    return starts


def _numbers(rows: _Rows) -> NDArray[np.float64]:
    value = pd.to_numeric(rows.frame["value"], errors="coerce").to_numpy(dtype=np.float64)
    rows.refuse(np.isnan(value), "not a number")
    rows.refuse(np.isinf(value), "infinite")
    lowest = rows.per_row([_bound(rows.source, name).minimum for name in rows.names])
    highest = rows.per_row([_bound(rows.source, name).maximum for name in rows.names])
    with np.errstate(invalid="ignore"):
        rows.refuse((value < lowest) & (lowest == 0), "negative")
        rows.refuse(value < lowest, "below the minimum")
        rows.refuse(value > highest, "above the maximum")
    return value


def _recorded(
    rows: _Rows, observed_at: Moments, *, now: datetime, first_fetch: datetime | None
) -> tuple[Moments, NDArray[np.bool_]]:
    present = _instant(now)
    usual = np.full(len(rows), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    for period, mine in _by_period(rows):
        usual[mine] = end_of_period(observed_at[mine], period)
    usual = usual + _lags(rows)
    first = present if first_fetch is None else min(_instant(first_fetch), present)
    estimated = usual <= first
    recorded = np.where(estimated, usual, present)
    if "recorded_at" in rows.frame:
        told = ~is_blank(rows.frame["recorded_at"]).to_numpy(dtype=bool)
        vintage = parse_moments(rows.frame["recorded_at"])
        rows.refuse(told & vintage.naive, "recorded at a time without a time zone")
        rows.refuse(told & np.isnat(vintage.moment), "unreadable time of recording")
        rows.refuse(told & (vintage.moment > _instant(now + SKEW)), "recorded in the future")
        begun = np.maximum(vintage.moment, observed_at)
        recorded = np.where(told, np.minimum(begun, present), recorded)
        estimated &= ~told
    return recorded, np.asarray(estimated, dtype=bool)


def _lags(rows: _Rows) -> NDArray[np.timedelta64]:
    own = rows.source.lag_days
    days = [
        next((t.lag_days for t in rows.source.timings if str(name).startswith(t.prefix)), own)
        for name in rows.names
    ]
    return (np.array([*days, own])[rows.code] * 86_400e6).astype("timedelta64[us]")


def _by_period(rows: _Rows) -> list[tuple[Period, NDArray[np.bool_]]]:
    """Return each period that occurs with the rows it holds for."""
    own = rows.source.period
    periods: list[Period] = [
        next((t.period for t in rows.source.timings if str(name).startswith(t.prefix)), own)
        for name in rows.names
    ]
    each: NDArray[np.object_] = np.array([*periods, own], dtype=object)[rows.code]
    return [(period, np.asarray(each == period, dtype=bool)) for period in {*periods, own}]


def _refuse_conflicts(
    rows: _Rows,
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
    refused = np.zeros(len(rows), dtype=bool)
    refused[live[contradicted]] = True
    rows.refuse(refused, "contradicted by another row of the same time and vintage")
    repeats[live[~new_value & ~contradicted]] = True
    return repeats


def _refuse_out_of_line(
    rows: _Rows,
    order: NDArray[np.intp],
    observed_at: Moments,
    value: NDArray[np.float64],
    known: Readings | None,
) -> None:
    live = order[rows.alive[order]]
    bounds = [_bound(rows.source, name) for name in rows.names]
    jump = np.array([np.nan if b.jump is None else b.jump for b in bounds], dtype=np.float64)
    cumulative = np.array([b.cumulative for b in bounds], dtype=bool)
    leaped, fell = guards.out_of_line(
        guards.Columns(rows.code[live], observed_at[live], value[live]),
        guards.known_columns(known, rows.names),
        jump=jump,
        cumulative=cumulative,
    )
    for rows_of, why in (
        (leaped, "out of line with the series so far: has its unit changed?"),
        (fell, "a cumulative count fell by more than half"),
    ):
        refused = np.zeros(len(rows), dtype=bool)
        refused[live[rows_of]] = True
        rows.refuse(refused, why)


def _readings(
    rows: _Rows,
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
        value=value[by] + 0.0,
        estimated=estimated[by],
    )


def _rejects(rows: _Rows) -> tuple[Reject, ...]:
    refused = np.flatnonzero(~rows.alive)
    if len(refused) == 0:
        return ()
    lines = _raw_lines(rows.frame.iloc[refused])
    return tuple(
        Reject(source=rows.source.id, row_number=int(number), reason=str(why), raw=line)
        for number, why, line in zip(refused, rows.reason[refused], lines, strict=True)
    )


def _raw_lines(frame: pd.DataFrame) -> list[str]:
    """Return the row as it came; where the parser kept none, the row's own cells say it all."""
    names = [name for name in ("recorded_at", *COLUMNS[:3]) if name in frame]
    line = as_text(frame[names].astype(object))
    if "raw" in frame:
        raw = frame["raw"].astype(object)
        line = line.where(is_blank(raw), raw.astype(str))
    return [str(text) for text in line]


def _bound(source: Source, name: object) -> Bounds:
    """Return the bounds with the longest prefix of `name`; none at all if no prefix fits."""
    fitting = [bound for bound in source.bounds if str(name).startswith(bound.prefix)]
    return max(fitting, key=lambda b: len(b.prefix), default=Bounds("", minimum=None))


def _instant(moment: datetime) -> np.datetime64:
    if moment.tzinfo is None:
        raise CleaningError(f"cleaning needs times in UTC, got {moment.isoformat()}: give the zone")
    return np.datetime64(pd.Timestamp(moment).tz_convert("UTC").tz_localize(None), "us")
