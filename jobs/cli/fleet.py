"""`forecaster fleet`: several ladders updated at once, on processes or on a cluster."""

from typing import Annotated

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_SEED, AsOfOption, SeedOption, as_of_instant


def fleet(
    ladders: Annotated[
        list[str], typer.Argument(metavar="LADDER...", help="Packaged ladders' ids, or paths.")
    ],
    as_of: AsOfOption = None,
    seed: SeedOption = DEFAULT_SEED,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes on this machine.")
    ] = 2,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="Address of a Dask scheduler, such as tcp://host:8786."),
    ] = None,
) -> None:
    """Update several ladders at once from what is stored, and publish them.

    The numbers are those that `forecaster update` gives for each. A ladder that fails stops no
    other.
    """
    from forecaster.reference.load import load_ladder
    from jobs.fleet import update_fleet
    from jobs.job import Slot
    from jobs.wiring import make_context
    from jobs.workers import connected

    for ladder in ladders:
        load_ladder(ladder)  # a broken ladder file is told before anything is stored
    context = make_context(seed=seed, say=terminal.notice)
    moment = as_of_instant(as_of) or context.clock()
    slots = [Slot(due=context.clock(), as_of=moment, subject=ladder) for ladder in ladders]
    poor = 0
    with connected(workers, cluster) as client:
        for updated in update_fleet(context, slots, client):
            outcome = updated.outcome
            poor += outcome is None or outcome.state == "refused"
            if outcome is None:
                terminal.error(f"{updated.slot.subject}: {updated.error}")
            else:
                terminal.out(f"{updated.slot.subject}: {outcome.detail}")
    if poor:
        raise typer.Exit(1)
