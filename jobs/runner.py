"""The one way a job is run: claim its slot in the ledger, run it, note how it ended.

A failure is noted with its reason and then raised, so that a person sees it and the next
scheduler does not think it is still running.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import ForecasterError
from forecaster.shelf import pick
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Job, Outcome, Slot

if TYPE_CHECKING:
    from forecaster.store.ledger import JobRun, JobState

LEASE = timedelta(hours=2)
"""A job that has run for longer has died with its slot, and another process may take it."""


def ledger_name(job: Job, slot: Slot) -> str:
    """Return the name under which a job and its subject are kept, such as `ingest:viina`."""
    subject = Path(slot.subject).stem if slot.subject.endswith(".toml") else slot.subject
    return f"{job.id}:{subject}" if subject else job.id


def run_slot(context: Context, job: Job, slot: Slot) -> Outcome:
    """Run `job` in `slot` if nobody has, and note the outcome in the ledger.

    Returns an outcome `skipped` if the slot is taken. Steps run in order and share the slot; the
    last step that did something speaks for the whole.

    Raises:
        ForecasterError: the job failed; the ledger holds the reason.
    """
    name = ledger_name(job, slot)
    if not _claim(context, name, slot):
        return Outcome("skipped", f"{name} has already run in the slot {slot.due.isoformat()}")
    try:
        outcome = _perform(context, job, slot)
    except BaseException as error:
        # The failure itself must reach the caller even where the ledger is out of reach.
        with suppress(ForecasterError):
            _finish(context, name, slot, "failed", _reason(error))
        raise
    _finish(context, name, slot, outcome.state, outcome.detail)
    return outcome


def _perform(context: Context, job: Job, slot: Slot) -> Outcome:
    if job.run is not None:
        return job.run(context, slot)
    return _joined(tuple(_step(context, step, slot) for step in job.steps))


def _step(context: Context, step: str, slot: Slot) -> Outcome:
    return _perform(context, pick(all_jobs(), step, what="job"), slot)


def _joined(outcomes: tuple[Outcome, ...]) -> Outcome:
    """One outcome for several: refused if any was, with the run and every file that came."""
    active = [outcome for outcome in outcomes if outcome.state != "skipped"] or list(outcomes)
    refused = [outcome for outcome in active if outcome.state == "refused"]
    speaker = refused[0] if refused else active[-1]
    run_ids = [outcome.run_id for outcome in active if outcome.run_id]
    files = tuple(file for outcome in active for file in outcome.files)
    return Outcome(speaker.state, speaker.detail, run_ids[-1] if run_ids else "", files)


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return "stopped before it was finished"
    if isinstance(error, ForecasterError):
        return str(error)
    return f"a bug of ours: {type(error).__name__}: {error}"


def _claim(context: Context, name: str, slot: Slot) -> bool:
    """Claim a slot, or take it over from a process that died with it."""
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        won = work.ledger.claim(name, slot.due, context.owner, now)
        if not won and any(
            is_lost(e, now) for e in work.ledger.history(name) if e.slot == slot.due
        ):
            silent = now - LEASE
            won = work.ledger.reclaim(name, slot.due, context.owner, now, silent_since=silent)
        work.commit()
    return won


def is_lost(entry: "JobRun", now: datetime) -> bool:
    """Return whether an entry of the ledger claims to run for longer than any job does."""
    return entry.state == "running" and entry.claimed_at < now - LEASE


def _finish(context: Context, name: str, slot: Slot, state: "JobState", detail: str) -> None:
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine()) as work:
        work.ledger.finish(name, slot.due, state, detail, context.clock())
        work.commit()
