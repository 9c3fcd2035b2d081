"""Programs that tests start: whatever happens to the test, they are gone when it is over."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen]:
    """Run a program from the project's root while the block does, and kill it if it goes on.

    Without the kill, a failed assertion would wait for ever for a program that nobody told to stop.
    """
    with subprocess.Popen(command, cwd=ROOT, **options) as process:
        try:
            yield process
        finally:
            process.kill()
