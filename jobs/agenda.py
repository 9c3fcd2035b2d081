"""What is due now by the calendar: every job with every subject, less what the ledger has.

Catching up is the same enumeration as being on time: the slots since the newest one in the ledger,
in order. Nothing is remembered outside the ledger.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.errors import LadderError
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Cadence, Job, OnNews, Slot
from jobs.runner import ledger_name
from jobs.slots import Calendar, due_slots
from jobs.subjects import Subject, subjects

if TYPE_CHECKING:
    from forecaster.settings import Settings
    from forecaster.store.ledger import JobRun

_FIRST_LOOK_BACK = timedelta(days=400)
_RETRY_DAYS = 1.0


@dataclass(frozen=True, slots=True)
class Gap:
    """Slots of one job that were missed and are not made good: `last` is the newest of them."""

    name: str
    subject: str
    last: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be run, readings before the ladders made of them, and what is left out.

    after: the slot that the due ones of a job and subject come after, by the ledger's name.
    """

    due: tuple[tuple[Job, Slot], ...]
    gaps: tuple[Gap, ...]
    after: Mapping[str, datetime] = field(default_factory=dict)


def agenda(context: Context, jobs: Mapping[str, Job] | None = None) -> Agenda:
    """Return what is due and was never claimed, each job's slots oldest first.

    A job whose newest slot is not finished yet has nothing due: its slots are made good in order.
    `jobs` are those of the shelf unless others are given.
    """
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        newest = work.ledger.newest_of_calendar(now)
    found = [
        _of(context, job, subject, newest, now)
        for job in (all_jobs() if jobs is None else jobs).values()
        for subject in subjects(context, job)
    ]
    items = (item for one in found for item in one.due if _is_wanted(context, *item))
    ordered = sorted(items, key=lambda item: (item[0].per != "source", item[1].due))
    gaps = tuple(gap for one in found for gap in one.gaps)
    after = {name: run.slot for name, run in newest.items()} | {gap.name: gap.last for gap in gaps}
    return Agenda(tuple(ordered), gaps, after)


def due(context: Context, jobs: Mapping[str, Job] | None = None) -> tuple[tuple[Job, Slot], ...]:
    """Return what is due, as `agenda` does."""
    return agenda(context, jobs).due


def calendar_of(settings: "Settings") -> Calendar:
    """Return the calendar that settings describe."""
    return Calendar(settings.daily_hour, settings.zone, settings.update_minutes)


def _of(
    context: Context, job: Job, subject: Subject, newest: "Mapping[str, JobRun]", now: datetime
) -> Agenda:
    last = newest.get(ledger_name(job, Slot(now, now, subject.id)))
    if last is not None and not _is_over(last):
        return Agenda((), ())
    moments = _moments(context, job, subject, last, now)
    kept = moments[-job.catch_up :] if last is not None else moments[-1:]
    items = tuple((job, _slot(job, subject, moment, now)) for moment in kept)
    left_out = moments[: len(moments) - len(kept)] if last is not None else ()
    return Agenda(items, tuple(_gap(job, subject, left_out)))


def _is_over(run: "JobRun") -> bool:
    """Return whether nobody will run a slot again by itself; a failure of old ledgers is final."""
    final = run.state == "failed" and run.not_before is None
    return final or run.state not in ("queued", "running", "failed")


def _moments(
    context: Context, job: Job, subject: Subject, last: "JobRun | None", now: datetime
) -> tuple[datetime, ...]:
    """Return every slot since the last one; a source that failed is asked again the next day."""
    after = now - _FIRST_LOOK_BACK if last is None else last.slot
    died = last is not None and last.state in ("dead", "failed")
    if died and isinstance(job.schedule, OnNews):
        after += timedelta(days=_RETRY_DAYS)
    return due_slots(
        job.schedule,
        calendar_of(context.settings),
        after=after,
        until=now,
        cadence_days=_RETRY_DAYS if died else subject.cadence_days,
    )


def _slot(job: Job, subject: Subject, moment: datetime, now: datetime) -> Slot:
    """Return a slot as of its own moment; what follows news is as of now."""
    as_of = now if isinstance(job.schedule, OnNews) else moment
    ladder = subject.ladder if isinstance(job.schedule, Cadence) else ""
    return Slot(moment, as_of, subject.id, ladder)


def _gap(job: Job, subject: Subject, left_out: tuple[datetime, ...]) -> Iterator[Gap]:
    if not left_out:
        return
    first, last = left_out[0], left_out[-1]
    span = f"{first:%Y-%m-%d %H:%M}"
    if len(left_out) > 1:
        span = f"{len(left_out)} slots from {span} to {last:%Y-%m-%d %H:%M}"
    bound = (
        f"{job.id} makes good the last {job.catch_up}" if job.catch_up > 1 else "the newest runs"
    )
    detail = f"missed and left out: {span} UTC; {bound}"
    yield Gap(ledger_name(job, Slot(last, last, subject.id)), subject.id, last, detail)


def _is_wanted(context: Context, job: Job, slot: Slot) -> bool:
    try:
        return job.wanted is None or job.wanted(context, slot)
    except LadderError:  # a file that is broken: the job itself fails, and says why
        return True
