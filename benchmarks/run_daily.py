"""How long the main job takes, and how much memory: the whole sample on the first ladder.

    python -m benchmarks.run_daily

The bars: the first run with an empty compile cache at most 180 s, a later one at most 45 s, peak
memory at most 2 GB, help under 1 s. Each is a process of its own, with a data folder of its own.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Measured:
    """One command: seconds of wall time, and the highest memory of any command so far."""

    what: str
    seconds: float
    most_seconds: float
    peak_gigabytes: float


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measured = [
            measure("help", ["--help"], folder, most_seconds=1),
            measure("first daily, empty cache", ["daily", "--sample"], folder, most_seconds=180),
            measure("daily again", ["daily", "--sample"], folder, most_seconds=45),
        ]
    table = Table("what", "seconds", "at most", "peak GB", "at most", "met")
    for row in measured:
        met = row.seconds <= row.most_seconds and row.peak_gigabytes <= 2
        table.add_row(
            row.what,
            f"{row.seconds:.1f}",
            f"{row.most_seconds:.0f}",
            f"{row.peak_gigabytes:.2f}",
            "2",
            "yes" if met else "no",
        )
    Console(width=100).print(table)


def measure(what: str, arguments: list[str], folder: str, *, most_seconds: float) -> Measured:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "jobs", *arguments],
        cwd=ROOT,
        env={**os.environ, "FORECASTER_DATA_DIR": folder, "PYTENSOR_FLAGS": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    return Measured(what, seconds, most_seconds, peak)


if __name__ == "__main__":
    main()
