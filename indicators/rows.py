"""Rows: the one shape that every source's parser answers with, built in columns.

A blank cell is no row, because what is missing is not zero. Nonsense stays in, because cleaning
names it.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

type Column = pd.Series[Any]
"""One column of a frame, of strings, numbers or moments."""

COLUMNS = ("series", "observed_at", "value", "recorded_at", "raw", "reject")
"""All columns a frame of rows may have; the first three it must have."""

_OPTIONAL = COLUMNS[3:]


def make_rows(
    *,
    series: Column | str,
    observed_at: Column,
    value: Column,
    recorded_at: Column | None = None,
    raw: Column | None = None,
) -> pd.DataFrame:
    """Return a frame of rows from columns of equal index; rows with a blank value are left out."""
    columns: dict[str, object] = {"series": series, "observed_at": observed_at, "value": value}
    if recorded_at is not None:
        columns["recorded_at"] = recorded_at
    if raw is not None:
        columns["raw"] = raw
    frame = pd.DataFrame(columns, index=value.index)
    return frame[~is_blank(value)].reset_index(drop=True)


def melt_rows(
    table: pd.DataFrame, *, names: Mapping[str, str], observed_at: Column
) -> pd.DataFrame:
    """Return rows of a wide table: `names` says which column is which series."""
    wide = table[list(names)].rename(columns=dict(names))
    wide.index = pd.Index(observed_at, name="observed_at")
    long = wide.melt(ignore_index=False, var_name="series", value_name="value").reset_index()
    return make_rows(series=long["series"], observed_at=long["observed_at"], value=long["value"])


def reject_rows(*, series: Column | str, raw: Column, why: str) -> pd.DataFrame:
    """Return rows that the parser itself could not read, for the quarantine."""
    columns = {"series": series, "observed_at": None, "value": None, "raw": raw, "reject": why}
    return pd.DataFrame(columns, index=raw.index)


def join_rows(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return one frame of rows out of several, empty ones skipped."""
    full = [frame for frame in frames if len(frame)]
    if not full:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS[:3]})
    present = [name for name in _OPTIONAL if any(name in frame for frame in full)]
    wanted = [*COLUMNS[:3], *present]
    return pd.concat(
        [frame.reindex(columns=wanted).astype(object) for frame in full], ignore_index=True
    )


def as_text(table: pd.DataFrame) -> Column:
    """Return each row of a table as one line, its cells joined by commas, missing ones empty."""
    plain = table.astype(object).where(table.notna(), "")
    first, *others = (plain[name].astype(str) for name in plain.columns)
    for cells in others:
        first = first + "," + cells
    return first


def is_blank(column: Column) -> Column:
    """Tell which cells are empty: nothing at all, or only white space."""
    blank = column.isna()
    if pd.api.types.is_numeric_dtype(column.dtype):
        return blank
    return blank | (column.astype(str).str.strip() == "")


def numbers(column: Column) -> Column:
    """Return cells as numbers; what is none becomes NaN, and what is too large infinite."""
    try:
        return pd.to_numeric(column, errors="coerce")
    except (OverflowError, TypeError):
        return pd.to_numeric(column.astype(str), errors="coerce")
