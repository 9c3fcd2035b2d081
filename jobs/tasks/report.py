"""Write the report on the run that was made as of a slot."""

from jobs.context import Context
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.publication import render, report_on, write_whole


def _report(context: Context, slot: Slot) -> Outcome:
    """Write the page of the newest run of the ladder that has the slot's `as_of`."""
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork

    ladder = load_ladder(slot.subject)
    with UnitOfWork(context.engine(), read_only=True) as work:
        runs = [run for run in work.runs.list(ladder.id) if run.as_of == slot.as_of]
    if not runs:
        return Outcome("skipped", f"no run of {ladder.id} was made as of {slot.as_of:%Y-%m-%d}")
    run = max(runs, key=lambda found: found.issued_at)
    folder = context.settings.data_dir / "reports" / ladder.id
    page = render(report_on(context, run.run_id), "html")
    path = write_whole(folder / f"{run.as_of:%Y-%m-%d}.html", page)
    return Outcome("done", f"report on run {run.run_id}: {path}", run.run_id, (path,))


JOB = Job(
    id="report",
    description="Write the report on a ladder's newest run.",
    schedule=ByHand(),
    per="ladder",
    run=_report,
)
