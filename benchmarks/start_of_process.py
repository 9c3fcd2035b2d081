"""How soon does a second process sample, when the first one has compiled?

    python -m benchmarks.start_of_process

A first process compiles the model of nato-russia into an empty folder; then others, one after
another, start from its folder. Each says when its imports were done and when the first draw of the
tuning was; reading the store is in neither. Reads the store in the data folder.
"""

import os
import pickle
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.bars import Bar, record, spread_of
from benchmarks.tension_case import tension_case

DAY = date(2025, 6, 22)
STARTS = 5
TARGET = 5.0

PROCESS = """
import pickle, sys, time
began = float(sys.argv[1])
inputs, priors = pickle.load(open(sys.argv[2], "rb"))
from models.compiling import compile_model
from models.families.latent_tension import FAMILY
from models.sampling import SamplingOptions, sample
import nutpie, pymc
imported = time.time()
compiled = compile_model(FAMILY.build(inputs, priors))
ready = time.time()
sample(compiled, SamplingOptions(seed=1, tune=1, draws=1, chains=1, cores=1))
print(imported - began, ready - imported, time.time() - ready)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        case.write_bytes(pickle.dumps(tension_case(DAY)))
        first = start(Path(folder), case)
        files = count(Path(folder))
        later = [start(Path(folder), case) for _ in range(STARTS)]
        new = count(Path(folder)) - files
    whole = [sum(parts) for parts in later]
    inside = [sum(parts[1:]) for parts in later]
    how = f"{STARTS} processes after one that compiled ({sum(first[1:]):.0f} s)"
    bars = [
        Bar(
            "start of a second process to its first draw, imports included",
            median(whole), TARGET, "s", "at most", f"{how}; {spread_of(whole)}",
        ),
        Bar(
            "the same without imports",
            median(inside), TARGET, "s", "at most", f"{how}; {spread_of(inside)}",
        ),
        Bar("files that later processes add to the cache", new, 0, "files", "at most", how),
    ]  # fmt: skip
    record("compile cache", bars, command="python -m benchmarks.start_of_process")


def start(folder: Path, case: Path) -> tuple[float, float, float]:
    """Return seconds of imports, of the model until it can be sampled, and of its first draws."""
    flags = f"base_compiledir={folder / 'compiled'}"
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, str(time.time()), str(case)],
        env={**os.environ, "PYTENSOR_FLAGS": flags},
        capture_output=True,
        text=True,
        check=True,
    )
    imports, model, draws = map(float, done.stdout.split())
    return imports, model, draws


def count(folder: Path) -> int:
    return sum(path.is_file() for path in (folder / "compiled").rglob("*"))


if __name__ == "__main__":
    main()
