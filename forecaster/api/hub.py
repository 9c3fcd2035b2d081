"""Results as a Hubverse hub knows them: model output in its columns, and the hub's `tasks.json`.

Two targets per domain. `rung`: the rung that holds at the horizon, ordinal, as a probability mass
function. `rung position`: its place from the lowest (0) up, as a cumulative distribution and as
samples. The samples are the 100 evenly spaced quantiles of the distribution of each task: no
number of one task belongs to a number of another.
Source: Hubverse documentation, "Model output" and "Hub configuration", schema version 5.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Literal

from forecaster.api.tables import Columns
from forecaster.domain.ladder import Ladder

type OutputType = Literal["pmf", "cdf", "sample"]

SCHEMA = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v5.0.1/tasks-schema.json"
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
_LONGEST_ID = 30
_LONGEST_NAME = 100


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


def tasks(ladder: Ladder, origins: Sequence[datetime]) -> dict[str, Any]:
    """Return the hub's `tasks.json`: one round per origin, one group of tasks per set of rungs."""
    days = sorted({f"{origin:%Y-%m-%d}" for origin in origins})
    groups = _groups(ladder)
    return {
        "schema_version": SCHEMA,
        "rounds": [
            {
                "round_id_from_variable": True,
                "round_id": "origin_date",
                "model_tasks": [
                    one
                    for (domain, rungs), theatres in groups.items()
                    for one in (
                        _group(ladder, days, domain, theatres, RUNG, _pmf(rungs)),
                        _group(ladder, days, domain, theatres, POSITION, _positions(rungs)),
                    )
                ],
                "submissions_due": {"relative_to": "origin_date", "start": 0, "end": 7},
                "file_format": ["csv", "parquet"],
            }
        ],
        "output_type_id_datatype": "character",
    }


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


def _groups(ladder: Ladder) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """Return the theatres by domain and by the rungs that can hold there."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for domain in ladder.domains:
        for place in ladder.theatres:
            rungs = tuple(rung.id for rung in ladder.rungs_of(place, domain))
            if len(rungs) > 1:
                found.setdefault((domain, rungs), []).append(place.id)
    return found


def _group(
    ladder: Ladder,
    days: Sequence[str],
    domain: str,
    theatres: Sequence[str],
    target: str,
    output_type: dict[str, Any],
) -> dict[str, Any]:
    return {
        "task_ids": {
            "origin_date": {"required": None, "optional": list(days)},
            "target": {"required": [target], "optional": None},
            "domain": {"required": [domain], "optional": None},
            "theatre": {"required": None, "optional": list(theatres)},
            "horizon": {"required": None, "optional": list(ladder.horizons)},
        },
        "output_type": output_type,
        "target_metadata": [
            {
                "target_id": target[:_LONGEST_ID],
                "target_name": f"The {target} that holds at the horizon: {ladder.name}"[
                    :_LONGEST_NAME
                ],
                "target_units": "rung" if target == RUNG else "place from the lowest rung, 0",
                "target_keys": {"target": target},
                "description": f"Domain {domain} of ladder {ladder.id} {ladder.version}.",
                "target_type": "ordinal" if target == RUNG else "discrete",
                "is_step_ahead": True,
                "time_unit": ladder.step,
            }
        ],
    }


def _pmf(rungs: Sequence[str]) -> dict[str, Any]:
    return {"pmf": _probabilities(list(rungs))}


def _positions(rungs: Sequence[str]) -> dict[str, Any]:
    places = [str(place) for place in range(len(rungs))]
    sample = {
        "output_type_id_params": {
            "type": "integer",
            "min_samples_per_task": SAMPLES,
            "max_samples_per_task": SAMPLES,
        },
        "value": {"type": "double", "minimum": 0, "maximum": len(rungs) - 1},
        "is_required": False,
    }
    return {"cdf": _probabilities(places), "sample": sample}


def _probabilities(ids: list[str]) -> dict[str, Any]:
    return {
        "output_type_id": {"required": ids},
        "value": {"type": "double", "minimum": 0, "maximum": 1},
        "is_required": False,
    }
