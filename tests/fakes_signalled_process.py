"""One scheduler after another, stopped at whatever moment a signal comes: `python -m … COUNT`.

Another process sends the signals, so that they come while this one is anywhere in its wait.
"""

import signal
import sys
from types import SimpleNamespace
from typing import Any

from jobs.scheduler import run_forever
from tests.processes import running

_SEND = """
import os, random, signal, time
while True:
    time.sleep(3e-4 * random.random())
    os.kill(os.getppid(), signal.SIGTERM)
"""


class _Idle:
    """A scheduler that runs nothing."""

    def start(self) -> None:
        pass

    def stop(self, _seconds: float) -> bool:
        return True


def main(count: int) -> None:
    """Begin to wait and be told to stop so many times."""
    context: Any = SimpleNamespace(settings=SimpleNamespace(stop_seconds=0), say=lambda _: None)
    idle: Any = _Idle()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with running([sys.executable, "-c", _SEND]):
        for _ in range(count):
            run_forever(context, idle)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


if __name__ == "__main__":
    main(int(sys.argv[1]))
