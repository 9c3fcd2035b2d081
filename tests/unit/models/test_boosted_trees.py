"""Boosted trees of a quantity: stages of one growing, averaged by how they did."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from models.components.boosting import Settings, learn_quantity
from models.components.held_out import Rows
from models.families.boosted_trees import _weights


def test_a_stage_is_what_so_many_trees_alone_expect():
    rng = np.random.default_rng(3)
    x, new = rng.normal(size=(200, 3)), rng.normal(size=(30, 3))
    rows = Rows(x, x[:, 0] + 0.3 * rng.normal(size=200), np.ones(200))
    found = learn_quantity(Settings(0.1, 9, 20), (4, 9))(rows, new)
    for column, trees in enumerate((4, 9)):
        alone = HistGradientBoostingRegressor(
            learning_rate=0.1,
            max_iter=trees,
            min_samples_leaf=20,
            max_leaf_nodes=8,
            max_bins=63,
            early_stopping=False,
        ).fit(rows.x, rows.y)
        np.testing.assert_allclose(found[:, column], alone.predict(new))


def test_stages_that_did_alike_count_alike_and_a_worse_one_less():
    errors = np.random.default_rng(1).normal(size=(40, 3, 1)) * np.array([1.0, 1.0, 1.2])
    weights = _weights(errors)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[0] == pytest.approx(weights[1])
    # the normal likelihood of 40 origins at its best spread: sd to the power -40
    assert weights[2] / weights[0] == pytest.approx(1.2**-40)


def test_weights_are_equal_where_no_error_is_known():
    np.testing.assert_allclose(_weights(np.full((5, 2, 4), np.nan)), 0.25)
    np.testing.assert_allclose(_weights(np.zeros((0, 2, 4))), 0.25)


def test_an_error_of_a_theatre_that_was_not_seen_is_left_out():
    errors = np.random.default_rng(1).normal(size=(30, 2, 3))
    part = errors.copy()
    part[:, 1] = np.nan
    np.testing.assert_allclose(_weights(part), _weights(errors[:, :1]))


def test_a_hair_of_difference_between_stages_moves_their_weights_by_a_hair():
    errors = np.random.default_rng(1).normal(size=(40, 3, 1)) * np.ones(3)
    one, other = (_weights(errors * (1.0 + 1e-6 * np.eye(3)[stage])) for stage in (0, 2))
    np.testing.assert_allclose(one, other, atol=1e-4)
