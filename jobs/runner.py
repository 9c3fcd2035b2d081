"""The one way a job is run: claim its slot in the ledger, run it, note how it ended.

A failure is noted with its reason and then raised, so that a person sees it; the ledger says when
a scheduler tries it again. What is stored is fenced by the claim (ADR 0017).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.errors import ForecasterError, LeaseLostError
from forecaster.shelf import pick
from forecaster.traces import span
from jobs.backoff import wait_after
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.heartbeat import Heartbeat
from jobs.job import Job, Outcome, Slot

if TYPE_CHECKING:
    from forecaster.store.ledger import Claim, Origin


def ledger_name(job: Job, slot: Slot) -> str:
    """Return the name under which a job and its subject are kept, such as `ingest:viina`."""
    from forecaster.store.ledger import job_name

    return job_name(job.id, slot.subject)


def run_slot(context: Context, job: Job, slot: Slot) -> Outcome:
    """Run `job` in `slot` for a person, if nobody has, and note the outcome in the ledger.

    Returns an outcome `skipped` if the slot is taken. Steps run in order and share the slot; the
    last step that did something speaks for the whole.

    Raises:
        ForecasterError: the job failed; the ledger holds the reason.
    """
    claim = claim_slot(context, job, slot)
    if claim is None:
        name = ledger_name(job, slot)
        return Outcome("skipped", f"{name} has already run in the slot {slot.due.isoformat()}")
    return run_claimed(context, job, slot, claim)


def claim_slot(
    context: Context,
    job: Job,
    slot: Slot,
    *,
    origin: "Origin" = "hand",
    after: datetime | None = None,
) -> "Claim | None":
    """Return the claim to a slot, None if somebody else has it or it is not to be run now.

    `after` is the slot that one of the calendar was found to follow, None if it was found to be the
    first. It is not to be run where that is no longer so, because others went on meanwhile.

    Raises:
        StoreError: the database failed.
    """
    from forecaster.store.ledger import Asked
    from forecaster.store.unit_of_work import UnitOfWork

    asked, name = Asked(slot.subject, slot.as_of, _arguments(slot), origin), ledger_name(job, slot)
    with UnitOfWork(context.engine()) as work:
        if origin == "calendar" and not work.ledger.is_next(
            name, slot.due, after=after, until=context.clock()
        ):
            return None
        claim = work.ledger.claim(
            name,
            slot.due,
            context.owner,
            context.clock(),
            lease=_lease(context),
            attempts=job.attempts,
            asked=asked,
        )
        work.commit()
    return claim


def run_claimed(context: Context, job: Job, slot: Slot, claim: "Claim") -> Outcome:
    """Run `job` under a claim while its heart beats, and note the outcome in the ledger.

    Raises:
        LeaseLostError: the claim was lost meanwhile; what the job did is not counted.
        ForecasterError: the job failed; the ledger holds the reason.
    """
    try:
        with Heartbeat(context, claim, _lease(context)) as heart:
            inside = replace(context, progress=heart.progress)
            outcome = _perform(inside, job, replace(slot, claim=claim))
    except BaseException as error:
        _fail(context, job, claim, error)
        raise
    _finish(context, claim, outcome)
    return outcome


def _perform(context: Context, job: Job, slot: Slot) -> Outcome:
    slot = replace(slot, refit=slot.refit or job.refit)
    if job.run is not None:
        with span(f"job {job.id}", subject=slot.subject) as opened:
            outcome = job.run(context, slot)
            opened.set_attribute("state", outcome.state)
        return outcome
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


def _arguments(slot: Slot) -> Mapping[str, str | bool]:
    """Return what was chosen in a slot, so that another process can run the same."""
    chosen: dict[str, str | bool] = {"family": slot.family, "ladder": slot.ladder}
    chosen["refit"] = slot.refit
    return {name: value for name, value in chosen.items() if value}


def _lease(context: Context) -> timedelta:
    return timedelta(seconds=context.settings.lease_seconds)


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return "stopped before it was finished"
    if isinstance(error, ForecasterError):
        return str(error)
    return f"a bug of ours: {type(error).__name__}: {error}"


def _fail(context: Context, job: Job, claim: "Claim", error: BaseException) -> None:
    """Note a failure, and when the slot is tried again; a lost claim is said, and no more."""
    from forecaster.store.unit_of_work import UnitOfWork

    # The failure itself must reach the caller even where the ledger is out of reach.
    with suppress(ForecasterError), UnitOfWork(context.engine()) as work:
        try:
            now = context.clock()
            again_at = None if _is_last(job, claim) else now + _wait(context, claim)
            work.ledger.fail(claim, _reason(error), now, again_at=again_at)
            work.commit()
        except LeaseLostError as lost:
            context.say(str(lost))


def _is_last(job: Job, claim: "Claim") -> bool:
    return claim.origin == "hand" or claim.failures + 1 >= job.attempts


def _wait(context: Context, claim: "Claim") -> timedelta:
    return wait_after(
        claim.failures + 1,
        first_seconds=context.settings.retry_seconds,
        key=f"{claim.job}/{claim.slot.isoformat()}",
    )


def _finish(context: Context, claim: "Claim", outcome: Outcome) -> None:
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine()) as work:
        now = context.clock()
        work.ledger.finish(claim, outcome.state, outcome.detail, now, run_id=outcome.run_id)
        work.commit()
