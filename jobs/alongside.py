"""A scheduler beside the service: a process of its own, so that no model slows an answer down."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from jobs.context import Context

_BEFORE_ANOTHER_SECONDS = 10.0
_STOP_SECONDS = 300.0
LESS_URGENT = 10
"""How much its process yields to others (nice)."""


@contextmanager
def scheduler_beside(context: Context, *, wanted: bool) -> Iterator[None]:
    """Keep `forecaster schedule` running while the block does; one that dies is started again.

    Leaving the block asks it to stop, which it does when what it runs is finished.
    """
    if not wanted:
        yield
        return
    stop = Event()
    keeper = Thread(target=_keep, args=(context, stop), name="scheduler-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(_STOP_SECONDS)


def _keep(context: Context, stop: Event) -> None:
    while not stop.is_set():
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs", "schedule"],
            preexec_fn=_less_urgent,
        )
        while process.poll() is None and not stop.wait(0.5):
            pass
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait()
        elif not stop.is_set():
            context.say(f"the scheduler ended with code {process.returncode}: it is started again")
            stop.wait(_BEFORE_ANOTHER_SECONDS)


def _less_urgent() -> None:
    """Let answers go before models where there are not cores enough for both."""
    os.nice(LESS_URGENT)
    os.setpgrp()  # Ctrl-C is for the service, which passes it on
