"""Drops: a user's own file or query as a source, described in the ladder file.

A path is read beside the ladder file and never outside its folder, because a ladder may come from
somebody else. A web address needs a host that the configuration allows. A query is run elsewhere,
read-only; its result is turned into rows here.
"""

import io
import re
import zipfile
from collections.abc import Callable, Collection
from pathlib import Path, PurePosixPath

import pandas as pd

from forecaster.domain.ladder import Drop
from forecaster.errors import SourceError
from indicators import decode
from indicators.hosts import require_allowed
from indicators.rows import Column, as_text, join_rows, make_rows, reject_rows
from indicators.source import Bounds, Payloads, Period, Resource, Source

_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_BARE_MONTH = r"\d{4}-\d{2}"
_WEEK, _MONTH = 7, 28


def drop_source(drop: Drop, *, allowed_hosts: Collection[str] = ()) -> Source:
    """Return the source that `drop` describes; a file name is relative to the ladder's folder.

    Raises:
        SourceError: the location is absolute or leaves the ladder's folder.
        HostNotAllowedError: it is a web address on a host that is not allowed.
    """
    return Source(
        id=drop.id,
        name=drop.id,
        publisher="the ladder's own",
        licence="the user's own",
        in_sample=False,
        resources=(_resource(drop, allowed_hosts),),
        series=(drop.series,) if not drop.series_column else ("*",),
        period=_period(drop.cadence_days),
        cadence_days=drop.cadence_days,
        lag_days=drop.lag_days,
        grade=drop.grade,
        expected_rows=1,
        bounds=(Bounds("", minimum=drop.minimum, maximum=drop.maximum),),
        parse=lambda payloads: rows_of(drop, _read(drop, payloads)),
        quirks="A drop: read as the ladder file describes it.",
    )


def rows_of(drop: Drop, table: pd.DataFrame) -> pd.DataFrame:
    """Return rows out of a table, such as the result of a drop's query.

    Raises:
        SourceError: the table lacks a column that the drop names.
    """
    table = table.reset_index(drop=True)
    named = (drop.observed_column, drop.value_column, drop.series_column, drop.recorded_column)
    for column in filter(None, named):
        if column not in table.columns:
            got = ", ".join(str(name) for name in table.columns[:8])
            raise SourceError(
                f"drop {drop.id} has no column {column!r}, got {got}: correct the ladder file"
            )
    raw = as_text(table) if len(table) else pd.Series(dtype=object)
    if len(table) == 0:
        return join_rows()
    series = _series(drop, table)
    odd = ~series.map(lambda name: bool(_ID.fullmatch(name)))
    good = ~odd
    rows = make_rows(
        series=series[good],
        observed_at=_observed(table[drop.observed_column][good]),
        value=table[drop.value_column][good],
        recorded_at=table[drop.recorded_column][good] if drop.recorded_column else None,
        raw=raw[good],
    )
    return join_rows(rows, reject_rows(series=drop.id, raw=raw[odd], why="not a series id"))


def require_inside(drop: Drop, folder: Path) -> Path:
    """Return the drop's file, with links followed, if it lies inside `folder`.

    Raises:
        SourceError: a link leads out of the folder.
    """
    path = (folder / drop.location).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise SourceError(
            f"drop {drop.id} leads out of the ladder's folder: put the file beside the ladder"
        )
    return path


def _resource(drop: Drop, allowed_hosts: Collection[str]) -> Resource:
    location = drop.location
    if drop.format == "sql":
        return Resource(filename=drop.id, url="")
    if "://" in location:
        require_allowed(location, allowed_hosts)
        return Resource(filename=drop.id, url=location)
    path = PurePosixPath(location)
    if not location or path.is_absolute() or ".." in path.parts or "\\" in location:
        raise SourceError(
            f"drop {drop.id} names {location!r}: give a path inside the ladder file's folder"
        )
    return Resource(filename=location, url="")


def _period(cadence_days: int) -> Period:
    if cadence_days < _WEEK:
        return "day"
    return "week" if cadence_days < _MONTH else "month"


def _observed(column: Column) -> Column:
    """Return days as they are, and a bare month such as 1949-03 as its first day."""
    return column.mask(column.astype(str).str.fullmatch(_BARE_MONTH), column.astype(str) + "-01")


def _series(drop: Drop, table: pd.DataFrame) -> Column:
    if not drop.series_column:
        return pd.Series(drop.series, index=table.index, dtype=object)
    return table[drop.series_column].astype(object).astype(str).str.strip().str.lower()


def _read(drop: Drop, payloads: Payloads) -> pd.DataFrame:
    if drop.format == "sql":
        raise SourceError(f"drop {drop.id} is a query: it has no file to read")
    name = next(iter(payloads), drop.location)
    columns = tuple(filter(None, (drop.observed_column, drop.value_column, drop.series_column)))
    readers: dict[str, Callable[[], pd.DataFrame]] = {
        "csv": lambda: decode.table(payloads, name, columns=columns),
        "json": lambda: decode.records(payloads, name, columns=columns),
        "xlsx": lambda: _workbook(decode.payload(payloads, name), name, drop.sheet),
        "parquet": lambda: _parquet(decode.payload(payloads, name), name),
    }
    return readers[drop.format]()


def _workbook(body: bytes, name: str, sheet: str) -> pd.DataFrame:
    """Read one sheet without running anything; openpyxl uses defusedxml where it is installed."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(member.file_size for member in archive.infolist()) > decode.MAX_UNZIPPED:
                raise SourceError(f"{name} unpacks to more than {decode.MAX_UNZIPPED} bytes")
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        if sheet and sheet not in book.sheetnames:
            raise SourceError(f"{name} has no sheet {sheet!r}, got {', '.join(book.sheetnames)}")
        chosen = book[sheet] if sheet else book[book.sheetnames[0]]
        rows = list(chosen.iter_rows(values_only=True))
        book.close()
    except (*decode.TORN_ARCHIVE, InvalidFileException, SyntaxError, TypeError, AttributeError):
        raise SourceError(f"{name} is not a whole Excel workbook: save it again") from None
    if not rows:
        raise SourceError(f"{name} is a workbook without rows: check the sheet")
    return pd.DataFrame(rows[1:], columns=[str(cell) for cell in rows[0]], dtype=object)


def _parquet(body: bytes, name: str) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(body))
    except (pa.ArrowException, OSError):
        raise SourceError(f"{name} is not a whole Parquet file: write it again") from None
    frame: pd.DataFrame = table.to_pandas()
    return frame


__all__ = ["drop_source", "require_inside", "rows_of"]
