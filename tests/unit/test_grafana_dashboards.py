"""Dashboards and provisioning are what Grafana needs, and name nothing of one installation."""

import re
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from deploy.grafana.build import boards, written
from deploy.grafana.model import SOURCE, WIDTH, dashboard, panel
from forecaster.store.readers import VIEWS
from tests.grafana_queries import DASHBOARDS, FOLDER, load, queries

COLOURS = {"green", "yellow", "orange", "red", "dark-red", "blue", "text", "transparent"}
UNITS = {"short", "none", "percentunit", "s", "h", "d", "dateTimeAsIso"}

every_board = pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)


def settings(item: object, key: str):
    """Every value under `key`, however deep."""
    if isinstance(item, dict):
        for name, value in item.items():
            if name == key:
                yield value
            yield from settings(value, key)
    elif isinstance(item, list):
        for value in item:
            yield from settings(value, key)


def test_the_files_are_what_the_code_writes():
    assert {path.name for path in DASHBOARDS} == set(boards())
    for path in DASHBOARDS:
        assert path.read_text(encoding="utf-8") == written(boards()[path.name]), (
            "run python -m deploy.grafana.build"
        )


def test_there_is_one_dashboard_of_each_kind_with_a_uid_of_its_own():
    found = [load(path) for path in DASHBOARDS]
    assert {board["title"] for board in found} == {"Ladders", "Freshness", "Scores", "Operations"}
    uids = [board["uid"] for board in found]
    assert len(set(uids)) == len(uids)
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", uid) for uid in uids)


@every_board
def test_a_dashboard_has_all_that_grafana_needs(path: Path):
    board = load(path)
    assert board["schemaVersion"] >= 39
    assert "id" not in board
    assert set(board["time"]) == {"from", "to"}
    ids = [made["id"] for made in board["panels"]]
    assert len(set(ids)) == len(ids)
    for made in board["panels"]:
        assert {"type", "title", "description", "datasource", "targets", "gridPos"} <= set(made)
        assert made["title"]
        assert len(made["description"]) > 10
        assert [target["refId"] for target in made["targets"]] == ["A"]
        assert made["targets"][0]["rawQuery"] is True


@every_board
def test_panels_lie_in_the_grid_and_do_not_overlap(path: Path):
    places = [made["gridPos"] for made in load(path)["panels"]]
    for place in places:
        assert min(place["x"], place["y"]) >= 0
        assert min(place["w"], place["h"]) > 0
        assert place["x"] + place["w"] <= WIDTH
    for a, b in combinations(places, 2):
        apart = (
            a["x"] + a["w"] <= b["x"]
            or b["x"] + b["w"] <= a["x"]
            or a["y"] + a["h"] <= b["y"]
            or b["y"] + b["h"] <= a["y"]
        )
        assert apart, (a, b)


@every_board
def test_units_and_colours_are_known_and_thresholds_rise(path: Path):
    board = load(path)
    assert set(settings(board, "unit")) <= UNITS
    for steps in settings(board, "steps"):
        assert steps[0]["value"] is None
        values = [step["value"] for step in steps[1:]]
        assert values == sorted(values)
        assert {step["color"] for step in steps} <= COLOURS


@every_board
def test_queries_name_views_of_the_contract_and_no_table(path: Path):
    board = load(path)
    asked = [sql for _, _, sql in queries(board)]
    asked += [made["query"] for made in board["templating"]["list"]]
    for sql in asked:
        named = set(re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)\b(?!\()", sql))
        assert named <= set(VIEWS), sql


@every_board
def test_variables_are_declared_before_they_are_used_and_quoted(path: Path):
    board = load(path)
    declared: set[str] = set()
    for made in board["templating"]["list"]:
        assert set(re.findall(r"\$\{(\w+)", made["query"])) <= declared, made["name"]
        declared.add(made["name"])
    for title, _, sql in queries(board):
        assert set(re.findall(r"\$\{(\w+)", sql)) <= declared, title
        # Every way of writing a variable but this one would let a value end the string it is in.
        assert not re.search(r"\$(?!__time)(?!\{\w+:sqlstring\})", sql), title


@every_board
def test_every_query_goes_to_the_provisioned_source(path: Path):
    made = yaml.safe_load((FOLDER / "provisioning/datasources/results.yaml").read_text())
    (source,) = made["datasources"]
    assert {"type": source["type"], "uid": source["uid"]} == SOURCE
    for named in settings(load(path), "datasource"):
        assert named == SOURCE


def test_the_source_is_not_editable_and_takes_its_password_from_the_environment():
    made = yaml.safe_load((FOLDER / "provisioning/datasources/results.yaml").read_text())
    (source,) = made["datasources"]
    assert source["editable"] is False
    assert source["secureJsonData"] == {"password": "$RESULTS_PASSWORD"}


def test_dashboards_are_provisioned_and_nobody_changes_them_from_within():
    made = yaml.safe_load((FOLDER / "provisioning/dashboards/forecaster.yaml").read_text())
    (provider,) = made["providers"]
    assert (provider["type"], provider["allowUiUpdates"]) == ("file", False)


def test_a_row_that_is_too_wide_is_refused():
    made = panel("stat", "A", "SELECT 1", meaning="nothing at all")
    with pytest.raises(ValueError, match="25 columns wide"):
        dashboard("a", "A", meaning="", since="now-1d", variables=(), rows=((4, ((25, made),)),))
