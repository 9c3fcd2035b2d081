"""`forecaster daily` and `forecaster update`: the main job, whole or without its report."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli import terminal
from jobs.cli.options import (
    DEFAULT_LADDER,
    DEFAULT_SEED,
    AsOfOption,
    FamilyOption,
    LadderOption,
    RefitOption,
    SeedOption,
    as_of_instant,
)

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder
    from jobs.context import Context
    from jobs.job import Outcome


def daily(
    ladder: LadderOption = DEFAULT_LADDER,
    as_of: AsOfOption = None,
    seed: SeedOption = DEFAULT_SEED,
    family: FamilyOption = "",
    refit: RefitOption = False,
    sample: Annotated[
        bool, typer.Option("--sample", help="Run as of the last day of the packaged sample.")
    ] = False,
) -> None:
    """Update a ladder, publish, write the report, and print the ladder table.

    A fit of the last seven days is not made anew: its draws are weighed by what came since, unless
    that will not do. An empty store is first given the packaged sample. Without --as-of the run is
    made as of today if newer readings than the sample's have been ingested, else as of the
    sample's last day.
    """
    if sample and as_of is not None:
        raise typer.BadParameter("--sample and --as-of name two different days: give one of them")
    outcome = _run("daily", ladder, as_of, seed, family, refit=refit, sample=sample)
    _show(outcome)
    if outcome.state == "refused":
        raise typer.Exit(1)


def update(
    ladder: LadderOption = DEFAULT_LADDER,
    as_of: AsOfOption = None,
    seed: SeedOption = DEFAULT_SEED,
    family: FamilyOption = "",
    refit: RefitOption = False,
) -> None:
    """Update a ladder's probabilities from what is stored, and publish them."""
    outcome = _run("update", ladder, as_of, seed, family, refit=refit)
    terminal.out(outcome.detail)
    if outcome.state == "refused":
        raise typer.Exit(1)


def _run(
    job: str,
    ladder: str,
    as_of: date | None,
    seed: int,
    family: str,
    *,
    refit: bool,
    sample: bool = False,
) -> "Outcome":
    from forecaster.reference.load import load_ladder
    from jobs.catalogue import all_jobs
    from jobs.job import Slot
    from jobs.runner import run_slot
    from jobs.wiring import make_context

    defined = load_ladder(ladder)  # a broken ladder file is told before anything is stored
    with terminal.bar(f"{job} {ladder}") as progress:
        context = make_context(seed=seed, say=terminal.notice, progress=progress)
        moment = _moment(context, defined, as_of, sample=sample)
        slot = Slot(due=context.clock(), as_of=moment, subject=ladder, family=family, refit=refit)
        return run_slot(context, all_jobs()[job], slot)


def _moment(context: "Context", ladder: "Ladder", as_of: date | None, *, sample: bool) -> datetime:
    """Return the instant to run as of, and say which day that is and why."""
    from jobs.moment import choose

    given = as_of_instant(as_of)
    moment, why = (given, "as asked") if given else choose(context, ladder, sample=sample)
    terminal.notice(f"as of {moment:%Y-%m-%d}: {why}")
    return moment


def _show(outcome: "Outcome") -> None:
    from jobs.publication import ladder_table
    from jobs.wiring import make_context

    if outcome.state == "refused":
        terminal.error(outcome.detail)
    if outcome.files:
        terminal.out(ladder_table(make_context(), outcome.run_id))
    for file in outcome.files:
        terminal.out(f"report: {file.resolve()}")
