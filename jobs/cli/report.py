"""`forecaster report`: any published run, in any form."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, AsOfOption, LadderOption, as_of_instant

type Form = Literal["html", "md", "json", "text"]


def report(
    format: Annotated[Form, typer.Option("--format", help="Form of the report.")] = "text",
    ladder: LadderOption = DEFAULT_LADDER,
    as_of: AsOfOption = None,
    run: Annotated[str | None, typer.Option("--run", help="A run's id; else the latest.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file to write instead of printing.")
    ] = None,
) -> None:
    """Print the report on the latest published run, or write it to a file."""
    from jobs import publication
    from jobs.wiring import make_context

    if run is not None and as_of is not None:
        raise typer.BadParameter("--run and --as-of both name a run: give one of them")
    context = make_context()
    run_id = run or publication.latest_run(context, ladder, as_of_instant(as_of)).run_id
    text = publication.render(publication.report_on(context, run_id), format)
    if output is None:
        terminal.out(text)
        return
    terminal.out(f"report: {publication.write_whole(output, text).resolve()}")
