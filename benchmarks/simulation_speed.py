"""How fast joint paths are simulated and counted, on the shape of the first ladder.

    python -m benchmarks.simulation_speed

A path-step is one step of one path of one theatre; joint ones, of all theatres together, are told
beside it. The bars: 10 million a second on one core, and memory that does not grow with paths.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.bars import Bar, record, spread_of
from benchmarks.grown import Size, grown_inputs, grown_ladder, grown_readings
from benchmarks.pages import ROOT
from forecaster.reference.load import load_ladder
from models.blocks import outlook_of
from models.families.latent_tension import FAMILY
from models.family import Draws
from models.inputs import Inputs
from models.occupancy import count
from tests.builders_models import make_draws

COMMAND = "python -m benchmarks.simulation_speed"
SIZE = Size(theatres=8, indicators=29, steps=180, draws=1000)
PATHS = 32
MORE = 8
"""So many times the paths, for memory."""
REPEATS = 9


def main() -> None:
    ladder = grown_ladder(load_ladder("nato-russia"), SIZE)
    inputs = grown_inputs(ladder, grown_readings(ladder, SIZE), SIZE)
    draws = make_draws(inputs, draws=SIZE.draws)

    def simulated() -> object:
        return FAMILY.simulate(inputs, draws, PATHS, np.random.default_rng(1))

    def counted() -> object:
        return outlook_of(FAMILY, inputs, draws, PATHS, np.random.default_rng(1))

    joint = SIZE.draws * PATHS * inputs.steps_open
    shape = (
        f"{SIZE.draws:,} draws x {PATHS} paths x {inputs.steps_open} steps x {SIZE.theatres} "
        f"theatres, {SIZE.steps} weeks of history filtered for each draw, one thread"
    )
    record(
        "simulation",
        [
            _speed("path-steps simulated", simulated, joint, shape),
            _speed("path-steps simulated and counted in blocks", counted, joint, shape),
            _memory(),
        ],
        command=COMMAND,
        body=_alone(inputs, draws),
    )


def _speed(name: str, work: Callable[[], object], joint: int, shape: str) -> Bar:
    seconds = _seconds(work)
    value = joint * SIZE.theatres / median(seconds) / 1e6
    how = f"{shape}; {value / SIZE.theatres:.2f} million joint ones; {spread_of(seconds)}"
    return Bar(name, value, 10.0, "million a second and core", "at least", how)


def _alone(inputs: Inputs, draws: Draws) -> str:
    """Return what counting alone costs, apart from simulating."""
    paths = FAMILY.simulate(inputs, draws, PATHS, np.random.default_rng(1)).paths
    assert paths is not None
    seconds = _seconds(partial(count, inputs, paths))
    return (
        f"Counting the rungs of all horizons takes {1000 * median(seconds):.0f} ms of it, "
        f"{spread_of(seconds)}."
    )


def _memory() -> Bar:
    few, many = (_added(PATHS * times) for times in (1, MORE))
    how = f"{1000 * few:.0f} MB added with {PATHS} paths a draw, {1000 * many:.0f} MB with "
    return Bar(
        f"memory with {MORE} times the paths",
        many / few,
        1.1,
        "times",
        "at most",
        how + f"{PATHS * MORE}; each a process of its own",
    )


def _added(paths: int) -> float:
    """Return the memory that simulating and counting adds to a process, in GB."""
    words = [f"{name}={value}" for name, value in SIZE.named().items()]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.grown_case", *words, f"paths={paths}", "memory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(json.loads(done.stdout.splitlines()[-1])["added"])


def _seconds(work: Callable[[], object]) -> list[float]:
    """Return the seconds of several runs, after one that does not count."""
    work()
    found = []
    for _ in range(REPEATS):
        began = perf_counter()
        work()
        found.append(perf_counter() - began)
    return found


if __name__ == "__main__":
    main()
