"""What 10,000 theatres would need, from measured costs; writes `docs/scaling.md`.

    python -m benchmarks.scaling

It reads what `benchmarks.growth` measured (`docs/growth.json`), and measures what else it needs:
one fit, and what is stored of a reading and of a run. No figure is written by hand.
"""

import json
import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.bars import machine
from benchmarks.grown import Size
from benchmarks.growth import STORED, slopes_of
from benchmarks.pages import DOCS, ROOT, markdown_table
from benchmarks.scaling_storage import Storage, storage

COMMAND = "python -m benchmarks.scaling"
PAGE = DOCS / "scaling.md"
MEASURED = DOCS / "scaling.json"
THEATRES = 10_000
LADDER_OF = 8
WEEKS, DAYS = 52, 365
LARGEST = "theatres"


@dataclass(frozen=True)
class Costs:
    """Measured costs of one ladder of 8 theatres; seconds, on one core, and GB.

    fit: sampling alone, compiled. gradients: of all its chains. memory: of the process. update:
    inputs, the likelihood of every kept draw, simulation and columns.
    """

    fit: float
    gradients: float
    draws: int
    memory: float
    update: float


def main() -> None:
    cases = json.loads(STORED.read_text(encoding="utf-8"))
    base = next(row for row in cases[LARGEST] if row[LARGEST] == LADDER_OF)
    fitted = {k: v for k, v in fit().items() if k != "wall"}
    costs = Costs(update=update_of(base, Size().draws), **fitted)
    stored = storage()
    measured = {"costs": asdict(costs), "storage": asdict(stored)}
    MEASURED.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(cases[LARGEST], costs, stored), encoding="utf-8")


def fit() -> dict[str, float]:
    """Return what one fit of a made-up ladder of 8 theatres costs, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.grown_fit"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def update_of(case: Mapping[str, float], draws: int) -> float:
    """Return the seconds of a daily update without a fit, from the costs of a size."""
    return case["inputs"] + draws * case["likelihood"] + case["simulation"] + case["columns"]


def at(cases: Sequence[Mapping[str, float]], cost: str, theatres: int) -> float:
    """Return a cost at so many theatres: that of the most measured, carried on at its slope."""
    largest = cases[-1]
    slope = slopes_of(LARGEST, [dict(case) for case in cases])[cost]
    return float(largest[cost] * (theatres / largest[LARGEST]) ** slope)


def memory_at(cases: Sequence[Mapping[str, float]], theatres: int) -> float:
    """Return the memory at so many theatres along a straight line, because imports are constant."""
    first, last = cases[0], cases[-1]
    each = (last["memory"] - first["memory"]) / (last[LARGEST] - first[LARGEST])
    return float(last["memory"] + each * (theatres - last[LARGEST]))


def page(cases: Sequence[Mapping[str, float]], costs: Costs, stored: Storage) -> str:
    """Return the page."""
    ladders = THEATRES // LADDER_OF
    fit_hours, update_hours = ladders * costs.fit / 3600, ladders * costs.update / 3600
    gradient, memory = at(cases, "gradient", THEATRES), memory_at(cases, THEATRES)
    panel_fit = costs.gradients * gradient / 3600
    panel = {cost: at(cases, cost, THEATRES) for cost in ("inputs", "simulation", "columns")}
    panel_update = sum(panel.values()) + Size().draws * at(cases, "likelihood", THEATRES)
    rows = (
        ("weekly refit, core-hours", _figure(fit_hours), _figure(panel_fit)),
        ("daily update, core-hours", _figure(update_hours), _figure(panel_update / 3600)),
        ("memory of a process, GB", _figure(costs.memory), _figure(memory)),
        ("cores to refit within an hour", f"{math.ceil(fit_hours)}", "its chains at most"),
        *_storage_rows(stored),
    )
    table = markdown_table(
        ("", f"{ladders:,} ladders of {LADDER_OF} theatres", f"one panel of {THEATRES:,}"), rows
    )
    largest, places = cases[-1][LARGEST], stored.theatres
    return f"""# What {THEATRES:,} theatres would need

Written by `{COMMAND}` on {machine()}, from `growth.json` and `scaling.json` beside this page. Do
not edit it by hand.

{table}

## How it is reckoned

- **A fit** of {LADDER_OF} theatres, {Size().indicators} indicators and {Size().steps} steps took
  {costs.fit:.1f} s of sampling on one core for {costs.draws:,} draws with their tuning,
  {costs.gradients:,.0f} gradients in all; compiling is paid once per shape and kept on disk. Many
  ladders: ladders x seconds of a fit. They share nothing, so that they spread over as many cores as
  there are.
- **An update** without a fit is inputs + {Size().draws} draws x the likelihood of one + simulation
  + columns: {costs.update:.2f} s for a ladder of {LADDER_OF}.
- **One panel**: each cost at {largest:.0f} theatres, the most that were measured, carried on at its
  slope, cost({largest:.0f}) x ({THEATRES:,} / {largest:.0f})^slope; a gradient of the panel would
  take {1000 * gradient:.0f} ms. Memory, most of which is imports, is carried on along a straight
  line instead. A fit is taken to need as many gradients as that of {LADDER_OF}
  theatres, which is hopeful: more parameters need longer paths. It has not been tried.
- **Storage** of a year: a run a day, {stored.run_bytes / 1e3:.0f} kB for {places} measured theatres
  and the others of their ladder; readings at {stored.readings_per_day:.0f} rows a day, as the
  packaged sample has them, {stored.reading_bytes:.0f} bytes each with their index.
- Not counted: the network, the database's own cores, and people who look at {THEATRES:,} theatres.
"""


def _storage_rows(stored: Storage) -> list[tuple[str, str, str]]:
    scale = THEATRES / stored.theatres * DAYS / 1e9
    runs = stored.run_bytes * scale
    readings = stored.readings_per_day * stored.reading_bytes * scale
    return [
        ("runs stored in a year, GB", _figure(runs), _figure(runs)),
        ("readings stored in a year, GB", _figure(readings), _figure(readings)),
    ]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


if __name__ == "__main__":
    main()
