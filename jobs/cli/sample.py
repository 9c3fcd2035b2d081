"""`forecaster sample build`: compute the packaged sample from the publishers' files."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli import terminal

app = typer.Typer(
    help="Build the packaged sample of readings, and its data notice.", rich_markup_mode=None
)


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
    import forecaster.reference
    from forecaster.clock import utc_now
    from indicators.sample import build_sample

    folder = output or Path(forecaster.reference.__file__).parent / "sample"
    summary = build_sample(from_dir, folder, now=utc_now())
    rows = [(s.source, s.rows, s.series, s.first, s.last) for s in summary.sources]
    terminal.out(terminal.table(("source", "rows", "series", "first", "last"), rows))
    size = summary.bytes_written / 1e6
    terminal.out(f"sample: {folder.resolve()}, {size:.2f} MB, up to {summary.last_day}")


@app.command()
def notice() -> None:
    """Print the data notice: who is credited for the sample, on what terms."""
    from forecaster.reference.sample_readings import sample_readings
    from indicators.catalogue import sources
    from indicators.notice import data_notice

    terminal.out(data_notice(sources(), sample_readings()))
