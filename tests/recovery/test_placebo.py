"""Real sampling, for every Bayesian family that has effects of indicators: noise earns no weight.

One indicator acts on the made-up theatres, two do not: a random walk and white noise. One theatre
never reported: what is said of it comes from the hierarchy.
"""

from dataclasses import replace

import numpy as np
import pytest

from models.catalogue import families
from models.compiling import compile_model
from models.sampling import SamplingOptions, sample
from tests.builders_models import (
    AID,
    PRIORS,
    make_inputs,
    make_ladder,
    make_prior,
    make_priors,
    make_readings,
)

pytestmark = pytest.mark.recovery

WEEKS, BASE, EFFECT = 150, 900.0, 0.12
PLANTED, PLACEBOS = "aid", ("walk", "noise")
SEEN = ("north", "south", "coast")
UNSEEN = "gone"
INDICATORS = (
    AID,
    *(replace(AID, id=id, name=id, series=(("*", (f"placebo.{id}",)),)) for id in PLACEBOS),
)
OPTIONS = SamplingOptions(seed=1, tune=500, draws=500, chains=2)


def made_up(seed):
    """Daily counts of three theatres that the first indicator pushes, and three indicators."""
    rng = np.random.default_rng(seed)
    pushing, noise = rng.normal(size=WEEKS), rng.normal(size=WEEKS)
    walk = np.cumsum(rng.normal(size=WEEKS))
    state, counts = np.zeros(3), np.empty((WEEKS, 3))
    for t in range(WEEKS):
        pushed = EFFECT * pushing[t - 1] if t else 0.0
        state = 0.92 * state + pushed + 0.12 * rng.normal(size=3)
        rate = np.exp(np.array([3.6, 3.3, 2.9]) + state + 0.15 * rng.normal(size=3))
        counts[t] = rng.poisson(rate * BASE / 100.0)
    series = {f"events.{n}": daily(counts[:, k], rng) for k, n in enumerate(SEEN)}
    series["events.rest"] = np.maximum(BASE / 7.0 - sum(series.values()), 0.0)
    watched = {"aid.total": pushing, "placebo.walk": walk, "placebo.noise": noise}
    series |= {name: np.repeat(column, 7) for name, column in watched.items()}
    return make_readings(series, lag_days=0)


def daily(weekly, rng):
    return np.concatenate([rng.multinomial(int(n), [1 / 7] * 7) for n in weekly]).astype(float)


def placebo_ladder():
    ladder = make_ladder(places=(*SEEN, UNSEEN), indicators=INDICATORS)
    national = tuple(f"events.{n}" for n in (*SEEN, "rest"))
    theatres = tuple(
        t if t.measure is None else replace(t, measure=replace(t.measure, denominator=national))
        for t in ladder.theatres
    )
    extra = tuple(make_prior(f"effect.{id}", "normal", mean=0.0, sd=0.1) for id in PLACEBOS)
    return replace(ladder, theatres=theatres, priors=(*PRIORS, *extra))


@pytest.fixture(
    scope="module",
    # Weakened variants share all their code with the family that they are variants of.
    params=[
        id
        for id, f in families().items()
        if "effect" in f.published and not id.endswith(("_unpooled", "_complete"))
    ],
)
def fitted(request):
    family, ladder = families()[request.param], placebo_ladder()
    inputs = make_inputs(ladder, made_up(4), day=7 * WEEKS - 1)
    assert family.build is not None
    posterior = sample(compile_model(family.build(inputs, make_priors(ladder))), OPTIONS)
    return family, inputs, posterior


def test_a_placebo_earns_no_weight_and_a_real_effect_does(fitted):
    _, inputs, posterior = fitted
    effect = posterior.variables["effect"].reshape(-1, len(INDICATORS))
    by_id = dict(zip(inputs.indicators.indicators, effect.T, strict=True))
    real = by_id[PLANTED]
    assert np.percentile(real, 5) > 0.0
    for id in PLACEBOS:
        low, high = np.percentile(by_id[id], (5, 95))
        assert low < 0.0 < high, id
        assert np.abs(by_id[id]).mean() < 0.4 * np.abs(real).mean(), id


def test_a_theatre_without_history_is_drawn_from_the_hierarchy(fitted):
    """It is expected among the others, and with more doubt than any of them."""
    family, inputs, posterior = fitted
    simulation = family.simulate(inputs, posterior.flat(4), 16, np.random.default_rng(1))
    assert simulation.paths is not None
    ahead = np.log(simulation.paths.measure[:, :, -1] + 0.1).reshape(-1, len(SEEN) + 1)
    spread = dict(zip(inputs.measures.theatres, ahead.std(axis=0), strict=True))
    assert spread[UNSEEN] > 1.3 * max(spread[name] for name in SEEN)
    middles = np.median(ahead, axis=0)
    among = dict(zip(inputs.measures.theatres, middles, strict=True))
    known = [among[name] for name in SEEN]
    assert min(known) - 0.7 < among[UNSEEN] < max(known) + 0.7
