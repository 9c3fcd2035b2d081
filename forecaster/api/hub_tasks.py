"""A hub's `tasks.json`: what may be submitted to a hub that takes what `hub` gives.

Source: Hubverse documentation, "Hub configuration", schema version 5.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from forecaster.api.hub import POSITION, RUNG, SAMPLES
from forecaster.domain.ladder import Ladder

SCHEMA = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v5.0.1/tasks-schema.json"
_LONGEST_ID = 30
_LONGEST_NAME = 100


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
