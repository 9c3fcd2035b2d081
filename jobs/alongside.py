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
from queue import SimpleQueue
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


def service_gone() -> "SimpleQueue[str]":
    """Return what gets a word once whoever holds the other end of standard input is gone."""
    gone: SimpleQueue[str] = SimpleQueue()
    Thread(target=_watch_input, args=(gone,), name="service-watch", daemon=True).start()
    return gone


def let_others_go_first() -> None:
    """Have this process yield to others: answers go before models where cores are few."""
    os.nice(LESS_URGENT)


def _keep(context: Context, stop: Event) -> None:
    while not stop.is_set():
        with subprocess.Popen(
            [sys.executable, "-m", "jobs", "schedule", "--beside"],
            stdin=subprocess.PIPE,
            process_group=0,  # Ctrl-C is for the service, which passes it on
        ) as process:
            while process.poll() is None and not stop.wait(0.5):
                pass
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        if not stop.is_set():
            context.say(f"the scheduler ended with code {process.returncode}: it is started again")
            stop.wait(_BEFORE_ANOTHER_SECONDS)


def _watch_input(gone: "SimpleQueue[str]") -> None:
    # Not `sys.stdin`: a thread that waits in it holds its lock when the interpreter ends.
    while os.read(0, 1):
        pass
    gone.put("service")
