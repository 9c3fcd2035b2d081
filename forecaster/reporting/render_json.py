"""The report as JSON: stable keys, each documented in `json_keys`."""

import json as _json
from dataclasses import fields, is_dataclass
from datetime import datetime

from forecaster.reporting.document import DailyReport

SCHEMA = "daily-report/1"
"""Keys are only ever added under one number; a rename or a removal is a new one."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


def json(report: DailyReport) -> str:
    """Return the report as indented JSON, keys in the order of `document`, times in ISO 8601."""
    return _json.dumps(document(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def document(report: DailyReport) -> dict[str, Json]:
    """Return the report as plain values, `schema` first."""
    body = {f.name: _plain(getattr(report, f.name)) for f in fields(report)}
    return {"schema": SCHEMA, **body}


def _plain(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a report holds plain values, got {value!r}: give it a form in JSON")
