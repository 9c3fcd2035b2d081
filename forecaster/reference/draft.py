"""A file on its way to a ladder: its rows, with every value that is well formed, and no other.

A value of the wrong kind is reported and left out, so that later checks speak of the rest of the
file instead of stopping at the first mistake.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from typing import Any

from forecaster.reference.kinds import MismatchError
from forecaster.reference.lines import Path
from forecaster.reference.mistakes import Report, suggest
from forecaster.reference.table import Key, Table


@dataclass(frozen=True, slots=True)
class Row:
    """One table of the file: where it is, and its well-formed values as the domain holds them."""

    path: Path
    values: Mapping[str, Any]

    def get(self, key: str) -> Any:  # noqa: ANN401  a row holds values of every kind
        """Return the value of `key`, or None if it is absent or malformed."""
        return self.values.get(key)

    def at(self, *keys: str | int) -> Path:
        """Return the path of something inside the row."""
        return (*self.path, *keys)


@dataclass(frozen=True, slots=True)
class Draft:
    """The rows of each table by the table's name; a table that is absent has none."""

    rows: Mapping[str, tuple[Row, ...]]

    def all(self, table: str) -> tuple[Row, ...]:
        """Return the rows of `table`, in the order of the file."""
        return self.rows.get(table, ())

    def only(self, table: str) -> Row:
        """Return the one row of `table`, an empty one if the file has none."""
        return next(iter(self.all(table)), Row((table,), {}))

    def ids(self, table: str) -> tuple[str, ...]:
        """Return the well-formed ids of the rows of `table`."""
        return tuple(row.values["id"] for row in self.all(table) if "id" in row.values)


def draft_from(document: Mapping[str, object], tables: tuple[Table, ...], report: Report) -> Draft:
    """Return the well-formed part of a parsed file; what is not goes into `report`."""
    known = {table.name: table for table in tables}
    for name, value in document.items():
        if name in known:
            continue
        if isinstance(value, dict | list):
            report.add((name,), f"{name!r} is not a known table: {suggest(name, known)}")
        else:
            header = _header(tables[0])
            report.add((name,), f"{name!r} stands outside any table: move it below {header}")
    return Draft({name: _rows(document, table, report) for name, table in known.items()})


def _rows(document: Mapping[str, object], table: Table, report: Report) -> tuple[Row, ...]:
    header = _header(table)
    if table.name not in document:
        if table.needed:
            amount = "at least one" if table.repeated else "it"
            report.add((table.name,), f"the file has no {header}: add {amount}")
        return ()
    value = document[table.name]
    if table.repeated:
        return _repeated_rows(value, table, header, report)
    if not isinstance(value, dict):
        report.add((table.name,), f"{table.name} must be one table: write {header} once")
        return ()
    return (_row(value, (table.name,), table, report),)


def _repeated_rows(value: object, table: Table, header: str, report: Report) -> tuple[Row, ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        report.add((table.name,), f"write {header}, in double brackets, once for each")
        return ()
    if not value and table.needed:
        report.add((table.name,), f"{table.name} is an empty list: write {header} at least once")
    return tuple(_row(item, (table.name, i), table, report) for i, item in enumerate(value))


def _row(content: Mapping[str, object], path: Path, table: Table, report: Report) -> Row:
    keys = {key.name: key for key in table.keys}
    values: dict[str, Any] = {}
    for name, raw in content.items():
        if name in keys:
            value = _value(raw, (*path, name), keys[name], report)
            if value is not MISSING:
                values[name] = value
        else:
            title = _title(table, content)
            report.add((*path, name), f"{name!r} is not a key of {title}: {suggest(name, keys)}")
    for name in table.required:
        if name not in content:
            report.add((*path, name), f"{_title(table, content)} has no {name!r}: add it")
    return Row(path, values)


def _value(raw: object, path: Path, key: Key, report: Report) -> object:
    if key.table is not None:
        if isinstance(raw, dict):
            return _row(raw, path, key.table, report)
        report.add(path, f"{key.name!r} must be a table: write [{key.table.name}] above its keys")
        return MISSING
    try:
        return key.kind.read(raw)
    except MismatchError as error:
        report.add((*path, *error.where), f"{_label(path, error.where)} {error}")
        return MISSING


def _label(path: Path, where: Path) -> str:
    inner = [part for part in where if isinstance(part, str)]
    return repr(".".join([str(path[-1]), *inner]))


def _title(table: Table, content: Mapping[str, object]) -> str:
    id = content.get("id")
    if not table.repeated or not isinstance(id, str):
        return f"this {_header(table)}"
    return f"{_header(table)} {id!r}"


def _header(table: Table) -> str:
    return f"[[{table.name}]]" if table.repeated else f"[{table.name}]"
