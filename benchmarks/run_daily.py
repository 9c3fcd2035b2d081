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
from statistics import median

from benchmarks.bars import Bar, record, spread_of
from benchmarks.pages import ROOT


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bars = [
            bar("help", ["--help"], folder, times=5, most=1),
            bar("first daily, empty cache", ["daily", "--sample"], folder, times=1, most=180),
            bar("daily again", ["daily", "--sample"], folder, times=3, most=45),
        ]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    how = "the highest of all of these commands"
    bars.append(Bar("peak memory", peak, 2, "GB", "at most", how))
    record("daily run", bars, command="python -m benchmarks.run_daily")


def bar(what: str, arguments: list[str], folder: str, *, times: int, most: float) -> Bar:
    spent = [seconds_of(arguments, folder) for _ in range(times)]
    how = f"`forecaster {' '.join(arguments)}`, a process each time; {spread_of(spent)}"
    return Bar(what, median(spent), most, "s", "at most", how)


def seconds_of(arguments: list[str], folder: str) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "jobs", *arguments],
        cwd=ROOT,
        env={**os.environ, "FORECASTER_DATA_DIR": folder, "PYTENSOR_FLAGS": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
