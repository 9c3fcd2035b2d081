"""A scheduler beside the service: a process of its own, so that no model slows an answer down.

The service holds the other end of its scheduler's standard input and writes nothing to it. However
the service ends, that input ends too, and the scheduler with it: none is left alone.
"""

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

    Leaving the block asks it to stop, which it does when what it runs is finished. If this process
    is killed and leaves nothing, it stops likewise.
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


def service_gone() -> Event:
    """Return an event that is set once whoever holds the other end of standard input is gone."""
    gone = Event()
    Thread(target=_watch_input, args=(gone,), name="service-watch", daemon=True).start()
    return gone


def _keep(context: Context, stop: Event) -> None:
    while not stop.is_set():
        with subprocess.Popen(
            [sys.executable, "-m", "jobs", "schedule", "--beside"],
            stdin=subprocess.PIPE,
            preexec_fn=_less_urgent,
        ) as process:
            while process.poll() is None and not stop.wait(0.5):
                pass
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        if not stop.is_set():
            context.say(f"the scheduler ended with code {process.returncode}: it is started again")
            stop.wait(_BEFORE_ANOTHER_SECONDS)


def _less_urgent() -> None:
    """Let answers go before models where there are not cores enough for both."""
    os.nice(LESS_URGENT)
    os.setpgrp()  # Ctrl-C is for the service, which passes it on


def _watch_input(gone: Event) -> None:
    # Not `sys.stdin`: a thread that waits in it holds its lock when the interpreter ends.
    while os.read(0, 1):
        pass
    gone.set()
