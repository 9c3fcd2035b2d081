"""Families on a level panel: who serves it keeps the contract, who does not says so."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import numpy as np
import pytest

from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet
from forecaster.errors import ModelError
from forecaster.reference.load import load_ladder
from forecaster.reference.panel import open_panel
from models.catalogue import families
from models.components.observation import log_observations, measure_of
from models.conformance import assert_family_contract
from models.inputs import Inputs
from models.standing import standings
from models.update import require_servable, update_ladder
from tests.builders_models import known_at
from tests.builders_panels import level_readings, open_inputs, panel_ladder

EVENTS = {
    "afg-pak": [("1950-01", 4), ("1950-02", 4), ("1951-03", 5), ("1952-12", 2)],
    "ind-pak": [("1947-10", 5), ("1952-11", 2)],
    "usa-cub": [("1952-12", 3)],  # seen in one month only
}
AS_OF = datetime.combine(datetime(1953, 1, 31, tzinfo=UTC), time.max, UTC)
SERVING = [id for id, family in families().items() if "level" in family.measures]


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return open_inputs(EVENTS, as_of="1953-01-31", window=4)


def update(ladder: Ladder, **changed: Any) -> Any:
    asked: dict[str, Any] = {
        "readings": known_at(level_readings(EVENTS), AS_OF),
        "judgements": (),
        "priors": PriorSet(ladder.id, "none", ()),
        "as_of": AS_OF,
        "seed": 1,
    }
    return update_ladder(ladder, **{**asked, **changed}).forecast


@pytest.mark.parametrize("id", [id for id in SERVING if families()[id].build is None])
def test_a_reference_that_serves_levels_keeps_the_contract(id: str, inputs: Inputs) -> None:
    assert_family_contract(families()[id], inputs, {})


@pytest.mark.parametrize("id", [id for id in SERVING if families()[id].build is None])
def test_its_paths_are_levels(id: str, inputs: Inputs) -> None:
    paths = families()[id].simulate(inputs, {}, 50, np.random.default_rng(1)).paths
    assert paths is not None
    assert set(np.unique(paths.measure)) <= {1.0, 2.0, 3.0, 4.0, 5.0}


def test_levels_come_back_from_their_logarithm(inputs: Inputs) -> None:
    seen = log_observations(inputs.measures)
    levels = measure_of(inputs.measures, seen.y)
    here = inputs.measures.exposure > 0
    np.testing.assert_array_equal(levels[here], inputs.measures.measure[here])


def test_a_pair_is_drawn_from_its_own_months_above_all(inputs: Inputs) -> None:
    """The one level that it ever showed is the likeliest; the pool adds the others."""
    paths = families()["climatology"].simulate(inputs, {}, 200, np.random.default_rng(1)).paths
    assert paths is not None
    levels, counts = np.unique(
        paths.measure[..., inputs.measures.theatres.index("usa-cub")], return_counts=True
    )
    assert set(levels) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert 3.0 in levels[counts > 0]


def test_an_opened_panel_is_updated_by_the_family_of_its_file() -> None:
    ladder = replace(panel_ladder(), family="ewma")
    opened = open_panel(ladder, known_at(level_readings(EVENTS), AS_OF), as_of=AS_OF)
    forecast = update(opened)
    assert forecast.family == ladder.family
    assert {cell.theatre for cell in forecast.cells} == set(EVENTS)
    assert all(cell.mc_se > 0 for cell in forecast.cells if 0.01 < cell.probability < 0.99)


def test_a_panel_that_was_not_opened_is_told() -> None:
    with pytest.raises(ModelError, match="no state pair"):
        update(replace(panel_ladder(), family="ewma"))


@pytest.mark.parametrize("id", [id for id in families() if id not in SERVING])
def test_a_family_that_serves_no_levels_is_told_with_those_that_do(id: str) -> None:
    opened = open_panel(panel_ladder(), level_readings(EVENTS), as_of=AS_OF)
    with pytest.raises(ModelError, match=rf"{id} serves no measure of kind level.*persistence"):
        require_servable(families()[id], opened)


def test_a_reference_has_nothing_to_say_about_judged_rungs_alone() -> None:
    with pytest.raises(ModelError, match="measured rungs only"):
        require_servable(families()["persistence"], load_ladder("regime-stability"))


def test_standings_of_levels_have_no_label_for_the_usual_lag(inputs: Inputs) -> None:
    found = {s.theatre: s for s in standings(inputs)}
    assert {s.label for s in found.values()} == {""}
    assert (found["usa-cub"].present_rung, found["usa-cub"].measure) == ("display", 3.0)
    assert found["usa-cub"].observed_through is not None
    assert found["usa-cub"].observed_through.date().isoformat() == "1952-12-31"
    assert [level for _, level in found["usa-cub"].history] == [3.0]
    late = open_inputs(EVENTS, as_of="1953-06-30", window=4)
    assert {s.label for s in standings(late)} == {"no data for 6 months"}
