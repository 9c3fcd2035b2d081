"""`forecaster sample build`: compute the packaged sample from the publishers' files."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli import terminal

app = typer.Typer(help="Build the packaged sample of readings.", rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Build the packaged sample of readings."""


@app.command()
def build(
    from_dir: Annotated[
        Path, typer.Option("--from-dir", exists=True, file_okay=False, help="Publishers' files.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", file_okay=False, help="Folder to write; else the package's own."),
    ] = None,
) -> None:
    """Compute the sample from the sources whose licences allow it, with a data notice."""
    from jobs.sample import build_sample

    for line in build_sample(from_dir, output, progress=terminal.notice):
        terminal.out(line)
