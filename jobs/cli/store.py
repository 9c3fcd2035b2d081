"""`forecaster migrate`: bring the database to the version of the code."""

from typing import Annotated

import typer

from jobs.cli import terminal
from jobs.cli.people import MarkingName, here


def migrate(
    reader: Annotated[
        str | None,
        typer.Option("--reader", help="A role of the database that may read the views alone."),
    ] = None,
    clearance: Annotated[
        MarkingName | None,
        typer.Option(
            "--clearance",
            help="The closest marking that the reader may see; TLP:CLEAR unless given.",
        ),
    ] = None,
) -> None:
    """Bring the database to the code's version; nothing is lost, and twice is harmless."""
    from forecaster.administration.readers import let_reader_in
    from forecaster.settings import load_settings
    from forecaster.store import session
    from jobs.wiring import make_data_dir

    if clearance is not None and reader is None:
        raise typer.BadParameter("--clearance is that of a reader: name the role by --reader")
    settings = load_settings()
    make_data_dir(settings)
    session.migrate(session.make_engine(settings.url))
    terminal.out("the database is at the code's version")
    if reader is not None:
        shown = clearance or "TLP:CLEAR"
        let_reader_in(*here(), reader, shown)
        terminal.out(f"{reader} may read the views of docs/results.md up to {shown}, nothing else")
