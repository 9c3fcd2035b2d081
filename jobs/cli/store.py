"""`forecaster migrate`: bring the database to the version of the code."""

from typing import Annotated

import typer

from jobs.cli import terminal


def migrate(
    reader: Annotated[
        str | None,
        typer.Option("--reader", help="A role of the database that may read the views alone."),
    ] = None,
) -> None:
    """Bring the database to the code's version; nothing is lost, and twice is harmless."""
    from forecaster.settings import load_settings
    from forecaster.store import session
    from forecaster.store.readers import let_read
    from jobs.wiring import make_data_dir

    settings = load_settings()
    make_data_dir(settings)
    engine = session.make_engine(settings.url)
    session.migrate(engine)
    terminal.out("the database is at the code's version")
    if reader is not None:
        let_read(engine, reader)
        terminal.out(f"{reader} may read the views of docs/results.md, and nothing else")
