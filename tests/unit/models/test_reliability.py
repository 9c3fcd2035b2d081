"""How far sources are trusted, in the inputs and in the family that looks past them."""

from dataclasses import fields, replace

import numpy as np
import pytest

from forecaster.domain.indicator import Indicator
from models.components.impulse import impulse_response
from models.components.levers import levers_of
from models.components.reaction_paths import lever_doubt, reaction_paths
from tests.builders_models import AID, make_counts, make_draws, make_inputs, make_ladder

DOUBTFUL = {"aid.total": 0.25}


def test_values_shrink_and_their_variance_grows():
    plain, doubted = (make_inputs(reliability=r).indicators for r in ({}, DOUBTFUL))
    known = plain.missing[:, 0, 0] == 0.0
    assert known.sum() > 20
    np.testing.assert_allclose(doubted.value, 0.5 * plain.value)
    np.testing.assert_allclose(doubted.missing[known], 0.75)
    np.testing.assert_allclose(doubted.missing[~known], 1.0)
    np.testing.assert_allclose(doubted.ahead, 0.5 * plain.ahead)
    np.testing.assert_allclose(doubted.ahead_variance, 0.25 * plain.ahead_variance + 0.75)


@pytest.mark.parametrize("name", ["known", "fresh", "delay", "latest"])
def test_what_readers_and_people_who_answer_see_is_as_observed(name):
    plain, doubted = (make_inputs(reliability=r).indicators for r in ({}, DOUBTFUL))
    np.testing.assert_array_equal(getattr(plain, name), getattr(doubted, name))


def test_a_source_without_error_is_as_one_of_which_nothing_is_known():
    plain, trusted = (make_inputs(reliability=r).indicators for r in ({}, {"aid.total": 1.0}))
    for field in fields(plain):
        np.testing.assert_array_equal(getattr(plain, field.name), getattr(trusted, field.name))


def test_a_sum_is_as_reliable_as_the_least_of_its_series():
    both = replace(AID, series=(("*", ("aid.total", "events.north")),))
    ladder = make_ladder(indicators=(both,))
    reliability = {"aid.total": 0.81, "events.north": 0.25}
    found = make_inputs(ladder, reliability=reliability).indicators.reliability
    assert found.tolist() == [[0.25]] * 3


def test_each_theatre_has_the_reliability_of_its_own_series():
    own = Indicator("talks", "Talks", "f", (("north", ("aid.total",)),), "both", "-", "mean",
                    "level")  # fmt: skip
    found = make_inputs(make_ladder(indicators=(own,)), reliability=DOUBTFUL).indicators
    assert found.reliability[:, 0].tolist() == [0.25, 1.0, 1.0]
    assert found.missing[:, 1:].all()


def test_a_measure_has_no_grade():
    names = dict.fromkeys(set(make_counts().series), 0.25)
    plain, doubted = make_inputs().measures, make_inputs(reliability=names).measures
    np.testing.assert_array_equal(plain.measure, doubted.measure)


def test_a_lever_that_is_moved_does_what_the_thing_itself_does():
    plain, doubted = make_inputs(), make_inputs(reliability=DOUBTFUL)
    draws = make_draws(plain)
    found = [impulse_response(i, draws, "aid", 1.0, steps=4) for i in (plain, doubted)]
    np.testing.assert_array_equal(*found)


def test_a_doubted_answer_of_others_does_less():
    second = replace(AID, id="sanctions", family="sanctions", series=(("*", ("aid.second",)),))
    ladder = make_ladder(indicators=(AID, second))
    plain = make_inputs(ladder)
    draws = make_draws(plain)
    draws["effects"] = np.full_like(draws["effects"], 0.1)
    draws["reaction"] = np.zeros_like(draws["reaction"])
    alone = impulse_response(plain, draws, "aid", 1.0, steps=8)[:, -1]
    draws["reaction"][:, 1, 0] = 0.5
    trusted, doubted = (
        impulse_response(make_inputs(ladder, reliability=r), draws, "aid", 1.0, steps=8)[:, -1]
        for r in ({}, {"aid.second": 0.25})
    )
    assert (alone < doubted).all()
    assert (doubted < trusted).all()


def test_past_and_future_doubt_a_lever_alike():
    inputs = make_inputs(reliability=DOUBTFUL)
    draws, panel = make_draws(inputs), inputs.indicators
    known = int(np.flatnonzero(panel.missing[:, 0, 0] < 1.0)[0])
    past = np.einsum("kj,dkj->dk", panel.missing[known], draws["effects"] ** 2)
    ahead = lever_doubt(draws, levers_of(inputs))
    np.testing.assert_allclose(np.broadcast_to(ahead, (len(past), 1, 3))[:, 0], past)


def test_doubt_in_a_lever_widens_paths():
    wide = []
    for reliability in ({}, DOUBTFUL):
        inputs = make_inputs(reliability=reliability)
        draws = make_draws(inputs, draws=40)
        draws["effects"] = np.full_like(draws["effects"], 0.5)
        draws["reaction_spread"] = np.full_like(draws["reaction_spread"], 1e-6)
        paths = reaction_paths(inputs, draws, 100, np.random.default_rng(1)).measure
        wide.append(np.log(paths[:, :, -1] + 0.1).std(axis=1).mean())
    assert wide[1] > 1.1 * wide[0]
