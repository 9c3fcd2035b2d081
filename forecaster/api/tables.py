"""Rows as files for other programs: CSV, Parquet, and a stream of Arrow.

Text in a CSV cell that a spreadsheet would take for a formula gets an apostrophe before it, which
spreadsheets show as plain text (OWASP, "CSV Injection").
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Boolean, Float, FromClause, Integer

from forecaster.store.tables.base import UtcDateTime, as_text

if TYPE_CHECKING:
    import pyarrow as pa

type Kind = Literal["text", "real", "whole", "truth", "time"]
type Columns = Mapping[str, Kind]
"""The columns of a table, in order, each with what it holds."""

type Row = Mapping[str, Any]

MEDIA = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}
"""The media type of each form."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def columns_of(view: FromClause) -> Columns:
    """Return the columns of a table or view."""
    return {column.name: _kind(column.type) for column in view.columns}


def as_csv(columns: Columns, rows: Iterable[Row]) -> bytes:
    """Return rows under one line of headings; what is missing is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue().encode()


def as_parquet(columns: Columns, rows: Sequence[Row]) -> bytes:
    """Return rows as a Parquet file."""
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(_table(columns, rows), out)
    return out.getvalue()


def as_arrow(columns: Columns, rows: Sequence[Row]) -> bytes:
    """Return rows as a stream in Arrow's format for exchange between processes (IPC)."""
    import pyarrow as pa

    table, out = _table(columns, rows), io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue()


def written(form: str, columns: Columns, rows: Sequence[Row]) -> bytes:
    """Return rows in one of the forms that are files."""
    return {"csv": as_csv, "parquet": as_parquet, "arrow": as_arrow}[form](columns, rows)


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _table(columns: Columns, rows: Sequence[Row]) -> "pa.Table":
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "real": pa.float64(),
        "whole": pa.int64(),
        "truth": pa.bool_(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    return pa.table({name: [row[name] for row in rows] for name in columns}, schema=schema)


def _kind(type: object) -> Kind:
    if isinstance(type, UtcDateTime):
        return "time"
    if isinstance(type, Float):
        return "real"
    if isinstance(type, Integer):
        return "whole"
    return "truth" if isinstance(type, Boolean) else "text"
