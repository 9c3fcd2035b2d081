"""Update a ladder when new readings of a source that it watches have come since its last run."""

from datetime import timedelta

from jobs.context import Context
from jobs.job import Job, OnNews, Slot
from jobs.watch import watched_sources

_RECENT_RUNS = 20


def _has_news(context: Context, slot: Slot) -> bool:
    """Return whether readings came since any run looked, and the last run is old enough.

    Refused runs count: what came before them would be refused again. A ladder that was never run
    waits for its daily cycle.
    """
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork

    ladder = load_ladder(slot.subject)
    young = timedelta(minutes=context.settings.update_minutes)
    with UnitOfWork(context.engine(), read_only=True) as work:
        runs = work.runs.list(ladder.id, limit=_RECENT_RUNS)
        if not runs or context.clock() - runs[0].issued_at < young:
            return False
        newest = work.readings.last_added(watched_sources(ladder))
    return newest is not None and newest > max(run.as_of for run in runs)


JOB = Job(
    id="refresh",
    description="Update a ladder when new readings have come since its last run.",
    schedule=OnNews(),
    per="ladder",
    steps=("update",),
    wanted=_has_news,
)
