"""Direct forecasts: the ordered logit finds its truth; the copula keeps each step's chances."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import check_grad

from models.components.direct import Direct, between_horizons, simulate_direct
from models.components.held_out import Rows
from models.components.ordinal import _objective, fit_ordered_logit
from models.components.past import past_of
from tests.builders_models import make_inputs

INPUTS = make_inputs()


def logit_rows(cases=4000):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(cases, 2))
    latent = 1.5 * x[:, 0] + rng.logistic(size=cases)
    return Rows(x, np.searchsorted([-1.0, 2.0], latent).astype(float), np.ones(cases))


def test_ordered_logit_finds_the_slopes_and_thresholds():
    fitted = fit_ordered_logit(logit_rows(), cuts=2, ridge=np.full(2, 1e-3))
    np.testing.assert_allclose(fitted.slopes, [1.5, 0.0], atol=0.12)
    np.testing.assert_allclose(fitted.thresholds, [-1.0, 2.0], atol=0.15)


def test_ridge_draws_slopes_to_zero():
    fitted = fit_ordered_logit(logit_rows(), cuts=2, ridge=np.full(2, 1e7))
    np.testing.assert_allclose(fitted.slopes, 0.0, atol=0.01)


def test_gradient_is_that_of_the_likelihood():
    rows = logit_rows(50)
    fixed = (rows.x, rows.y.astype(int), rows.weight, 2, np.array([0.5, 2.0]))
    error = check_grad(
        lambda p: _objective(p, *fixed)[0],
        lambda p: _objective(p, *fixed)[1],
        np.array([-0.5, 0.3, 0.7, -0.2]),
    )
    assert error < 1e-3


def test_a_rung_that_never_happened_keeps_a_chance():
    fitted = fit_ordered_logit(logit_rows(), cuts=4, ridge=np.ones(2))
    chances = np.diff(fitted.cumulative(np.zeros((1, 2))), axis=1)
    assert (chances > 0).all()
    assert chances[0, 2] < 0.01


def test_between_horizons_is_straight():
    cumulative = np.array([[0.2], [0.8]])
    found = between_horizons(cumulative, np.array([1, 4]), 6)[:, 0]
    np.testing.assert_allclose(found, [0.2, 0.2, 0.4, 0.6, 0.8, 0.8])


@pytest.mark.parametrize("origins", [0, 3])
def test_paths_keep_the_probabilities_of_each_horizon(origins):
    past = past_of(INPUTS)
    shape = len(past.leads), past.whole.shape[1], len(past.cuts)
    now = np.broadcast_to([0.3, 0.9], shape)
    then = np.broadcast_to(now, (origins, *shape))
    direct = Direct(past.cuts, now, then, np.arange(10, 10 + origins))
    paths = simulate_direct(INPUTS, past, direct, 20_000, np.random.default_rng(1)).paths
    for lead in past.leads:
        below = (paths.measure[0, :, lead, :, None] < np.exp(past.cuts)).mean(axis=0)
        np.testing.assert_allclose(below, now[0], atol=0.015)


def test_a_step_seen_as_nothing_yet_has_no_part():
    measures = INPUTS.measures
    exposure = measures.exposure.copy()
    exposure[measures.first_open_step] = 0.0
    assert past_of(INPUTS).has_early
    unseen = replace(INPUTS, measures=replace(measures, exposure=exposure))
    assert not past_of(unseen).has_early
