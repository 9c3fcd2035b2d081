"""Fit a ladder anew once a week, so that the days after weigh draws that are fresh."""

from datetime import timedelta

from jobs.context import Context
from jobs.job import Cron, Job, Slot


def _has_run(context: Context, slot: Slot) -> bool:
    """Return whether the ladder was run before: the first fit is made by its first daily cycle."""
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        runs = work.runs.list(load_ladder(slot.subject).id)
    return any(run.as_of < slot.due for run in runs)


JOB = Job(
    id="refit",
    description="Fit a ladder anew each Monday, half an hour before that day's cycle weighs it.",
    schedule=Cron("0 {hour} * * 1", lead=timedelta(minutes=30)),
    per="ladder",
    steps=("update",),
    wanted=_has_run,
    refit=True,
)
"""Monday: the weekend's readings are in, and a person is there if it is refused."""
