"""The log likelihood of draws, from potentials and observed variables, with data replaced."""

import numpy as np
import pymc as pm
import pytest
from scipy.stats import norm

from models.likelihood import data_of, every_name, log_likelihood, replace_data

Y = np.array([0.3, -1.0])


@pytest.fixture(params=["potential", "observed"])
def model(request):
    with pm.Model() as built:
        mean = pm.Normal("mean")
        scale = pm.LogNormal("scale")
        pm.Deterministic("twice", 2 * mean)
        y = pm.Data("y", Y)
        if request.param == "observed":
            pm.Normal("seen", mean, scale, observed=y)
        else:
            pm.Potential("seen", pm.logp(pm.Normal.dist(mean, scale), y).sum())
    return built


def test_is_the_density_of_the_data_alone(model):
    draws = {"mean": np.array([0.0, 2.0]), "scale": np.array([1.0, 0.5])}
    expected = [norm.logpdf(Y, 0.0, 1.0).sum(), norm.logpdf(Y, 2.0, 0.5).sum()]
    np.testing.assert_allclose(log_likelihood(model)(draws), expected)


def test_replaced_data_are_felt(model):
    of, other = log_likelihood(model), np.array([5.0, 6.0])
    replace_data(model, {"y": other})
    np.testing.assert_array_equal(data_of(model)["y"], other)
    drawn = of({"mean": np.zeros(1), "scale": np.ones(1)})
    np.testing.assert_allclose(drawn, norm.logpdf(other).sum())


def test_every_variable_with_draws_is_named(model):
    assert set(every_name(model)) == {"mean", "scale", "twice"}
