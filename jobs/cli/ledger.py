"""`forecaster jobs list | run | history`."""

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli import terminal
from jobs.cli.options import (
    DEFAULT_LADDER,
    DEFAULT_SEED,
    AsOfOption,
    LadderOption,
    SeedOption,
    as_of_instant,
)

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.job import Job

app = typer.Typer(help="List jobs, run one by hand, see what ran.", rich_markup_mode=None)


@app.command("list")
def list_() -> None:
    """List every job and when it is next due."""
    from jobs.catalogue import all_jobs
    from jobs.wiring import make_context

    context = make_context()
    rows = [(j.id, j.per, _when(context, j), j.description) for j in all_jobs().values()]
    terminal.out(terminal.table(("job", "per", "next due (UTC)", "description"), rows))


def _when(context: "Context", job: "Job") -> str:
    from jobs.job import ByHand, Cadence
    from jobs.slots import next_slot

    if isinstance(job.schedule, ByHand):
        return "by hand"
    if isinstance(job.schedule, Cadence):
        return "by each source's cadence"
    slot = next_slot(job.schedule, after=context.clock(), hour=context.settings.daily_hour)
    return f"{slot:%Y-%m-%d %H:%M}" if slot else "never"


@app.command()
def run(
    job: Annotated[str, typer.Argument(help="A job's id, as listed.")],
    ladder: LadderOption = DEFAULT_LADDER,
    as_of: AsOfOption = None,
    seed: SeedOption = DEFAULT_SEED,
) -> None:
    """Run a job now, whether or not it is due."""
    from forecaster.shelf import pick
    from jobs.catalogue import all_jobs
    from jobs.job import Slot
    from jobs.runner import run_slot
    from jobs.wiring import make_context

    chosen = pick(all_jobs(), job, what="job")
    if chosen.per == "source":
        from jobs.cli.ingest import ingest_all

        ingest_all(names=(), ladder=ladder, directory=None)
        return
    with terminal.bar(job) as progress:
        context = make_context(seed=seed, say=terminal.notice, progress=progress)
        now = context.clock()
        slot = Slot(now, as_of_instant(as_of) or now, ladder if chosen.per == "ladder" else "")
        outcome = run_slot(context, chosen, slot)
    terminal.out(f"{outcome.state}: {outcome.detail}")
    if outcome.state == "refused":
        raise typer.Exit(1)


@app.command()
def history(
    job: Annotated[str | None, typer.Argument(help="A name as shown here.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
) -> None:
    """Show what ran, the latest first."""
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.wiring import make_context

    with UnitOfWork(make_context().engine(), read_only=True) as work:
        entries = work.ledger.history(job, limit=limit)
    rows = [(e.job, f"{e.slot:%Y-%m-%d %H:%M}", e.state, e.detail or "", e.owner) for e in entries]
    terminal.out(terminal.table(("job", "slot (UTC)", "state", "detail", "owner"), rows))
