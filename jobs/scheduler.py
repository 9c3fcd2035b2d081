"""`forecaster schedule`: look every minute at what is due, and run it.

APScheduler is the alarm clock and nothing more: what is due follows from the calendar and the
ledger, so a scheduler may be stopped, started late, or run twice side by side.
"""

import signal
from collections.abc import Callable
from threading import Event

from forecaster.errors import ForecasterError
from jobs.agenda import due
from jobs.context import Context
from jobs.job import Job, Slot
from jobs.runner import ledger_name, run_slot

_EVERY_SECONDS = 60


def run_due(context: Context, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Run what is due, one after another, and return how many slots this process ran.

    A failure is said and noted in the ledger, and does not stop the others. What is running when
    `stopping` turns true is finished; nothing new is begun.
    """
    ran = 0
    for job, slot in due(context):
        if stopping():
            break
        ran += _run(context, job, slot)
    return ran


def _run(context: Context, job: Job, slot: Slot) -> bool:
    name = f"{ledger_name(job, slot)} due {slot.due:%Y-%m-%d %H:%M}"
    try:
        outcome = run_slot(context, job, slot)
    except ForecasterError as error:
        context.say(f"{name}: failed: {error}")
        return True
    except Exception as error:  # noqa: BLE001 — one bug must not end the service
        context.say(f"{name}: failed, a bug of ours: {type(error).__name__}: {error}")
        return True
    context.say(f"{name}: {outcome.state}: {outcome.detail}")
    return outcome.state != "skipped"


def run_forever(context: Context) -> None:
    """Run what is due until SIGTERM or SIGINT; what is running then is finished first."""
    from apscheduler.schedulers.blocking import BlockingScheduler

    stop = Event()
    scheduler = BlockingScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: _tick(context, stop),
        "interval",
        seconds=_EVERY_SECONDS,
        next_run_time=context.clock(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )

    def end(_number: int, _frame: object) -> None:
        context.say("stopping: what is running is finished first")
        stop.set()
        scheduler.shutdown(wait=True)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    scheduler.start()


def _tick(context: Context, stop: Event) -> None:
    try:
        run_due(context, stopping=stop.is_set)
    except Exception as error:  # noqa: BLE001 — one bad minute must not end the service
        # The database may be away for a while; the next minute tries again.
        context.say(f"nothing could be run: {error}")
