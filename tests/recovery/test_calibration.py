"""Calibration by real sampling of a small model: it passes the right one, and finds the wrong."""

from dataclasses import replace

import numpy as np
import pymc as pm
import pytest

from forecaster.errors import ModelError
from models.calibration import CalibrationEffort, prepare, simulate_and_rank
from models.family import Family, MeasurePaths, Simulation
from models.uniformity import uniformity_test
from tests.builders_models import make_inputs, make_ladder, make_priors

pytestmark = pytest.mark.recovery

SIMULATIONS = 40
EFFORT = CalibrationEffort(tune=200, draws=200, chains=1, kept=40, paths=4)
LADDER = make_ladder(places=("north",), indicators=())
INPUTS = make_inputs(LADDER, day=70)


def build(inputs, priors):
    """Counts are Poisson around one rate per step."""
    with pm.Model() as model:
        log_rate = pm.Normal("log_rate", 4.0, 0.3)
        pm.Poisson("count", pm.math.exp(log_rate), observed=pm.Data("seen", inputs.measures.count))
    return model


def simulate(inputs, draws, paths, rng):
    shape = (len(draws["log_rate"]), paths, inputs.steps_open, 1)
    rate = np.exp(draws["log_rate"])[:, None, None, None]
    return Simulation(MeasurePaths(inputs.measures.first_open_step, 1.0 + rng.poisson(rate, shape)))


def generator(*, scatter):
    def generate(inputs, draws, rng):
        count = inputs.measures.count
        noise = scatter * rng.standard_normal(count.shape)
        drawn = rng.poisson(np.exp(draws["log_rate"][0] + noise)).astype(float)
        return replace(inputs, measures=replace(inputs.measures, count=drawn))

    return generate


RIGHT = Family(
    id="toy", version="1", name="Toy", build=build, simulate=simulate, needs=("log_rate",),
    published=("log_rate",), generate=generator(scatter=0.0),
)  # fmt: skip


def p_values(family):
    ready = prepare(family, INPUTS, make_priors(LADDER), EFFORT, seed=1)
    ranked = [simulate_and_rank(ready, n).ranks for n in range(SIMULATIONS)]
    test = uniformity_test(simulations=SIMULATIONS, draws=EFFORT.kept)
    return {name: test.p_value(np.array([r[name] for r in ranked])) for name in ranked[0]}


def test_a_family_that_is_one_model_is_calibrated():
    p = p_values(RIGHT)
    assert set(p) == {"log_rate", "log_likelihood", "forecast_1[north]", "forecast_4[north]"}
    assert min(p.values()) > 0.01


def test_data_noisier_than_the_likelihood_says_are_found_out():
    p = p_values(replace(RIGHT, generate=generator(scatter=0.5)))
    assert p["log_rate"] < 0.001
    assert p["log_likelihood"] < 0.001


def test_data_baked_into_the_graph_are_refused():
    def baked(inputs, priors):
        with pm.Model() as model:
            log_rate = pm.Normal("log_rate", 4.0, 0.3)
            pm.Poisson("count", pm.math.exp(log_rate), observed=inputs.measures.count)
        return model

    with pytest.raises(ModelError, match="keeps data in its graph"):
        prepare(replace(RIGHT, build=baked), INPUTS, make_priors(LADDER), EFFORT, seed=1)


def test_a_reference_cannot_be_calibrated():
    with pytest.raises(ModelError, match="needs build and generate"):
        prepare(replace(RIGHT, build=None), INPUTS, make_priors(LADDER), EFFORT, seed=1)
