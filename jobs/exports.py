"""The results table of one run as rows, and as text or a file for other programs."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import ReportError
from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder

type Row = Mapping[str, object]


def result_rows(context: Context, run_id: str) -> list[Row]:
    """Return the stored rows of a run, columns as documented, by theatre, kind, horizon and rung.

    Raises:
        NotFoundError: no run has that id.
    """
    from sqlalchemy import inspect
    from sqlmodel import Session, select

    from forecaster.store.tables.results import ResultRow
    from forecaster.store.unit_of_work import UnitOfWork

    engine = context.engine()
    with UnitOfWork(engine, read_only=True) as work:
        run = work.runs.get(run_id)
        ladder = work.ladders.get(run.ladder, run.ladder_version)
    with Session(engine.execution_options(read_only=True)) as session:
        found = session.exec(select(ResultRow).where(ResultRow.run_id == run_id)).all()
        columns = [column.name for column in inspect(ResultRow).columns]
        rows: list[Row] = [{name: getattr(row, name) for name in columns} for row in found]
    present = {"state": run.state, "state_reason": run.state_reason}
    return sorted(({**row, **present} for row in rows), key=_order(ladder))


def _order(ladder: "Ladder") -> Callable[[Row], tuple[object, ...]]:
    theatres = {theatre.id: place for place, theatre in enumerate(ladder.theatres)}
    rungs = {(rung.domain, rung.id): rung.order for rung in ladder.rungs}

    def key(row: Row) -> tuple[object, ...]:
        theatre, domain, rung = str(row["theatre"]), str(row["domain"]), str(row["rung"])
        known = theatres.get(theatre, len(theatres))
        order = rungs.get((domain, rung), 0)
        return known, theatre, domain, row["kind"], row["horizon_steps"], order

    return key


def as_csv(rows: Sequence[Row]) -> str:
    """Return rows under one line of headings; what is missing is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def as_json(rows: Sequence[Row]) -> str:
    """Return rows as a JSON list of objects; what is missing is null."""
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return json.dumps(plain, indent=1, allow_nan=False) + "\n"


def write_parquet(rows: Sequence[Row], path: Path) -> None:
    """Write rows as a Parquet file, whole or not at all.

    Raises:
        ReportError: the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    half = path.with_name(f".{path.name}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), half)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise ReportError(
            f"{path} cannot be written ({error.strerror or error}): give another place"
        ) from None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


FORMS: Mapping[str, Callable[[Sequence[Row]], str]] = {"csv": as_csv, "json": as_json}
"""Forms that are text."""
