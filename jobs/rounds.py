"""One round of a scheduler: run what waits in the ledger and what the calendar says."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.errors import ForecasterError
from jobs.agenda import Gap, agenda
from jobs.context import Context
from jobs.job import Job, Slot
from jobs.runner import claim_slot, ledger_name, run_claimed
from jobs.waiting import waiting

if TYPE_CHECKING:
    from forecaster.store.ledger import Origin


def _never() -> bool:
    return False


def run_due(
    context: Context,
    *,
    stopping: Callable[[], bool] = _never,
    jobs: Mapping[str, Job] | None = None,
) -> int:
    """Run what is asked and what is due, one after another, and return how many slots it ran.

    A failure is said and noted in the ledger, and does not stop the others; of its own job nothing
    later is run before it. What was asked meanwhile goes before what is due. What is running when
    `stopping` turns true is finished; nothing new is begun.

    Raises:
        StoreError: the ledger is out of reach.
    """
    ran = run_waiting(context, stopping=stopping, jobs=jobs)
    if stopping():
        return ran
    today = agenda(context, jobs)
    held_up, after = _leave_out(context, today.gaps), dict(today.after)
    for job, slot in today.due:
        ran += run_waiting(context, stopping=stopping, jobs=jobs)
        name = ledger_name(job, slot)
        if name not in held_up and not stopping():
            finished = _run(context, job, slot, origin="calendar", after=after.get(name))
            ran += finished is not None
            held_up |= set() if finished else {name}
            after[name] = slot.due
    return ran


def run_waiting(
    context: Context,
    *,
    stopping: Callable[[], bool] = _never,
    jobs: Mapping[str, Job] | None = None,
) -> int:
    """Run requests, retries and what other processes lost; return how many slots it ran."""
    ran = 0
    for job, slot in waiting(context, jobs):
        if stopping():
            break
        ran += _run(context, job, slot, origin="request") is not None
    return ran


def _run(
    context: Context, job: Job, slot: Slot, *, origin: "Origin", after: datetime | None = None
) -> bool | None:
    """Return whether a slot was finished, None if somebody else has it or went past it."""
    claim = claim_slot(context, job, slot, origin=origin, after=after)
    if claim is None:
        return None
    name = f"{claim.job} due {slot.due:%Y-%m-%d %H:%M}"
    try:
        outcome = run_claimed(context, job, slot, claim)
    except ForecasterError as error:
        context.say(f"{name}: failed: {error}")
        return False
    except Exception as error:  # noqa: BLE001 — one bug must not end the service
        context.say(f"{name}: failed, a bug of ours: {type(error).__name__}: {error}")
        return False
    context.say(f"{name}: {outcome.state}: {outcome.detail}")
    return True


def _leave_out(context: Context, gaps: Iterable[Gap]) -> set[str]:
    """Note what is left out before anything later is claimed, so that nothing vanishes.

    Returns the names of jobs of which somebody has that very slot, and may be at it.
    """
    from forecaster.store.unit_of_work import UnitOfWork

    taken: set[str] = set()
    if not gaps:
        return taken
    with UnitOfWork(context.engine()) as work:
        for gap in gaps:
            if work.ledger.skip(
                gap.name, gap.last, gap.detail, context.clock(), subject=gap.subject
            ):
                context.say(f"{gap.name}: {gap.detail}")
            else:
                taken.add(gap.name)
        work.commit()
    return taken
