"""References on a panel of ordinal levels: contract, pooling, memory, and what they refuse."""

from dataclasses import replace

import numpy as np
import pytest

from forecaster.errors import ModelError
from models.catalogue import families
from models.components.frequencies import boxcar, exponential, frequencies
from models.conformance import assert_family_contract
from tests.builders_levels import make_level_inputs, make_levels
from tests.builders_models import make_inputs

SERVING = (
    "climatology",
    "climatology_12",
    "climatology_26",
    "climatology_tuned",
    "ewma",
    "persistence",
    "ordered_logit",
    "boosted_trees",
)
LEVELS = make_levels(pairs=12, months=150)
INPUTS = make_level_inputs(LEVELS)


def measures(id, inputs=INPUTS, paths=400):
    found = families()[id].simulate(inputs, {}, paths, np.random.default_rng(1)).paths
    return found.measure[0]


@pytest.mark.parametrize("id", SERVING)
def test_contract(id):
    assert_family_contract(families()[id], INPUTS, {})


@pytest.mark.parametrize("id", SERVING)
def test_short_past_and_one_pair(id):
    assert_family_contract(families()[id], make_level_inputs(LEVELS[:5], at_risk_from=0), {})
    assert_family_contract(families()[id], make_level_inputs(LEVELS[:, 1:2]), {})


@pytest.mark.parametrize("id", SERVING)
def test_paths_are_levels_of_the_ladder(id):
    assert set(np.unique(measures(id))) <= {1.0, 2.0, 3.0, 4.0, 5.0}


@pytest.mark.parametrize("id", [i for i in SERVING if i != "climatology_12"])
def test_a_pair_that_clashes_often_is_told_from_a_quiet_one(id):
    clashes = (measures(id)[:, 1:] > 1).mean(axis=(0, 1))
    assert clashes[1::2].mean() > 2.0 * clashes[0::2].mean()


def test_local_level_refuses_levels_and_says_what_to_do():
    with pytest.raises(ModelError, match="use ewma"):
        measures("local_level")


def test_frequencies_are_drawn_to_the_pool():
    counts = np.array([[10.0, 0.0], [0.0, 10.0]])
    loose, tight = (frequencies(counts, a)[:, 0] for a in (0.1, 1e6))
    np.testing.assert_allclose(tight, [0.5, 0.5], atol=1e-4)
    np.testing.assert_allclose(loose, [10.05 / 10.1, 0.05 / 10.1])


def test_kernels_add_up_only_steps_before():
    seen = np.array([1.0, 0.0, 1.0, 1.0])
    np.testing.assert_allclose(boxcar(2)(seen), [0, 1, 1, 1, 2])
    np.testing.assert_allclose(boxcar(None)(seen), [0, 1, 1, 2, 3])
    np.testing.assert_allclose(exponential(1.0)(seen), [0, 1, 0.5, 1.25, 1.625])


def test_levels_stand_one_below_the_first_threshold():
    panel = replace(make_inputs().measures, thresholds=np.array([2.0, 3.0]), is_level=True)
    np.testing.assert_array_equal(panel.middles, [1.0, 2.0, 3.0])
