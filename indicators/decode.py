"""Bytes to tables: every publisher's format is opened here, and what is not it is named.

An error page served with status 200, a cut-off file, a wrong encoding and an empty body are all
`SourceError`, so that nothing of them is mistaken for data.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterable

import pandas as pd

from forecaster.errors import SourceError
from indicators.source import Payloads

MAX_UNZIPPED = 500_000_000
"""Largest file, in bytes, that is taken out of an archive."""

TORN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, RuntimeError,
)  # fmt: skip
"""What opening a torn, encrypted or unsupported archive raises, one way or another."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def payload(payloads: Payloads, name: str) -> bytes:
    """Return the bytes called `name`.

    Raises:
        SourceError: there are none, they are empty, or they are a web page.
    """
    if name not in payloads:
        raise SourceError(f"{name} is missing: give a folder that holds it, or fetch it again")
    body = payloads[name]
    if not body.strip():
        raise SourceError(f"{name} is empty (0 bytes of content): fetch it again later")
    head = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        raise SourceError(
            f"{name} is an HTML page instead of data: the publisher served an error or login page,"
            " try again later or check the address"
        )
    return body


def text(payloads: Payloads, name: str) -> str:
    """Return the bytes called `name` as text in UTF-8, with or without its mark.

    Raises:
        SourceError: missing, empty, a web page, or in another encoding.
    """
    body = payload(payloads, name)
    if body[:2] in _UTF16 or b"\x00" in body[:1000]:
        raise SourceError(f"{name} is UTF-16 or binary where UTF-8 is expected: save it as UTF-8")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name} is not UTF-8 (byte 0x{body[error.start]:02x} at {error.start}):"
            " save it as UTF-8"
        ) from None


def table(payloads: Payloads, name: str, *, columns: Iterable[str]) -> pd.DataFrame:
    """Return the CSV file called `name` as strings, blank cells as empty strings.

    Raises:
        SourceError: not a CSV file with these `columns`, or cut off in its last line.
    """
    return read_csv_text(text(payloads, name), name=name, columns=columns)


def read_csv_text(content: str, *, name: str, columns: Iterable[str]) -> pd.DataFrame:
    """Return CSV text as a table of strings; see `table`."""
    try:
        frame = pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise SourceError(f"{name} cannot be read as CSV: {_first_line(error)}") from None
    _require_columns(frame, name=name, columns=columns)
    _require_whole_last_line(content, name=name, width=len(frame.columns))
    return frame.fillna("")


def document(payloads: Payloads, name: str) -> object:
    """Return the JSON document called `name`.

    Raises:
        SourceError: not JSON, or cut off.
    """
    try:
        return json.loads(text(payloads, name))
    except (json.JSONDecodeError, RecursionError) as error:
        raise SourceError(
            f"{name} is not whole JSON ({_first_line(error)}): it may be cut off, fetch it again"
        ) from None


def records(payloads: Payloads, name: str, *, columns: Iterable[str]) -> pd.DataFrame:
    """Return a JSON list of objects as a table; a key that an object lacks is missing there.

    Raises:
        SourceError: not a list of objects, or none of them has a key of `columns`.
    """
    found = document(payloads, name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise SourceError(
            f"{name} holds {type(found).__name__}, not the list of objects expected: fetch it again"
        )
    frame = pd.DataFrame.from_records(found)
    _require_columns(frame, name=name, columns=columns)
    return frame


def sheet(payloads: Payloads, name: str, *, columns: Iterable[str]) -> pd.DataFrame:
    """Return the first sheet of an `.xls` workbook, its first row as column names.

    Raises:
        SourceError: not a workbook, cut off, or without these `columns`.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    body = payload(payloads, name)
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError(
            f"{name} is not a whole Excel workbook ({_first_line(error)}): fetch it again"
        ) from None
    if not rows:
        raise SourceError(f"{name} is a workbook without rows: fetch it again later")
    frame = pd.DataFrame(rows[1:], columns=[str(cell) for cell in rows[0]])
    _require_columns(frame, name=name, columns=columns)
    return frame


def unzipped(body: bytes, *, name: str, member_suffix: str) -> bytes:
    """Return the one member of a zip archive whose name ends in `member_suffix`.

    Raises:
        SourceError: not a whole archive, no such member, or one larger than `MAX_UNZIPPED`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = [m for m in archive.infolist() if m.filename.endswith(member_suffix)]
            if len(members) != 1 or members[0].file_size > MAX_UNZIPPED:
                raise SourceError(
                    f"{name} must hold one {member_suffix} file of at most {MAX_UNZIPPED} bytes,"
                    f" got {[m.filename for m in members]}"
                )
            return archive.read(members[0])
    except TORN_ARCHIVE as error:
        raise SourceError(
            f"{name} is not a whole zip archive ({_first_line(error)}): fetch it again"
        ) from None


def _require_columns(frame: pd.DataFrame, *, name: str, columns: Iterable[str]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        got = ", ".join(str(column) for column in frame.columns[:8])
        raise SourceError(
            f"{name} lacks the column {missing[0]!r}, got {got}: the publisher may have changed"
            " the format"
        )


def _require_whole_last_line(content: str, *, name: str, width: int) -> None:
    """A file cut off in transit ends in a line with too few cells; quoted lines are left alone."""
    last = content.rstrip("\r\n").replace("\r", "\n").rsplit("\n", 1)[-1]
    if '"' not in last and last.count(",") + 1 < width:
        raise SourceError(f"{name} is cut off in its last line {last[:80]!r}: fetch it again")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
