"""Model output for a Hubverse hub: distributions that are ones, and tasks that fit them.

What the hub's own schema (version 5) asks of `tasks.json` is stated here in our own words; the
schema's repository carries no licence file, so it is not kept beside these tests. In November 2026
all packaged ladders were held against the original once, by hand: no breach. Hubverse's own reader
opens what is handed out in `tests/integration/test_api_hubverse.py`.
"""

from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from forecaster.api.hub import SAMPLES, model_output
from forecaster.api.hub_tasks import tasks
from tests.builders_store import day, ladder

AT = (("calm", 0.7), ("fire", 0.25), ("war", 0.05))


def _ids(items: dict[str, Any]) -> dict[str, Any]:
    some = {"type": ["array", "null"], "uniqueItems": True, "items": items}
    return _exactly({"required": some, "optional": some})


def _exactly(properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    needed = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _distribution(item: dict[str, Any]) -> dict[str, Any]:
    probability = {"type": {"const": "double"}, "minimum": {"const": 0}, "maximum": {"const": 1}}
    ids = {"type": "array", "uniqueItems": True, "items": item}
    return _exactly(
        {
            "output_type_id": _exactly({"required": ids}),
            "value": _exactly(probability),
            "is_required": {"type": "boolean"},
        }
    )


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 1}
_TARGET = {
    "type": "object",
    "properties": {
        "target_id": {"type": "string", "maxLength": 30},
        "target_name": {"type": "string", "maxLength": 100},
        "target_units": {"type": "string", "maxLength": 100},
        "description": _TEXT,
        "target_keys": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": _TEXT,
        },
        "target_type": {"enum": ["ordinal", "discrete"]},
        "is_step_ahead": {"const": True},
        "time_unit": {"enum": ["day", "week", "month"]},
    },
    "required": [
        "target_id",
        "target_name",
        "target_units",
        "target_keys",
        "target_type",
        "is_step_ahead",
        "time_unit",
    ],
}
_SAMPLE = _exactly(
    {
        "output_type_id_params": _exactly(
            {
                "type": {"const": "integer"},
                "min_samples_per_task": _COUNT,
                "max_samples_per_task": _COUNT,
            }
        ),
        "value": _exactly(
            {
                "type": {"enum": ["double", "integer"]},
                "minimum": {"type": "number"},
                "maximum": {"type": "number"},
            }
        ),
        "is_required": {"type": "boolean"},
    }
)
_OUTPUT = {"pmf": _distribution(_TEXT), "cdf": _distribution(_TEXT), "sample": _SAMPLE}
_GROUP = _exactly(
    {
        "task_ids": _exactly(
            {
                "origin_date": _ids({"type": "string", "format": "date"}),
                "target": _ids(_TEXT),
                "domain": _ids(_TEXT),
                "theatre": _ids(_TEXT),
                "horizon": _ids({"type": "integer"}),
            }
        ),
        "output_type": _exactly(_OUTPUT, optional=tuple(_OUTPUT)),
        "target_metadata": {"type": "array", "items": _TARGET, "minItems": 1},
    }
)
_ROUND = {
    "type": "object",
    "properties": {
        "round_id_from_variable": {"const": True},
        "round_id": {"const": "origin_date"},
        "model_tasks": {"type": "array", "items": _GROUP, "minItems": 1},
        "submissions_due": _exactly(
            {"relative_to": _TEXT, "start": {"type": "integer"}, "end": {"type": "integer"}}
        ),
        "file_format": {"type": "array", "items": {"enum": ["csv", "parquet", "arrow"]}},
    },
    "required": ["round_id_from_variable", "round_id", "model_tasks", "submissions_due"],
}
HUB = _exactly(
    {
        "schema_version": {"type": "string", "format": "uri"},
        "rounds": {"type": "array", "items": _ROUND, "minItems": 1},
        "output_type_id_datatype": {"enum": ["auto", "character", "double", "integer"]},
    }
)


def rows() -> list[dict[str, Any]]:
    return [
        {
            "as_of": day(8),
            "theatre": "north",
            "domain": "kinetic",
            "horizon_steps": steps,
            "kind": "at",
            "rung": rung,
            "probability": probability,
        }
        for steps in (1, 4)
        for rung, probability in reversed(AT)
    ]


def lines(kind: str, steps: int = 1) -> list[dict[str, Any]]:
    found = model_output(ladder(), rows(), ["pmf", "cdf", "sample"])
    return [one for one in found if one["output_type"] == kind and one["horizon"] == steps]


def test_the_mass_is_that_of_the_rows_from_the_lowest_rung_up():
    assert [(one["output_type_id"], one["value"]) for one in lines("pmf")] == list(AT)


def test_the_cumulative_distribution_rises_to_one():
    found = lines("cdf")
    assert [one["output_type_id"] for one in found] == ["0", "1", "2"]
    assert [one["value"] for one in found] == pytest.approx([0.7, 0.95, 1.0])
    assert found[-1]["value"] == 1.0


def test_samples_are_spread_as_the_mass_is():
    values = [one["value"] for one in lines("sample")]
    assert len(values) == SAMPLES
    assert [values.count(float(place)) / SAMPLES for place in range(3)] == [0.7, 0.25, 0.05]


def test_no_two_tasks_share_the_number_of_a_sample():
    """A number that two tasks share would say that the two were drawn together."""
    ids = [one["output_type_id"] for steps in (1, 4) for one in lines("sample", steps)]
    assert len(set(ids)) == len(ids) == 2 * SAMPLES


def test_a_task_with_a_missing_probability_is_left_out():
    broken = rows()
    broken[0]["probability"] = None
    found = model_output(ladder(), broken, ["pmf"])
    assert {one["horizon"] for one in found} == {4}


def test_tasks_are_what_the_hub_takes():
    Draft202012Validator.check_schema(HUB)
    made = tasks(replace(ladder(), name="A ladder with a name that goes on and on " * 4), [day(8)])
    errors = list(
        Draft202012Validator(HUB, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(
            made
        )
    )
    assert errors == []


def test_every_row_of_the_output_is_a_task_of_the_hub():
    (only,) = tasks(ladder(), [day(8)])["rounds"]
    for line in model_output(ladder(), rows(), ["pmf", "cdf", "sample"]):
        assert any(_takes(group, line) for group in only["model_tasks"]), line


def _takes(group: dict[str, Any], line: dict[str, Any]) -> bool:
    for name, ids in group["task_ids"].items():
        if line[name] not in [*(ids["required"] or []), *(ids["optional"] or [])]:
            return False
    output = group["output_type"].get(line["output_type"])
    if output is None:
        return False
    low, high = output["value"]["minimum"], output["value"]["maximum"]
    ids = output.get("output_type_id", {}).get("required")
    return low <= line["value"] <= high and (ids is None or line["output_type_id"] in ids)
