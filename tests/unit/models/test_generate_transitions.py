"""A made-up history of levels has the chances that the likelihood states, and keeps conditions."""

from dataclasses import replace

import numpy as np
import pytest

from forecaster.errors import ModelError
from models.components.generate_transitions import generate_transitions
from models.components.transition_cells import transition_cells
from models.conformance import assert_generate_contract
from models.families.rung_transitions import FAMILY
from models.likelihood import data_of, replace_data
from tests.builders_levels import make_level_inputs, make_levels
from tests.builders_models import (
    interpreted_log_likelihood,
    make_inputs,
    make_priors,
    prior_draws,
)
from tests.builders_transitions import make_transition_draws

RNG = np.random.default_rng


def one_draw(inputs, **given):
    """One plausible draw with some variables put to a value."""
    draw = make_transition_draws(inputs, draws=1)
    return draw | {name: np.full_like(draw[name], value) for name, value in given.items()}


def steady(inputs, **given):
    """Hazards that depend on nothing but the direction: levels alike, incidents forgotten."""
    alike = {"tolerance": 0.0, "ease": 0.0, "push": 0.0, "hold": 0.0, "proneness": 0.0}
    return one_draw(inputs, **{**alike, "quiet": 0.1, **given})


def history(draw, inputs, seed):
    return generate_transitions(inputs, draw, RNG(seed)).measures.count


INPUTS = make_level_inputs(make_levels(pairs=6, months=120))


def test_it_keeps_the_contract():
    assert_generate_contract(FAMILY, INPUTS, one_draw(INPUTS))


def test_what_was_not_seen_stays_and_so_does_the_first_level_after_it():
    real, made = INPUTS.measures, generate_transitions(INPUTS, one_draw(INPUTS), RNG(1)).measures
    unseen = real.exposure == 0
    assert unseen[:24, -1].all()
    np.testing.assert_array_equal(made.count[unseen], real.count[unseen])
    np.testing.assert_array_equal(made.count[0], real.count[0])
    assert made.count[24, -1] == real.count[24, -1]
    assert (made.count != real.count).any()


def test_only_levels_of_the_ladder_come_out():
    made = history(one_draw(INPUTS, ascent=1.0), INPUTS, 1)
    assert set(np.unique(made)) == {1.0, 2.0, 3.0, 4.0, 5.0}


def test_moves_have_the_chances_of_competing_hazards():
    inputs = make_level_inputs(make_levels(pairs=60, months=400))
    draw = steady(inputs, ascent=np.log(0.2), descent=np.log(0.6))
    cells, _ = transition_cells(generate_transitions(inputs, draw, RNG(1)))
    stayed, rose, fell = (
        np.bincount(cells.rung, weights=column, minlength=5)
        for column in (cells.stayed, cells.rose, cells.fell)
    )
    seen = stayed + rose + fell
    inside, either = slice(1, 4), 0.3 + 0.6
    moving = 1.0 - np.exp(-either)
    np.testing.assert_allclose(rose[0] / seen[0], 1.0 - np.exp(-0.3), rtol=0.05)
    np.testing.assert_allclose((rose / seen)[inside], moving * 0.3 / either, rtol=0.1)
    np.testing.assert_allclose((fell / seen)[inside], moving * 0.6 / either, rtol=0.1)
    assert rose[4] == fell[0] == 0


@pytest.mark.parametrize(
    ("name", "low", "high", "sign"),
    [("ascent", -4.0, -1.0, 1), ("descent", -1.0, 1.0, -1), ("push", 0.0, 0.3, 1),
     ("hold", -0.5, 0.5, 1), ("quiet", 0.01, 0.5, 1), ("jump_up", 0.0, 0.9, 1)],
)  # fmt: skip
def test_levels_follow_the_parameters(name, low, high, sign):
    mean = [
        np.mean([history(one_draw(INPUTS, **{name: value}), INPUTS, s) for s in range(5)])
        for value in (low, high)
    ]
    assert sign * (mean[1] - mean[0]) > 0.05


def test_the_chances_of_all_moves_sum_to_one_and_are_those_of_the_likelihood():
    """Pairs first seen at level 3, and every level that they may come to in the month after."""
    before = [[1.0], [3.0]]
    inputs = make_level_inputs(np.array([*before, [1.0]]), at_risk_from=1)
    draw = {n: v[:1] for n, v in prior_draws(FAMILY, inputs, every=True, seed=4).items()}
    model = FAMILY.build(inputs, make_priors(inputs.ladder))
    likelihood, chance = interpreted_log_likelihood(model), np.zeros(5)
    for level in range(5):
        other = make_level_inputs(np.array([*before, [level + 1.0]]), at_risk_from=1)
        replace_data(model, data_of(FAMILY.build(other, make_priors(inputs.ladder))))
        chance[level] = np.exp(likelihood(draw))
    assert chance.sum() == pytest.approx(1.0)
    times = 20_000
    alike = make_level_inputs(np.tile([*before, [1.0]], times), at_risk_from=0)
    exposure = alike.measures.exposure.copy()
    exposure[0] = 0.0
    alike = replace(alike, measures=replace(alike.measures, exposure=exposure))
    for name in ("ascent", "proneness", "descent"):
        draw[name] = np.repeat(draw[name], times, axis=1)
    made = generate_transitions(alike, draw, RNG(1)).measures.count[2]
    drawn = np.bincount(made.astype(int) - 1, minlength=5) / times
    np.testing.assert_allclose(drawn, chance, atol=4.0 * 0.5 / np.sqrt(times))


def test_the_likelihood_of_a_made_up_history_prefers_what_made_it():
    draw = {n: v[:1] for n, v in prior_draws(FAMILY, INPUTS, every=True, seed=2).items()}
    made = generate_transitions(INPUTS, draw, RNG(3))
    likelihood = interpreted_log_likelihood(FAMILY.build(made, make_priors(made.ladder)))
    truth = likelihood(draw)
    for name in ("ascent_z", "descent_z"):
        for wrong in (-4.0, 4.0):
            assert likelihood(draw | {name: draw[name] + wrong}) < truth - 2.0


def test_levels_compared_with_do_not_depend_on_what_happened():
    """Priors must not: the same level is the usual one however seldom it was seen."""
    for level in (2.0, 5.0):
        inputs = make_level_inputs(np.where(make_levels(pairs=4, months=60) > 1, level, 1.0))
        found = prior_draws(FAMILY, inputs)
        assert not found["tolerance"][:, 0].any()
        assert not found["ease"][:, 3].any()
        assert found["ease"][:, [1, 2, 4]].all()


def test_a_measure_with_a_place_within_its_rung_is_refused():
    inputs = make_inputs()
    with pytest.raises(ModelError, match=r"north.*place within its rung"):
        generate_transitions(inputs, make_transition_draws(inputs, draws=1), RNG(1))
