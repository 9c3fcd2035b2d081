"""Results as a Hubverse hub knows them: model output in its columns.

Two targets per domain. `rung`: the rung that holds at the horizon, ordinal, as a probability mass
function. `rung position`: its place from the lowest (0) up, as a cumulative distribution and as
samples. The samples are the 100 evenly spaced quantiles of the distribution of each task: no
number of one task belongs to a number of another.
`hub_tasks` describes both to the hub. Source: Hubverse documentation, "Model output".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Literal

from forecaster.api.tables import Columns
from forecaster.domain.ladder import Ladder

type OutputType = Literal["pmf", "cdf", "sample"]

RUNG, POSITION = "rung", "rung position"
SAMPLES = 100
COLUMNS: Columns = {
    "origin_date": "text",
    "target": "text",
    "domain": "text",
    "theatre": "text",
    "horizon": "whole",
    "output_type": "text",
    "output_type_id": "text",
    "value": "real",
}


@dataclass(frozen=True, slots=True)
class _Task:
    """One distribution over the rungs of a theatre, from the lowest up."""

    origin: str
    domain: str
    theatre: str
    horizon: int
    masses: Mapping[str, float]


def model_output(
    ladder: Ladder, rows: Sequence[Mapping[str, Any]], kinds: Sequence[OutputType]
) -> list[dict[str, Any]]:
    """Return the rows of a run of kind `at` as model output of those types.

    A task whose probabilities are not all known is left out.
    """
    return [
        line
        for number, task in enumerate(_tasks(ladder, rows))
        for kind in kinds
        for line in _lines(task, kind, first=number * SAMPLES)
    ]


def _tasks(ladder: Ladder, rows: Sequence[Mapping[str, Any]]) -> Iterator[_Task]:
    order = {(rung.domain, rung.id): rung.order for rung in ladder.rungs}
    found: dict[tuple[str, str, int], dict[str, float | None]] = {}
    origins: dict[tuple[str, str, int], datetime] = {}
    for row in rows:
        key = (row["domain"], row["theatre"], row["horizon_steps"])
        found.setdefault(key, {})[row["rung"]] = row["probability"]
        origins[key] = row["as_of"]
    for key, masses in sorted(found.items()):
        domain, theatre, horizon = key
        known = {rung: mass for rung, mass in masses.items() if mass is not None}
        if len(known) < len(masses):
            continue
        rungs = sorted((order.get((domain, rung), 0), rung) for rung in known)
        ordered = {rung: known[rung] for _, rung in rungs}
        yield _Task(f"{origins[key]:%Y-%m-%d}", domain, theatre, horizon, ordered)


def _lines(task: _Task, kind: OutputType, *, first: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of one task; its samples are numbered from `first`, as no other's are."""
    if kind == "pmf":
        values: Iterator[tuple[str, float]] = iter(task.masses.items())
    elif kind == "cdf":
        values = ((str(place), value) for place, value in enumerate(_cumulative(task)))
    else:
        values = ((str(number), float(value)) for number, value in enumerate(_samples(task), first))
    for id, value in values:
        yield {
            "origin_date": task.origin,
            "target": RUNG if kind == "pmf" else POSITION,
            "domain": task.domain,
            "theatre": task.theatre,
            "horizon": task.horizon,
            "output_type": kind,
            "output_type_id": id,
            "value": value,
        }


def _cumulative(task: _Task) -> list[float]:
    """Return P(position <= p) for every p; the last is 1 but for rounding, and is said as 1."""
    sums = [min(1.0, value) for value in accumulate(task.masses.values())]
    return [*sums[:-1], 1.0]


def _samples(task: _Task) -> list[int]:
    """Return the quantiles at (i + 1/2) / 100 of the position."""
    sums = _cumulative(task)
    levels = ((number + 0.5) / SAMPLES for number in range(SAMPLES))
    return [next(place for place, value in enumerate(sums) if level <= value) for level in levels]
