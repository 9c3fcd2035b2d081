"""How cost grows with theatres, indicators, steps and draws: slopes on a log-log scale.

    python -m benchmarks.growth

Each size is a process of its own. The bar: no cost grows faster than its cause to the power 1.1.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.bars import Bar, record
from benchmarks.grown import Size
from benchmarks.growth_picture import write_picture
from benchmarks.pages import DOCS, PICTURES, ROOT, markdown_table

COMMAND = "python -m benchmarks.growth"
STORED = DOCS / "growth.json"
STEEPEST = 1.1
AXES: Mapping[str, tuple[int, ...]] = {
    "theatres": (8, 16, 32, 64),
    "indicators": (10, 30, 100),
    "steps": (200, 500, 1000, 2000),
    "draws": (250, 500, 1000, 2000),
}
COSTS = ("gradient", "likelihood", "inputs", "simulation", "columns", "memory")
HOW = {
    "gradient": "one gradient of the log density of latent tension",
    "likelihood": "the likelihood of one stored draw",
    "inputs": "readings to inputs",
    "simulation": "32 paths a draw, counted",
    "columns": "from counts to a probability per draw and cell",
    "memory": "highest memory of the process, imports included",
}

type Case = dict[str, float]


def main() -> None:
    cases = measure()
    text = json.dumps(cases, indent=1)
    STORED.write_text(text + "\n", encoding="utf-8")
    slopes = {axis: slopes_of(axis, rows) for axis, rows in cases.items()}
    write_picture(PICTURES / "growth.svg", points(cases), COSTS)
    record("growth", bars(slopes), command=COMMAND, body=body(slopes))


def measure() -> dict[str, list[Case]]:
    """Return the costs of each size along each axis."""
    base = Size()
    first = measured(base, model=True)
    found: dict[str, list[Case]] = {}
    for axis, values in AXES.items():
        found[axis] = []
        for value in values:
            size = base.with_one(axis, value)
            case = first if size == base else measured(size, model=axis != "draws")
            found[axis].append({axis: value, **case})
            print(f"{axis} {value}: " + ", ".join(f"{c} {case[c]:.3g}" for c in COSTS if c in case))
    return found


def measured(size: Size, *, model: bool) -> Case:
    """Return the costs of one size; of the model only where they are asked for."""
    words = [f"{name}={value}" for name, value in size.named().items()]
    command = [sys.executable, "-m", "benchmarks.grown_case", *words, *(["model"] if model else [])]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=one_thread, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return {cost: found[cost] for cost in (*COSTS, "added") if cost in found}


def slopes_of(axis: str, rows: Sequence[Case]) -> dict[str, float]:
    """Return the least-squares slope of log cost on log size, of each cost that was measured."""
    found = {}
    for cost in COSTS:
        pairs = [(row[axis], row[cost]) for row in rows if cost in row]
        if len(pairs) > 2:
            sizes, costs = np.log(np.array(pairs)).T
            found[cost] = float(np.polyfit(sizes, costs, 1)[0])
    return found


def bars(slopes: Mapping[str, Mapping[str, float]]) -> list[Bar]:
    """Return one bar per axis: the steepest of its slopes."""
    made = []
    for axis, found in slopes.items():
        steepest = max(found, key=lambda cost: found[cost])
        how = f"steepest: {HOW[steepest]}; sizes {', '.join(map(str, AXES[axis]))}"
        made.append(Bar(f"growth with {axis}", found[steepest], STEEPEST, "slope", "at most", how))
    return made


def body(slopes: Mapping[str, Mapping[str, float]]) -> str:
    """Return all slopes and the picture."""
    base = ", ".join(f"{value} {name}" for name, value in Size().named().items())
    table = markdown_table(
        ("cost", *(f"with {axis}" for axis in slopes)),
        [
            (HOW[cost], *(f"{s[cost]:.2f}" if cost in s else "" for s in slopes.values()))
            for cost in COSTS
        ],
    )
    said = (
        f"Slopes of log cost on log size, one number changed at a time from {base}; medians of "
        "five runs of processor time, each size a process of its own with one thread. The figures "
        "are in `growth.json`."
    )
    return f"{said}\n\n{table}\n\n![Cost against size](pictures/growth.svg)"


def points(cases: Mapping[str, Sequence[Case]]) -> list[dict[str, object]]:
    """Return what is drawn: cost relative to that of the smallest size of its axis."""
    return [
        {"axis": axis, "size": row[axis], "cost": cost, "times": row[cost] / rows[0][cost]}
        for axis, rows in cases.items()
        for row in rows
        for cost in COSTS
        if cost in row and cost in rows[0]
    ]


if __name__ == "__main__":
    main()
