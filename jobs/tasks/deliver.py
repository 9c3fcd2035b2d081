"""Send the report on a ladder's newest run to its receivers, each once."""

from datetime import timedelta

from forecaster.errors import DeliveryError
from jobs.context import Context
from jobs.job import Cron, Job, Outcome, Slot
from jobs.receivers import receivers

_NEWEST = timedelta(days=2)
"""A run issued longer ago is no news; `forecaster doctor` and the alerts speak of its age."""


def _has_receivers(context: Context, _slot: Slot) -> bool:
    return bool(receivers(context.settings))


def _deliver(context: Context, slot: Slot) -> Outcome:
    """Send the report on the newest `as_of`, published or refused, to whoever has not had it.

    Raises:
        DeliveryError: somebody could not be reached; trying again reaches for them alone.
    """
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.delivery import deliver

    if not receivers(context.settings):
        return Outcome("skipped", "nobody is to be sent reports (FORECASTER_RECEIVERS)")
    ladder = load_ladder(slot.subject)
    with UnitOfWork(context.engine(), read_only=True) as work:
        # An update of an older day, though issued later, is not the day's news.
        run = work.runs.newest_since(ladder.id, context.clock() - _NEWEST)
    if run is None:
        return Outcome("skipped", f"no run of {ladder.id} was issued in the last two days")
    reached, missed = deliver(context, run)
    if missed:
        # A failure is shown to who may not see the run, so it does not name it.
        raise DeliveryError(
            f"the newest report on {ladder.id} did not reach {', '.join(missed)}: "
            "see whether their addresses in FORECASTER_RECEIVERS are right and their servers answer"
        )
    if not reached:
        said = f"everybody has had the report on run {run.run_id}"
        return Outcome("skipped", said, run.run_id)
    said = f"the report on run {run.run_id} was sent to {', '.join(reached)}"
    return Outcome("done", said, run.run_id)


JOB = Job(
    id="deliver",
    description="Send the report on a ladder's newest run to its receivers, each once.",
    schedule=Cron("30 {hour} * * *"),
    per="ladder",
    run=_deliver,
    attempts=6,
    wanted=_has_receivers,
)
