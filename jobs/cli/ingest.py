"""`forecaster ingest [SOURCE…]`: bring readings into the store, source by source."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecaster.errors import ForecasterError
from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, DirectoryOption, LadderOption

if TYPE_CHECKING:
    from jobs.context import Context


def ingest(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="All that the ladder watches if none is named."),
    ] = None,
    from_dir: DirectoryOption = None,
    ladder: LadderOption = DEFAULT_LADDER,
) -> None:
    """Fetch sources (or read their files from a folder), clean them, and store what is new.

    A source that fails does not stop the others; exit 1 only if every one failed.
    """
    ingest_all(names=tuple(names or ()), ladder=ladder, directory=from_dir)


def ingest_all(*, names: tuple[str, ...], ladder: str, directory: Path | None) -> None:
    """Ingest the sources named, or all of the ladder, with one line of summary for each."""
    from forecaster.reference.load import load_ladder
    from jobs.watch import source_called, watched_sources
    from jobs.wiring import make_context

    wanted = [source_called(name, ladder).id for name in names] or list(
        watched_sources(load_ladder(ladder))
    )
    if not wanted:
        terminal.out(f"ladder {ladder} watches no source: nothing to ingest")
        return
    context = make_context(say=terminal.notice)
    context.engine()  # a database that is away is one failure, not one for each source
    failed = 0
    with terminal.bar("ingest") as progress:
        for done, name in enumerate(wanted):
            progress(done / len(wanted))
            failed += not _one(context, name, ladder, directory)
    if failed == len(wanted):
        sources = "the source" if failed == 1 else f"all {failed} sources"
        terminal.error(f"{sources} failed; what was stored before stands")
        raise typer.Exit(1)


def _one(context: "Context", name: str, ladder: str, directory: Path | None) -> bool:
    from jobs.catalogue import all_jobs
    from jobs.job import Slot
    from jobs.runner import run_slot

    now = context.clock()
    slot = Slot(due=now, as_of=now, subject=name, ladder=ladder, directory=directory)
    try:
        outcome = run_slot(context, all_jobs()["ingest"], slot)
    except ForecasterError as error:
        terminal.out(f"{name}: failed: {' '.join(str(error).split())}")
        return False
    terminal.out(f"{name}: {outcome.detail}")
    return True
