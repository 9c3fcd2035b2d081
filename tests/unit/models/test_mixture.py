"""Several families as one answer."""

import numpy as np
import pytest

from forecaster.domain.forecast import Diagnostics
from models.family import MeasurePaths
from models.mixture import alone, mixed_columns, mixed_paths, worst
from models.parts import Column


def column(kind, horizon, probability, rung="r1"):
    values = np.asarray(probability, dtype=float)
    return Column("t0", "main", horizon, kind, rung, values, values * (1 - values) / 50)


WEIGHTS = {1: np.array([0.75, 0.25]), 4: np.array([0.25, 0.75])}


def test_one_family_alone_is_itself():
    columns = [column("at", 1, np.linspace(0.1, 0.3, 8)), column("reach", 4, np.full(8, 0.6))]
    weights = alone("x", 2).at((1, 4))
    for mixed, own in zip(mixed_columns([columns], weights, chains=2), columns, strict=True):
        np.testing.assert_array_equal(mixed.probability, own.probability)
        np.testing.assert_array_equal(mixed.path_noise, own.path_noise)


def test_weights_are_those_of_the_horizon_and_a_reference_stands_for_every_draw():
    sampled = [column("at", h, np.linspace(0.2, 0.4, 8)) for h in (1, 4)]
    reference = [column("at", h, [0.8]) for h in (1, 4)]
    near, far = mixed_columns([sampled, reference], WEIGHTS, chains=2)
    np.testing.assert_allclose(near.probability, 0.75 * np.linspace(0.2, 0.4, 8) + 0.2)
    np.testing.assert_allclose(far.probability, 0.25 * np.linspace(0.2, 0.4, 8) + 0.6)


def test_members_with_more_draws_are_thinned_to_whole_chains():
    many, few = [column("at", 1, np.linspace(0, 1, 101))], [column("at", 1, np.full(43, 0.5))]
    (mixed,) = mixed_columns([many, few], WEIGHTS, chains=4)
    assert len(mixed.probability) == 40


def test_reach_never_sinks_with_the_horizon():
    first = [column("reach", 1, np.full(4, 0.9)), column("reach", 4, np.full(4, 0.95))]
    second = [column("reach", 1, np.full(4, 0.1)), column("reach", 4, np.full(4, 0.2))]
    near, far = mixed_columns([first, second], WEIGHTS, chains=1)
    assert (far.probability >= near.probability).all()


def test_paths_are_taken_in_proportion_by_step():
    low = MeasurePaths(9, np.full((2, 50, 6, 1), 1.0))
    high = MeasurePaths(9, np.full((1, 100, 6, 1), 5.0))
    mixed = mixed_paths([low, high], WEIGHTS, 10)
    assert mixed is not None
    shares = (mixed.measure[0, :, :, 0] == 5.0).mean(axis=0)
    # Steps -1, 0 and 1 from the present have the weights of horizon 1, later ones those of 4.
    assert shares == pytest.approx([0.25, 0.25, 0.25, 0.75, 0.75, 0.75], abs=0.01)


def test_a_mixture_passes_if_all_its_sampled_members_do():
    good = Diagnostics(True, "", 1.0, 900.0, 800.0, 0, 1000, 0.8, "a")
    bad = Diagnostics(False, "R-hat above 1.01", 1.2, 50.0, 40.0, 3, 1000, 0.5, "b")
    free = Diagnostics(True, "", 1.0, float("inf"), float("inf"), 0, 0, 1.0)
    verdict = worst([good, free, bad])
    assert not verdict.passed
    assert verdict.reason == "R-hat above 1.01"
    assert (verdict.max_rhat, verdict.min_ess_tail, verdict.worst) == (1.2, 40.0, "b")
    assert worst([good, free]).passed
    assert worst([good, free]).draws == 1000
