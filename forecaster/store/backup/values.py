"""Values of tables as columns of a stream, and columns as rows for one kind of database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Column, Table
from sqlalchemy.types import TypeDecorator

from forecaster.errors import StoreError

_TYPES: dict[type, pa.DataType] = {
    datetime: pa.timestamp("us", "UTC"),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    bytes: pa.large_binary(),
    str: pa.large_string(),
}
"""How each kind of column is kept; `tests` hold that every table is made of these alone."""

_SQLITE_TIME = "%Y-%m-%dT%H:%M:%SZ"
"""The store's textual form of an instant; seconds come with their six digits."""


def schema_of(table: Table) -> pa.Schema:
    """Return names and types of the columns of a table.

    Raises:
        StoreError: a column is of a kind that no backup has yet.
    """
    fields = []
    for column in table.columns:
        kind = _kind(column)
        if kind not in _TYPES:
            raise StoreError(
                f"column {column.name} of {table.name} is of kind {kind.__name__}, which no backup "
                "holds yet: give it a type in forecaster/store/backup/values.py"
            )
        fields.append(pa.field(column.name, _TYPES[kind]))
    return pa.schema(fields)


def rows_at_once(table: Table) -> int:
    """Return how many rows of a table are held in memory together; payloads are long."""
    return 16 if bytes in map(_kind, table.columns) else 5_000


def _kind(column: Column[Any]) -> type:
    """Return the Python type of a column's values; a decorated type has that of its inner one."""
    kind = column.type
    return kind.impl_instance.python_type if isinstance(kind, TypeDecorator) else kind.python_type


def to_batch(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Return rows, in the order of the schema's columns, as one batch of columns."""
    columns = zip(*rows, strict=True)
    arrays = [pa.array(v, field.type) for v, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def to_rows(batch: pa.RecordBatch, dialect: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a batch as the driver of a database takes them."""
    columns: Iterable[pa.Array] = batch.columns
    if dialect == "sqlite":
        columns = [_as_text(c) if pa.types.is_timestamp(c.type) else c for c in columns]
    return zip(*(column.to_pylist() for column in columns), strict=True)


def _as_text(column: pa.Array) -> pa.Array:
    return pc.strftime(column, format=_SQLITE_TIME)
