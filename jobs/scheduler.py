"""`forecaster schedule`: look every few seconds at what is asked and what is due, and run it.

APScheduler is the alarm clock and nothing more: what is due follows from the calendar and the
ledger, so a scheduler may be stopped, started late, or run many times side by side.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from forecaster.errors import ForecasterError
from jobs.agenda import Gap, agenda
from jobs.context import Context
from jobs.heartbeat import claims_of
from jobs.job import Job, Slot
from jobs.runner import claim_slot, ledger_name, run_claimed
from jobs.waiting import waiting

if TYPE_CHECKING:
    from datetime import datetime

    from forecaster.store.ledger import Origin

EVERY_SECONDS = 5.0
"""How often a scheduler asks for requests and retries; for what the calendar says, each minute."""


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
    _leave_out(context, today.gaps)
    held_up: set[str] = set()
    for job, slot in today.due:
        ran += run_waiting(context, stopping=stopping, jobs=jobs)
        name = ledger_name(job, slot)
        if name not in held_up and not stopping():
            finished = _run(context, job, slot, origin="calendar")
            ran += finished is not None
            held_up |= set() if finished else {name}
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


def _run(context: Context, job: Job, slot: Slot, *, origin: "Origin") -> bool | None:
    """Return whether a slot was finished, None if somebody else has it."""
    claim = claim_slot(context, job, slot, origin=origin)
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


def _leave_out(context: Context, gaps: Iterable[Gap]) -> None:
    """Note what is left out before anything later is claimed, so that nothing vanishes."""
    from forecaster.store.unit_of_work import UnitOfWork

    if not gaps:
        return
    with UnitOfWork(context.engine()) as work:
        for gap in gaps:
            if work.ledger.skip(
                gap.name, gap.last, gap.detail, context.clock(), subject=gap.subject
            ):
                context.say(f"{gap.name}: {gap.detail}")
        work.commit()


class Scheduler:
    """Runs what is due in a thread of its own, from `start` to `stop`."""

    def __init__(
        self,
        context: Context,
        *,
        jobs: Mapping[str, Job] | None = None,
        every: float = EVERY_SECONDS,
    ) -> None:
        self._context = context
        self._jobs = jobs
        self._every = every
        self._stopping = Event()
        self._busy = Lock()
        self._looked: datetime | None = None
        self._alarm: Any = None

    def start(self) -> None:
        """Begin to look; returns at once."""
        from apscheduler.schedulers.background import BackgroundScheduler

        self._alarm = BackgroundScheduler(timezone="UTC")
        self._alarm.add_job(
            self._tick,
            "interval",
            seconds=self._every,
            next_run_time=self._context.clock(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        _quiet_alarm()
        self._alarm.start()

    def stop(self, seconds: float) -> bool:
        """Begin nothing new, and return whether what runs was finished within `seconds`.

        What was not is given back, so that another process may take it at once; this one must then
        end without delay (`os._exit`): its thread still runs, though the fence refuses its work.
        """
        self._stopping.set()
        if self._alarm is not None:
            self._alarm.shutdown(wait=False)
        if self._busy.acquire(timeout=seconds):
            self._busy.release()
            return True
        release(self._context)
        return False

    def _tick(self) -> None:
        with self._busy:
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 — one bad look must not end the service
                # The database may be away for a while; the next look tries again.
                self._context.say(f"nothing could be run: {error}")

    def _look(self) -> None:
        """Ask what waits; each new minute, ask the calendar too."""
        minute = self._context.clock().replace(second=0, microsecond=0)
        run = run_waiting if minute == self._looked else run_due
        run(self._context, stopping=self._stopping.is_set, jobs=self._jobs)
        self._looked = minute


def release(context: Context) -> None:
    """Give back every slot that this process is running, so that another may take it at once."""
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine()) as work:
        for claim in claims_of(context.owner):
            if work.ledger.release(claim, "given back: its scheduler was stopped"):
                context.say(f"{claim.job}: given back unfinished")
        work.commit()


def run_forever(context: Context, scheduler: Scheduler | None = None) -> None:
    """Run what is due until SIGTERM or SIGINT, then finish what runs, up to `stop_seconds`.

    What takes longer is given back, and the process ends.
    """
    running = scheduler or Scheduler(context)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running.start()
    stop.wait()
    bound = context.settings.stop_seconds
    context.say(f"stopping: what is running may go on for {bound:g} seconds")
    if not running.stop(bound):
        # A thread cannot be ended from outside, and the interpreter would wait for it.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _quiet_alarm() -> None:
    """Let APScheduler keep to itself that a look fell into a longer one: that is as planned."""
    import logging

    logging.getLogger("apscheduler").setLevel(logging.ERROR)
