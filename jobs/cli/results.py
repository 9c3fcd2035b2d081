"""`forecaster results`: the results table of a run, for a person or a program."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, AsOfOption, LadderOption, as_of_instant

type Form = Literal["table", "csv", "json", "parquet"]


def results(
    format: Annotated[Form, typer.Option("--format", help="Form of the table.")] = "table",
    ladder: LadderOption = DEFAULT_LADDER,
    as_of: AsOfOption = None,
    run: Annotated[str | None, typer.Option("--run", help="A run's id.")] = None,
    latest: Annotated[
        bool, typer.Option("--latest", help="The latest published run; what happens anyway.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file to write instead of printing.")
    ] = None,
) -> None:
    """Print every published probability of a run: one row per theatre, horizon, kind and rung."""
    from jobs import exports, publication
    from jobs.wiring import make_context

    if run is not None and (latest or as_of is not None):
        raise typer.BadParameter("--run names one run: leave --latest and --as-of out")
    if format == "parquet" and output is None:
        raise typer.BadParameter("parquet is not text: name a file with --output")
    context = make_context()
    run_id = run or publication.latest_run(context, ladder, as_of_instant(as_of)).run_id
    rows = exports.result_rows(context, run_id)
    if format == "parquet" and output is not None:
        exports.write_parquet(rows, output)
        terminal.out(f"results: {output.resolve()}")
        return
    text = _short(rows) if format == "table" else exports.FORMS[format](rows)
    if output is None:
        terminal.out(text)
        return
    terminal.out(f"results: {publication.write_whole(output, text).resolve()}")


_SHOWN = (
    "theatre",
    "domain",
    "kind",
    "horizon_steps",
    "horizon_end",
    "rung",
    "probability",
    "lower",
    "upper",
    "mc_se",
    "prior_share",
)


def _short(rows: Sequence[Mapping[str, object]]) -> str:
    cells = [[_brief(row[name]) for name in _SHOWN] for row in rows]
    return terminal.table(_SHOWN, cells)


def _brief(value: object) -> object:
    from datetime import datetime

    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value
