"""Weights of the stack: learnt from the past alone, never outside the simplex."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from forecaster.domain.backtest import Forecaster
from models.stacking import mixed, stack_weights, weights_at
from tests.builders_scores import forecast, origin_of, outcomes, plan

RUNGS, THEATRES, HORIZONS = ("r0", "r1", "r2"), ("t0", "t1"), (1, 4)
SHARP = np.array([0.05, 0.9, 0.05])
FLAT = np.array([1 / 3, 1 / 3, 1 / 3])


def said(forecaster, step, row):
    at = np.broadcast_to(row, (len(THEATRES), len(HORIZONS), len(RUNGS))).copy()
    return forecast(forecaster, step, at=at, horizons=HORIZONS, rungs=RUNGS, theatres=THEATRES)


@pytest.fixture
def case():
    """Twenty origins; the rung that comes is always the middle one, which only `sharp` knows."""
    past = {
        origin_of(s): {"sharp": said("sharp", s, SHARP), "flat": said("flat", s, FLAT)}
        for s in range(20)
    }
    members = (Forecaster("sharp", "bayesian", 0.5), Forecaster("flat", "reference", 0.5))
    frozen = replace(plan("sharp", "flat"), forecasters=members, strength=1.0)
    return past, outcomes(np.ones((2, 30), dtype=int)), frozen


def test_without_a_resolved_forecast_the_prior_weights_stand(case):
    past, came, frozen = case
    weights = weights_at(origin_of(0), past, came, frozen, horizons=2)
    np.testing.assert_allclose(weights, 0.5)


def test_who_was_right_gains_weight_and_sooner_at_the_short_horizon(case):
    past, came, frozen = case
    early = weights_at(origin_of(3), past, came, frozen, horizons=2)
    late = weights_at(origin_of(19), past, came, frozen, horizons=2)
    assert early[0, 0] > 0.5
    assert early[1, 0] == pytest.approx(0.5)  # nothing of horizon 4 is resolved yet
    assert (late[:, 0] > early[:, 0]).all()
    np.testing.assert_allclose(late.sum(axis=1), 1.0)


def test_what_comes_after_the_origin_changes_nothing(case):
    past, came, frozen = case
    origin = origin_of(9)
    before = weights_at(origin, past, came, frozen, horizons=2)
    known = [i for i, end in enumerate(came.ends) if end <= origin]
    rung = came.rung.copy()
    rung[:, len(known) :] = 2
    shuffled = {o: f if o < origin else {**f, "sharp": f["flat"]} for o, f in past.items()}
    after = weights_at(origin, shuffled, replace(came, rung=rung), frozen, horizons=2)
    np.testing.assert_array_equal(before, after)


def test_an_outcome_counts_only_once_it_could_be_known(case):
    past, came, frozen = case
    late = replace(frozen, resolve_after_days=70)
    weights = weights_at(origin_of(9), past, came, late, horizons=2)
    np.testing.assert_allclose(weights, 0.5)


@pytest.mark.parametrize("strength", [0.01, 1.0, 1e6])
def test_weights_are_a_mixture_and_a_strong_prior_holds_them(strength):
    rng = np.random.default_rng(3)
    cumulative = np.sort(rng.uniform(size=(4, 200, 3)), axis=-1)
    outcome = (rng.integers(0, 4, 200)[:, None] <= np.arange(3)).astype(float)
    prior = np.array([0.4, 0.3, 0.2, 0.1])
    weights = stack_weights(cumulative, outcome, prior=prior, strength=strength)
    assert weights.min() >= 0.0
    assert weights.sum() == pytest.approx(1.0)
    if strength == 1e6:
        np.testing.assert_allclose(weights, prior, atol=1e-3)


def test_weights_minimise_the_score_on_the_past():
    rng = np.random.default_rng(1)
    cumulative = np.sort(rng.uniform(size=(2, 300, 2)), axis=-1)
    outcome = (rng.integers(0, 3, 300)[:, None] <= np.arange(2)).astype(float)
    found = stack_weights(cumulative, outcome, prior=np.array([0.5, 0.5]), strength=1e-6)

    def loss(w):
        return ((w * cumulative[0] + (1 - w) * cumulative[1] - outcome) ** 2).mean()

    grid = np.linspace(0, 1, 2001)
    assert found[0] == pytest.approx(grid[np.argmin([loss(w) for w in grid])], abs=2e-3)


def test_the_mixture_is_coherent_though_weights_differ_by_horizon(case):
    past, _, frozen = case
    found = past[origin_of(5)]
    found["sharp"] = replace(found["sharp"], reach=np.full_like(found["sharp"].reach, 0.9))
    whole = mixed(found, np.array([[1.0, 0.0], [0.0, 1.0]]), frozen)
    np.testing.assert_allclose(whole.at.sum(axis=-1), 1.0)
    np.testing.assert_allclose(whole.at[:, 0], np.broadcast_to(SHARP, (2, 3)))
    assert (np.diff(whole.reach, axis=1) >= 0).all()
    tails = np.flip(np.cumsum(np.flip(whole.at, -1), -1), -1)
    assert (whole.reach >= tails - 1e-12).all() or (found["flat"].reach < tails.max()).any()


def test_quantiles_of_a_mixture_of_equals_are_theirs(case):
    past, _, frozen = case
    found = {
        name: replace(f, quantiles=np.broadcast_to(np.arange(1.0, 24.0), f.quantiles.shape))
        for name, f in past[origin_of(5)].items()
    }
    whole = mixed(found, np.full((2, 2), 0.5), frozen)
    np.testing.assert_allclose(whole.quantiles, found["sharp"].quantiles, atol=1e-9)
    assert timedelta(0) < whole.horizon_ends[0] - whole.origin


def test_the_prior_counts_as_origins_in_which_its_mixture_was_right(case):
    past, came, frozen = case
    origins = 12
    strong = replace(frozen, strength=float(origins))
    weights = weights_at(origin_of(origins + 1), past, came, strong, horizons=2)
    sharp, flat, right = (np.cumsum(row)[:-1] for row in (SHARP, FLAT, [0.0, 1.0, 0.0]))
    halfway = (right + (sharp + flat) / 2) / 2  # as many origins that came as are presumed
    grid = np.linspace(0, 1, 2001)
    score = [((w * sharp + (1 - w) * flat - halfway) ** 2).sum() for w in grid]
    assert weights[0, 0] == pytest.approx(grid[np.argmin(score)], abs=2e-3)


def test_members_that_say_the_same_keep_their_prior_weights():
    rng = np.random.default_rng(4)
    one = np.sort(rng.uniform(size=(100, 3)), axis=-1)
    outcome = (rng.integers(0, 4, 100)[:, None] <= np.arange(3)).astype(float)
    prior = np.array([0.7, 0.3])
    weights = stack_weights(np.stack([one, one]), outcome, prior=prior, strength=1.0)
    np.testing.assert_allclose(weights, prior, atol=1e-6)
