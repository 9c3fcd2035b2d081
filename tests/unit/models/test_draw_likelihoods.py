"""Likelihoods of many draws at once: the model's own, with what is not settled integrated out."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from forecaster.errors import ModelError
from models.catalogue import families
from models.components.carry import UNSETTLED
from models.components.reaction_paths import known_acting
from models.components.simulate_tension import acting_so_far
from models.components.tension_states import unknown_shocks
from models.family import Carried, Draws, Family
from models.inputs import Inputs
from tests.builders_levels import make_level_inputs, make_levels
from tests.builders_models import (
    AID,
    SALVOS,
    interpreted_log_likelihood,
    make_draws,
    make_inputs,
    make_ladder,
    make_priors,
    prior_draws,
)

WEIGHED = [f for f in families().values() if f.carry is not None]
LEVELS = make_level_inputs(make_levels(pairs=6, months=60))
CASES = {
    "whole weeks": make_inputs(day=202),
    "half a week": make_inputs(day=200),
    "one theatre": make_inputs(make_ladder(places=("north",))),
    "no indicator": make_inputs(make_ladder(indicators=())),
    "concurrent": make_inputs(make_ladder(indicators=(AID, SALVOS))),
    "levels": LEVELS,
}


SO_FAR = {
    "latent_tension": acting_so_far,
    "action_reaction": known_acting,
}


def carried(family: Family, then: Inputs, draws: Draws, now: Inputs) -> Carried:
    assert family.carry is not None
    return family.carry(then, draws, now, np.random.default_rng(1))


def draws_and_graph(family: Family, inputs: Inputs):
    """Prior draws of every variable, and what the model's own graph says of each."""
    draws = prior_draws(family, inputs, draws=6, every=True)
    assert family.build is not None
    graph = interpreted_log_likelihood(family.build(inputs, make_priors(inputs.ladder)))
    said = [graph({n: v[i : i + 1] for n, v in draws.items()}) for i in range(6)]
    return draws, np.array(said)


def shocks_of(inputs: Inputs, draws, *, so_far=acting_so_far):
    """log p(unsettled shocks | seen) - log p(them), from their belief, draw by draw."""
    settled = max(inputs.measures.first_open_step - UNSETTLED, 0)
    shock = np.full((len(draws["shock"]), inputs.calendar.last + 1), np.nan)
    shock[:, :settled] = draws["shock"][:, :settled]
    belief = unknown_shocks(inputs, {**draws, "shock": shock}, so_far(inputs, draws))
    found = []
    for i in range(len(shock)):
        true = draws["shock"][i, settled : inputs.calendar.last + 1]
        precision = belief.precision_root[i] @ belief.precision_root[i].T
        after = multivariate_normal(belief.mean[i], np.linalg.inv(precision)).logpdf(true)
        found.append(after - norm.logpdf(true).sum())
    return np.array(found)


SERVED = [
    (family.id, case)
    for family in WEIGHED
    for case, inputs in CASES.items()
    if "level" in family.measures or not inputs.measures.is_level
]


@pytest.mark.parametrize(("id", "case"), SERVED)
def test_the_likelihood_of_draws_is_the_models_own(id, case):
    family, inputs = families()[id], CASES[case]
    draws, expected = draws_and_graph(family, inputs)
    found = carried(family, inputs, draws, inputs).log_likelihood
    if "shock" in draws:  # Bayes: p(seen | u) = p(seen) p(u | seen) / p(u)
        found = found + shocks_of(inputs, draws, so_far=SO_FAR[id])
    np.testing.assert_allclose(found - found[0], expected - expected[0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("id", [f.id for f in WEIGHED])
def test_other_theatres_cannot_be_weighed(id):
    family, then = families()[id], CASES["whole weeks"]
    now = make_inputs(make_ladder(places=("north", "south")))
    try:
        found = carried(family, then, prior_draws(family, then, every=True), now)
    except ModelError as refused:
        assert "fit the family anew" in str(refused)  # noqa: PT017 — either will do
    else:
        assert found.log_likelihood is None


def test_shocks_not_settled_at_the_fit_have_no_say_later():
    family, then = families()["latent_tension"], CASES["half a week"]
    draws = make_draws(then)
    other = {**draws, "shock": draws["shock"].copy()}
    other["shock"][:, then.measures.first_open_step - UNSETTLED :] = 99.0
    now = make_inputs(day=205)
    for later in (then, now):
        first, second = (carried(family, then, d, later).log_likelihood for d in (draws, other))
        np.testing.assert_array_equal(first, second)
    first, second = (carried(family, then, d, now).draws["shock"] for d in (draws, other))
    np.testing.assert_array_equal(first, second)


def test_carried_shocks_have_the_moments_of_their_belief():
    family, then, now = families()["latent_tension"], CASES["half a week"], make_inputs(day=205)
    one = make_draws(then, draws=1)
    many = {n: np.repeat(v, 4000, axis=0) for n, v in one.items()}
    shock = carried(family, then, many, now).draws["shock"]
    settled = then.measures.first_open_step - UNSETTLED
    np.testing.assert_array_equal(shock[:, :settled], many["shock"][:, :settled])
    opened = {**one, "shock": np.where(np.arange(shock.shape[1]) < settled, shock[:1], np.nan)}
    belief = unknown_shocks(now, opened, acting_so_far(now, one))
    spread = np.linalg.inv(belief.precision_root[0] @ belief.precision_root[0].T)
    drawn = shock[:, settled:]
    np.testing.assert_allclose(drawn.mean(axis=0), belief.mean[0], atol=0.06)
    np.testing.assert_allclose(np.atleast_2d(np.cov(drawn.T)), spread, atol=0.06)
