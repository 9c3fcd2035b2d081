"""What waits in the ledger to be run: requests, retries, and slots whose process died."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Job, Slot
from jobs.subjects import ladder_of

if TYPE_CHECKING:
    from forecaster.store.ledger import JobRun


def waiting(
    context: Context, jobs: Mapping[str, Job] | None = None
) -> tuple[tuple[Job, Slot], ...]:
    """Return what may be claimed again now, the oldest slot first.

    One query where there is nothing. What a person began and lost is noted as failed; a job that
    this code does not have stays for a process that does.
    """
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        ready = work.ledger.ready(now)
    _abandon(context, [run for run in ready if run.origin == "hand"])
    shelf = all_jobs() if jobs is None else jobs
    return tuple(_items(context, shelf, (run for run in ready if run.origin != "hand")))


def slot_of(context: Context, job: Job, run: "JobRun") -> Slot:
    """Return the slot of a job run as it was asked for, or as the process that lost it had it."""
    chosen = run.arguments
    ladder = str(chosen.get("ladder", ""))
    if job.per == "source" and not ladder:
        ladder = ladder_of(context, run.subject)
    return Slot(
        due=run.slot,
        as_of=run.as_of or run.slot,
        subject=run.subject,
        ladder=ladder,
        family=str(chosen.get("family", "")),
        refit=bool(chosen.get("refit", False)),
    )


def _items(
    context: Context, shelf: Mapping[str, Job], ready: "Iterator[JobRun]"
) -> Iterator[tuple[Job, Slot]]:
    for run in ready:
        job = shelf.get(run.kind)
        if job is not None:
            yield job, slot_of(context, job, run)


def _abandon(context: Context, lost: "list[JobRun]") -> None:
    from forecaster.store.unit_of_work import UnitOfWork

    if lost:
        with UnitOfWork(context.engine()) as work:
            for run in lost:
                work.ledger.abandon(run.id, context.clock())
            work.commit()
