"""Real sampling: known parameters come back, and a whole update is sound and repeatable."""

import numpy as np
import pytest

from models.compiling import compile_model
from models.conformance import assert_cells_coherent
from models.families.latent_tension import FAMILY
from models.sampling import SamplingOptions, sample
from models.update import Effort, update_ladder
from tests.builders_models import (
    AID,
    SALVOS,
    make_counts,
    make_draws,
    make_inputs,
    make_ladder,
    make_priors,
    make_readings,
)

pytestmark = pytest.mark.recovery

TRUTH = {
    "level": np.array([3.6, 3.3, 2.9]),
    "phi": np.array([0.95, 0.90, 0.92]),
    "volatility": np.array([0.10, 0.20, 0.15]),
    "noise": np.array([0.15, 0.25, 0.20]),
}
EFFECT = 0.12
DAYS = 7 * 150


def synthetic(seed):
    """Daily counts whose weekly log rate follows the model with the parameters above."""
    rng = np.random.default_rng(seed)
    weeks, base = DAYS // 7, 900.0
    aid = np.repeat(rng.normal(size=weeks), 7)
    state = np.zeros(3)
    counts = np.empty((weeks, 3))
    for t in range(weeks):
        pushed = EFFECT * aid[7 * (t - 1)] if t else 0.0
        state = TRUTH["phi"] * state + pushed + TRUTH["volatility"] * rng.normal(size=3)
        rate = np.exp(TRUTH["level"] + state + TRUTH["noise"] * rng.normal(size=3))
        counts[t] = rng.poisson(rate * base / 100.0)
    daily = np.stack([spread_over_days(counts[:, k], rng) for k in range(3)])
    names = ("north", "south", "coast")
    series = {f"events.{n}": daily[k] for k, n in enumerate(names)}
    rest = np.full(DAYS, base / 7.0) - daily.sum(axis=0)
    return make_readings(
        {**series, "events.rest": np.maximum(rest, 0), "aid.total": aid}, lag_days=0
    )


def spread_over_days(weekly, rng):
    return np.concatenate([rng.multinomial(int(n), [1 / 7] * 7) for n in weekly]).astype(float)


@pytest.fixture(scope="module")
def case():
    ladder = make_ladder()
    with_rest = tuple(f"events.{n}" for n in ("north", "south", "coast", "rest"))
    for theatre in ladder.theatres:
        if theatre.measure is not None:
            object.__setattr__(theatre.measure, "denominator", with_rest)
    return ladder, make_inputs(ladder, synthetic(4), day=DAYS - 1)  # a Sunday


def test_known_parameters_come_back(case):
    ladder, inputs = case
    model = FAMILY.build(inputs, make_priors(ladder))
    posterior = sample(compile_model(model), SamplingOptions(seed=1, tune=600, draws=600))
    inside = 0
    for name, truth in TRUTH.items():
        low, high = np.percentile(posterior.variables[name], (1, 99), axis=(0, 1))
        inside += int(((truth >= low) & (truth <= high)).sum())
    assert inside >= 11  # of 12, at 98 %
    effect = posterior.variables["effect"][..., 0]
    assert np.percentile(effect, 1) < EFFECT < np.percentile(effect, 99)
    assert np.percentile(effect, 5) > 0.05  # an indicator that acts earns its weight


def test_what_a_salvo_adds_to_its_week_comes_back():
    ladder = make_ladder(indicators=(AID, SALVOS))
    inputs = make_inputs(ladder, make_counts(days=DAYS), day=DAYS - 1)
    truth = {name: values[:1] for name, values in make_draws(inputs, draws=1).items()}
    truth["passing_effects"] = np.array([[[0.2], [0.15], [0.3]]])
    made = FAMILY.generate(inputs, truth, np.random.default_rng(2))
    model = FAMILY.build(made, make_priors(ladder))
    posterior = sample(compile_model(model), SamplingOptions(seed=1, tune=500, draws=500))
    found = posterior.variables["passing_effects"][..., 0]
    low, high = np.percentile(found, (1, 99), axis=(0, 1))
    assert low[0] < 0.2 < high[0]
    assert low[1] < 0.15 < high[1]
    assert np.percentile(posterior.variables["passing"], 5) > 0.05  # it earns its weight


def test_an_update_is_coherent_and_repeats_itself(case):
    ladder, inputs = case
    readings, priors = synthetic(4), make_priors(ladder)
    known = {"readings": readings, "judgements": (), "priors": priors}
    effort = Effort(tune=500, draws=500, kept_draws=400)
    as_of = inputs.calendar.as_of
    first, second = (
        update_ladder(ladder, **known, as_of=as_of, seed=3, effort=effort).forecast
        for _ in range(2)
    )
    assert first == second
    assert_cells_coherent(first.cells, inputs, "latent_tension")
    never = [c for c in first.cells if c.rung == "nuclear" and c.kind == "reach"]
    assert all(c.prior_share > 0.5 for c in never)
    assert all(0 < c.probability < 0.05 for c in never)
