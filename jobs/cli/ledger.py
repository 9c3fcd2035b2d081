"""`forecaster jobs list | run | history | retry`."""

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
    from forecaster.store.ledger import JobRun, JobState
    from jobs.context import Context
    from jobs.job import Job

STATES: "tuple[JobState, ...]" = (
    "queued",
    "running",
    "done",
    "refused",
    "skipped",
    "failed",
    "dead",
)
_STATES = ", ".join(STATES)

app = typer.Typer(help="List jobs, run one by hand, see what ran, retry.", rich_markup_mode=None)


@app.command("list")
def list_() -> None:
    """List every job: when it is next due, how it last ended, how many of its slots are dead."""
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.catalogue import all_jobs
    from jobs.wiring import make_context

    context = make_context()
    with UnitOfWork(context.engine(), read_only=True) as work:
        dead = work.ledger.count("dead")
        last = {id: work.ledger.history(id, limit=1) for id in all_jobs()}
    rows = [
        (
            job.id,
            job.per,
            _when(context, job),
            last[job.id][0].state if last[job.id] else None,
            sum(count for name, count in dead.items() if name.partition(":")[0] == job.id),
            job.description,
        )
        for job in all_jobs().values()
    ]
    headings = ("job", "per", "next due (UTC)", "last", "dead", "description")
    terminal.out(terminal.table(headings, rows))


def _when(context: "Context", job: "Job") -> str:
    from jobs.agenda import calendar_of
    from jobs.job import ByHand
    from jobs.slots import next_slot
    from jobs.subjects import subjects

    if isinstance(job.schedule, ByHand):
        return "by hand"
    calendar, now = calendar_of(context.settings), context.clock()
    slots = [
        slot
        for subject in subjects(context, job)
        if (slot := next_slot(job.schedule, calendar, after=now, cadence_days=subject.cadence_days))
    ]
    return f"{min(slots):%Y-%m-%d %H:%M}" if slots else "never"


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
    job: Annotated[str | None, typer.Argument(help="A job's id, or a name as shown here.")] = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help=f"Only {_STATES}.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
) -> None:
    """Show what ran and what waits, the latest first."""
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.wiring import make_context

    with UnitOfWork(make_context().engine(), read_only=True) as work:
        entries = work.ledger.history(job, limit=limit, state=_state(state))
    rows = [
        (e.id, e.job, _slot(e), e.state, e.attempts, f"{e.progress:.0%}", e.detail, e.owner)
        for e in entries
    ]
    headings = ("id", "job", "slot (UTC)", "state", "attempts", "progress", "detail", "owner")
    terminal.out(terminal.table(headings, rows))


@app.command()
def retry(
    job: Annotated[str, typer.Argument(help="A name as `forecaster jobs history` shows it.")],
    slot: Annotated[str, typer.Argument(help="Its slot, as shown there.")],
) -> None:
    """Let the next scheduler run a dead or failed slot again, with all its attempts."""
    import getpass

    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.wiring import make_context

    with UnitOfWork(make_context().engine()) as work:
        found = _one(work.ledger.history(job, limit=10_000), job, slot)
        again = work.ledger.retry(found.id, asked_by=getpass.getuser())
        work.commit()
    terminal.out(f"{again.job} due {_slot(again)}: queued for the next scheduler")


def _one(runs: "tuple[JobRun, ...]", job: str, slot: str) -> "JobRun":
    """Return the job run of that slot, the one that can be retried where a minute has several."""
    from forecaster.errors import NotFoundError

    same = [run for run in runs if _slot(run) == slot.strip().replace("T", " ")[:16]]
    failed = [run for run in same if run.state in ("dead", "failed")]
    if not same:
        raise NotFoundError(
            f"job {job} has no slot {slot}: see `forecaster jobs history {job}`, and give the slot "
            "as shown there, such as '2025-07-02 06:00'"
        )
    return (failed or same)[0]


def _slot(run: "JobRun") -> str:
    return f"{run.slot:%Y-%m-%d %H:%M}"


def _state(text: str | None) -> "JobState | None":
    states = {name: name for name in STATES}
    if text is None or text in states:
        return None if text is None else states[text]
    raise typer.BadParameter(f"{text!r} is not a state of a job: give one of {_STATES}")
