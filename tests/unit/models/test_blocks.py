"""Blocks of draws: the same answer as the whole, on one thread or two, in little memory."""

import numpy as np
import pytest

import models.blocks
from models.blocks import outlook_of
from models.columns import columns, counted_columns, judged_outlooks
from models.families.latent_tension import FAMILY
from models.occupancy import count
from tests.builders_models import make_draws, make_inputs


@pytest.fixture
def small_blocks(monkeypatch):
    inputs = make_inputs()
    monkeypatch.setattr(models.blocks, "BLOCK_VALUES", 3 * 8 * inputs.steps_open * 3)
    return inputs, make_draws(inputs, draws=20)


def test_threads_change_nothing(small_blocks):
    inputs, draws = small_blocks
    one, two = (
        outlook_of(FAMILY, inputs, draws, 8, np.random.default_rng(1), threads=n) for n in (1, 2)
    )
    np.testing.assert_array_equal(one.sample.measure, two.sample.measure)
    for a, b in zip(one.counted.occupied, two.counted.occupied, strict=True):
        np.testing.assert_array_equal(a.at, b.at)


def test_blocks_are_counted_as_their_own_paths_are(small_blocks):
    inputs, draws = small_blocks
    found = outlook_of(FAMILY, inputs, draws, 8, np.random.default_rng(1))
    whole = found.sample.measure.reshape(20, 8, inputs.steps_open, 3)  # so few that all are kept
    paths = type(found.sample)(found.sample.first_step, whole)
    for a, b in zip(found.counted.occupied, count(inputs, paths).occupied, strict=True):
        np.testing.assert_array_equal(a.reach, b.reach)
        np.testing.assert_array_equal(a.below, b.below)
    np.testing.assert_array_equal(found.judged.enter, draws["enter"])


def test_paths_are_kept_evenly_from_all_blocks(small_blocks, monkeypatch):
    inputs, draws = small_blocks
    every = outlook_of(FAMILY, inputs, draws, 8, np.random.default_rng(1)).sample.measure[0]
    monkeypatch.setattr(models.blocks, "KEPT_PATHS", 32)
    few = outlook_of(FAMILY, inputs, draws, 8, np.random.default_rng(1)).sample.measure[0]
    places = np.linspace(0, 159, 32).astype(int)
    np.testing.assert_array_equal(few, every[places])


def test_cells_are_those_of_a_simulation_in_one_piece():
    inputs = make_inputs()
    draws = make_draws(inputs, draws=20)
    found = outlook_of(FAMILY, inputs, draws, 8, np.random.default_rng(1))
    (own,) = np.random.default_rng(1).spawn(1)
    whole = columns(inputs, FAMILY.simulate(inputs, draws, 8, own))
    answered = counted_columns(inputs, found.counted, judged_outlooks(inputs, found.judged))
    for a, b in zip(answered, whole, strict=True):
        assert (a.theatre, a.kind, a.rung, a.horizon) == (b.theatre, b.kind, b.rung, b.horizon)
        np.testing.assert_array_equal(a.probability, b.probability)
