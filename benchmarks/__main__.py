"""Every benchmark of speed and scale in turn, then all bars in one table with a verdict each.

    python -m benchmarks [--only TOPIC]

Each is a process of its own, so that none finds memory or compiled code of another. One that
fails is named, its older bars stay as they were, and the others go on. Ends with 1 if one failed
or a bar was missed.
"""

import argparse
import subprocess
import sys

from benchmarks.bars import read_bars, show_all
from benchmarks.pages import ROOT

BENCHMARKS = (
    ("daily run", "benchmarks.run_daily"),
    ("bulk load", "benchmarks.load_readings"),
    ("stored backtests", "benchmarks.store_backtests"),
    ("ingest and query", "benchmarks.query_readings"),
    ("serving", "benchmarks.serve_results"),
    ("sequential update", "benchmarks.sequential_update"),
    ("agreement with full fits", "benchmarks.agreement"),
    ("fits", "benchmarks.fits"),
    ("compile cache", "benchmarks.start_of_process"),
    ("simulation", "benchmarks.simulation_speed"),
    ("growth", "benchmarks.growth"),
    ("scale-out", "benchmarks.scale_out"),
)
"""Topic, as `record` is told it, and the module that measures it."""


def main() -> int:
    topics = [topic for topic, _ in BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="TOPIC", choices=topics, help=", ".join(topics))
    only = parser.parse_args().only
    wanted = [(topic, module) for topic, module in BENCHMARKS if only in (None, topic)]
    failed = [topic for topic, module in wanted if not measured(module)]
    missed = show_all(read_bars(), stale=failed)
    for topic in failed:
        print(f"{topic}: its benchmark failed, what is shown of it is older")
    return 1 if failed or missed else 0


def measured(module: str) -> bool:
    """Run one benchmark and return whether it came to its end."""
    print(f"python -m {module}", flush=True)
    return subprocess.run([sys.executable, "-m", module], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
