"""What is due now: every job with every subject, less what the ledger says has happened.

Catching up is the same enumeration as being on time: the slots since the last one that ended,
the newest few of them. Nothing is remembered outside the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Job, Slot
from jobs.runner import is_lost, ledger_name
from jobs.slots import due_slots, next_slot

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork

_FIRST_LOOK_BACK = timedelta(days=400)
_RETRY_DAYS = 1.0
_HISTORY = 50
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a job can be about: a source with its cadence, or a ladder."""

    id: str
    ladder: str
    cadence_days: float = 1.0


def due(context: Context) -> tuple[tuple[Job, Slot], ...]:
    """Return what is due and has not been claimed, readings before the ladders made of them."""
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        found = [
            item
            for job in all_jobs().values()
            for subject in subjects(context, job)
            for item in _due_of(context, work, job, subject, now)
        ]
    return tuple(sorted(found, key=lambda item: (item[0].per != "source", item[1].due)))


def subjects(context: Context, job: Job) -> Iterator[Subject]:
    """Yield what `job` is about: every source that kept ladders watch, every ladder, or nothing."""
    from forecaster.reference.load import load_ladder
    from jobs.watch import watched_sources

    if job.per == "once":
        yield Subject("", "")
    elif job.per == "ladder":
        yield from (Subject(ladder, ladder) for ladder in context.settings.ladders)
    else:
        seen: set[str] = set()
        for ladder in context.settings.ladders:
            for source in watched_sources(load_ladder(ladder)).values():
                if source.id not in seen:
                    seen.add(source.id)
                    yield Subject(source.id, ladder, source.cadence_days)


def _due_of(
    context: Context, work: "UnitOfWork", job: Job, subject: Subject, now: datetime
) -> Iterator[tuple[Job, Slot]] | tuple[()]:
    name = ledger_name(job, Slot(now, now, subject.id))
    after, failed = _last(work, name, job, hour=context.settings.daily_hour, now=now)
    moments = due_slots(
        job.schedule,
        after=after or now - _FIRST_LOOK_BACK,
        until=now,
        hour=context.settings.daily_hour,
        cadence_days=_RETRY_DAYS if failed else subject.cadence_days,
        limit=job.catch_up if after else 1,
    )
    return ((job, Slot(m, m, subject.id, subject.ladder)) for m in moments)


def _last(
    work: "UnitOfWork", name: str, job: Job, *, hour: int, now: datetime
) -> tuple[datetime | None, bool]:
    """Return up to when a job's slots have been seen to, and whether the last of them failed.

    Slots that a person started do not count: they would hide a day that was missed. A slot whose
    process died is still to be seen to.
    """
    for entry in work.ledger.history(name, limit=_HISTORY):
        if _on_calendar(job, entry.slot, hour):
            after = entry.slot - _INSTANT if is_lost(entry, now) else entry.slot
            return after, entry.state == "failed"
    return None, False


def _on_calendar(job: Job, moment: datetime, hour: int) -> bool:
    return next_slot(job.schedule, after=moment - _INSTANT, hour=hour) == moment
