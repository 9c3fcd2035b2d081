"""Published figures: interval, error, prior share and the gate."""

import numpy as np
import pytest
from arviz_stats.base.array import array_stats

from models.diagnostics import judge
from models.parts import Column
from models.prior_share import prior_shares
from models.sampling import Posterior
from models.summary import summarise


def column(values, noise=0.0, *, kind="at", rung="strike"):
    values = np.asarray(values, dtype=float)
    return Column("north", "kinetic", 1, kind, rung, values, np.full_like(values, noise))


def test_interval_loses_the_spread_that_paths_added():
    rng = np.random.default_rng(1)
    true = rng.beta(20, 20, 4000)
    counted = rng.binomial(64, true) / 64
    noise = (counted * (1 - counted) / 64)[:, None]
    figures = summarise(counted[:, None], path_noise=noise, chains=4)
    low, high = np.percentile(true, (5, 95))
    assert figures.lower[0] == pytest.approx(low, abs=0.01)
    assert figures.upper[0] == pytest.approx(high, abs=0.01)
    assert counted.std() > 1.1 * true.std()


def test_error_counts_effective_draws():
    rng = np.random.default_rng(1)
    slow = np.repeat(rng.random((4, 100)), 10, axis=1).reshape(-1, 1)
    figures = summarise(slow, path_noise=np.zeros_like(slow), chains=4)
    assert figures.mc_se[0] > 2.5 * slow.std() / np.sqrt(len(slow))


def test_the_error_of_a_single_draw_is_that_of_its_paths():
    found = summarise(np.array([[0.2, 0.5]]), path_noise=np.array([[0.04, 0.0]]), chains=1)
    np.testing.assert_allclose(found.mc_se, [0.2, 0.0])


def test_a_certain_cell_has_no_error_and_no_width():
    sure = np.ones((400, 1))
    figures = summarise(sure, path_noise=np.zeros_like(sure), chains=4)
    assert (figures.lower[0], figures.upper[0], figures.mc_se[0]) == (1.0, 1.0, 0.0)


def test_prior_share_is_the_weight_of_the_prior_in_the_normal_case():
    rng = np.random.default_rng(1)
    prior_sd, data_sd = 1.0, 0.5
    weight = data_sd**2 / (prior_sd**2 + data_sd**2)
    before = 1 / (1 + np.exp(-rng.normal(0, prior_sd, 200_000)))
    after = 1 / (1 + np.exp(-rng.normal(0, np.sqrt(weight) * prior_sd, 200_000)))
    share = prior_shares([column(after)], [column(before)])
    assert share[0] == pytest.approx(weight, abs=0.01)


def test_prior_share_is_one_without_data_and_zero_of_a_certainty():
    values = np.random.default_rng(1).random(1000)
    assert prior_shares([column(values)], [column(values)])[0] == 1.0
    assert prior_shares([column(np.ones(10))], [column(np.ones(10))])[0] == 0.0


def fake_posterior(values):
    shape = values.shape[:2]
    energy = np.random.default_rng(2).normal(size=shape)
    return Posterior({"x": values}, np.zeros(shape, dtype=bool), energy)


def test_a_sound_posterior_passes():
    values = np.random.default_rng(1).normal(size=(4, 1000, 2))
    verdict = judge(fake_posterior(values), {"x": values})
    assert verdict.passed
    assert verdict.min_ess_bulk == pytest.approx(
        min(array_stats.ess(values, chain_axis=0, draw_axis=1, method="bulk")), rel=1e-6
    )


def test_chains_that_disagree_are_refused_by_name():
    values = np.random.default_rng(1).normal(size=(4, 1000, 2))
    values[0, :, 1] += 1.0
    verdict = judge(fake_posterior(values), {"x": values})
    assert not verdict.passed
    assert "R-hat" in verdict.reason
    assert "x[1]" in verdict.reason


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_draw_that_is_no_finite_number_is_refused_by_name(bad):
    values = np.random.default_rng(1).normal(size=(4, 1000, 2))
    values[2, 7, 1] = bad
    verdict = judge(fake_posterior(values), {"x": values})
    assert not verdict.passed
    assert "no finite numbers in 1 quantities (such as x[1])" in verdict.reason


def test_energy_that_is_no_number_is_refused():
    values = np.random.default_rng(1).normal(size=(4, 1000, 1))
    posterior = fake_posterior(values)
    posterior.energy[1, 5] = np.nan
    assert "E-BFMI nan" in judge(posterior, {"x": values}).reason


def test_divergences_are_refused_above_one_in_a_thousand_and_noted_below():
    values = np.random.default_rng(1).normal(size=(4, 1000, 1))
    posterior = fake_posterior(values)
    posterior.diverging[0, :3] = True
    assert judge(posterior, {"x": values}).passed
    assert "3 of 4000" in judge(posterior, {"x": values}).reason
    posterior.diverging[0, :30] = True
    assert not judge(posterior, {"x": values}).passed


def test_a_slow_sampler_is_refused():
    values = np.repeat(np.random.default_rng(1).normal(size=(4, 50, 1)), 20, axis=1)
    verdict = judge(fake_posterior(values), {"x": values})
    assert "effective size below 400" in verdict.reason
