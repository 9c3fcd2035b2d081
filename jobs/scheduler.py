"""`forecaster schedule`: look every few seconds at what is asked and what is due, and run it.

APScheduler is the alarm clock and nothing more: what is due follows from the calendar and the
ledger, so a scheduler may be stopped, started late, or run many times side by side.
"""

import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Lock
from typing import Any

from jobs.context import Context
from jobs.heartbeat import claims_of
from jobs.job import Job
from jobs.rounds import run_due, run_waiting

EVERY_SECONDS = 5.0
"""How often a scheduler asks for requests and retries; for what the calendar says, each minute."""


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


def run_forever(
    context: Context, scheduler: Scheduler | None = None, *, stop: "SimpleQueue[str] | None" = None
) -> None:
    """Run what is due until SIGTERM or SIGINT, then finish what runs, up to `stop_seconds`.

    What takes longer is given back, and the process ends. A word in `stop` asks for it likewise.
    """
    # Not an Event: a signal that comes while its lock is taken would wait for that lock for ever.
    running, stop = scheduler or Scheduler(context), stop or SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.put("signal"))
    running.start()
    stop.get()
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
