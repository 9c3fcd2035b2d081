"""Flip-flop index: the worked values of its definition, and what it passes over."""

import numpy as np
import pytest

from forecaster.scoring.stability import (
    expected_rung,
    flip_flop,
    flip_flop_over_horizons,
    flip_flop_over_origins,
)


@pytest.mark.parametrize(
    ("sequence", "index"),
    [
        ([1.0, 2.0, 5.0], 0.0),
        ([5.0, 2.0, 1.0, 1.0], 0.0),
        ([1.0, 3.0, 1.0], 2.0),
        ([1.0, 3.0, 2.0, 4.0], 1.0),
        ([0.0, 1.0, 0.0, 1.0, 0.0], 1.0),
    ],
)
def test_only_going_back_and_forth_counts(sequence: list[float], index: float) -> None:
    value, turns = flip_flop(np.array(sequence))
    assert value == pytest.approx(index)
    assert turns == len(sequence) - 2


def test_two_forecasts_cannot_flip() -> None:
    value, turns = flip_flop(np.array([1.0, 2.0]))
    assert np.isnan(value)
    assert turns == 0


def test_a_missing_forecast_cuts_a_sequence() -> None:
    expected = np.array([[1.0, 3.0, 1.0, np.nan, 9.0, 1.0, 9.0, 1.0, np.nan]]).T
    value, turns = flip_flop_over_origins(expected)
    assert turns == 3
    assert value == pytest.approx((2.0 + 16.0) / 3)


def test_only_targets_with_every_horizon_count() -> None:
    expected = np.array([[1.0, 3.0, 1.0], [1.0, np.nan, 5.0], [1.0, 2.0, 3.0]])
    value, turns = flip_flop_over_horizons(expected)
    assert (value, turns) == (pytest.approx(1.0), 2)


def test_the_expected_rung_is_the_mean() -> None:
    assert expected_rung(np.array([[0.5, 0.25, 0.25]])) == pytest.approx([0.75])
