"""Load the packaged sample into an empty store, so that a new installation has something to say."""

from jobs.context import Context
from jobs.job import ByHand, Job, Outcome, Slot


def _load(context: Context, _slot: Slot) -> Outcome:
    """Store every packaged reading, in one transaction, if the store holds no reading at all."""
    from forecaster.reference.sample_readings import sample_last_day, sample_readings
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine()) as work:
        if work.readings.count():
            return Outcome("skipped", "the store already holds readings")
        context.say("the store is empty: loading the packaged sample of readings")
        parts = sample_readings()
        added = sum(work.readings.add(part) for part in parts)
        work.commit()
    detail = f"{added} readings of {len(parts)} sources, up to {sample_last_day()}"
    return Outcome("done", detail)


JOB = Job(
    id="sample",
    description="Load the packaged sample of readings into an empty store.",
    schedule=ByHand(),
    per="ladder",
    run=_load,
)
