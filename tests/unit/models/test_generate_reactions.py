"""A made-up crisis: levers answer what measures did, measures follow levers, all else is kept."""

from dataclasses import replace

import numpy as np
import pytest

from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import Coupling
from models.components.generate_reactions import generate_reactions
from models.components.levers import levers_of
from models.components.movement import MovementSeen, observed_movement
from models.components.reactions import reaction_grams
from models.conformance import assert_generate_contract
from models.families.action_reaction import FAMILY
from models.inputs import NeighbourPanel
from tests.builders_models import (
    AID,
    SALVOS,
    interpreted_log_likelihood,
    make_counts,
    make_draws,
    make_inputs,
    make_ladder,
    make_priors,
    make_readings,
    prior_draws,
)

RNG = np.random.default_rng
PRICE = Indicator(
    "price", "Price", "prices", (("*", ("price.oil",)),), "both", "+", "mean", "level"
)


def one_draw(inputs, **given):
    """One plausible draw, with effects of levers alone, and some variables put to a value."""
    draw = make_draws(inputs, draws=1)
    draw["effects"] = draw["effects"][:, :, levers_of(inputs).place]
    return draw | {name: np.full_like(draw[name], value) for name, value in given.items()}


def still(inputs, **given):
    """Parameters under which only levers move tension, and nothing hides it."""
    quiet = {"level_spread": 1e-9, "wander": 1e-9, "volatility": 1e-9, "noise": 1e-9}
    return one_draw(inputs, **{**quiet, "phi": 0.0, "loading": 0.0, "effects": 0.1, **given})


def valued(inputs):
    """The inputs with measures that are values: not counted, so that nothing is rounded."""
    none = np.zeros(len(inputs.measures.theatres), dtype=bool)
    return replace(inputs, measures=replace(inputs.measures, is_share=none))


def with_series(**series):
    counts = make_counts()
    days = {n: counts.value[counts.series == n] for n in np.unique(counts.series)}
    return make_readings({**days, **{k.replace("_", "."): v for k, v in series.items()}})


def test_it_keeps_the_contract_and_what_was_not_an_outcome():
    ladder = make_ladder(indicators=(AID, PRICE), places=("north", "gone"))
    inputs = make_inputs(ladder, with_series(price_oil=RNG(1).normal(size=210)))
    draw = one_draw(inputs)
    assert_generate_contract(FAMILY, inputs, draw)
    made = generate_reactions(inputs, draw, RNG(1))
    assert np.isnan(made.measures.measure[:, 1]).all()
    real, panel = inputs.indicators, made.indicators
    np.testing.assert_array_equal(panel.known[:, :, 1], real.known[:, :, 1])  # nobody's lever
    np.testing.assert_array_equal(panel.fresh, real.fresh)
    np.testing.assert_array_equal(panel.missing, real.missing)
    np.testing.assert_array_equal(np.isfinite(panel.known), np.isfinite(real.known))
    assert (panel.known[:, :, 0] != real.known[:, :, 0]).any()


def test_the_same_seed_moves_levers_alike_and_another_one_does_not():
    inputs = make_inputs()
    first, same, other = (
        generate_reactions(inputs, one_draw(inputs), RNG(seed)).indicators.known
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()


def test_levers_obey_the_equation_that_the_likelihood_states():
    inputs = make_inputs()
    draw = one_draw(inputs, reaction_spread=0.0)
    made = generate_reactions(inputs, draw, RNG(1))
    features, _ = observed_movement(made)
    grams, counts = reaction_grams(levers_of(made), features)
    rest, rho, gamma = (draw[f"reaction{n}"][0, 0] for n in ("_rest", "_persistence", ""))
    weights = np.concatenate([[1.0, -rest * (1.0 - rho), -rho], -gamma])
    assert counts[0] > 20
    assert weights @ grams[0] @ weights == pytest.approx(0.0, abs=1e-8)


def test_tension_follows_the_values_that_act_on_it():
    inputs = valued(make_inputs())
    draw = still(inputs, level=1.0)
    made = generate_reactions(inputs, draw, RNG(1))
    seen = made.measures.exposure > 0
    expected = 1.0 + np.einsum("tkj,kj->tk", made.indicators.value, draw["effects"][0])
    known = seen & (made.indicators.missing[:, :, 0] == 0)
    assert known.sum() > 60
    np.testing.assert_allclose(np.log(made.measures.count)[known], expected[known], atol=1e-6)


def test_a_salvo_is_seen_in_its_step_and_moves_nothing_after_it():
    inputs = valued(make_inputs(make_ladder(indicators=(AID, SALVOS))))
    draw = still(inputs, level=1.0, effects=0.0, passing_effects=0.5, phi=0.9)
    made = generate_reactions(inputs, draw, RNG(1))
    panel = inputs.concurrent
    known = (inputs.measures.exposure > 0) & (panel.missing[:, :, 0] == 0)
    assert known.sum() > 60
    expected = 1.0 + 0.5 * panel.value[:, :, 0]
    np.testing.assert_allclose(np.log(made.measures.count)[known], expected[known], atol=1e-6)


def test_what_moves_tension_beyond_levers_and_shocks_has_the_spread_that_the_model_states():
    """With states in full view, each innovation is a standard normal number, levers or not."""
    inputs = valued(make_inputs())
    draw = still(inputs, phi=0.8, loading=0.2, volatility=0.15, effects=0.1)
    seen, found = inputs.measures.complete[1:], []
    for seed in range(40):
        made = generate_reactions(inputs, draw, RNG(seed))
        x = np.log(made.measures.count) - draw["level"][0]
        panel, effects = made.indicators, draw["effects"][0]
        push = np.einsum("tkj,kj->tk", panel.value, effects)
        variance = 0.15**2 + np.einsum("tkj,kj->tk", panel.missing, effects**2)
        push = push + draw["shock"][0, : len(x), None] * draw["loading"][0]
        z = (x[1:] - 0.8 * x[:-1] - push[1:]) / np.sqrt(variance[1:])
        found.append(z[seen])
    z = np.concatenate(found)
    assert len(z) > 3000
    assert z.mean() == pytest.approx(0.0, abs=4.0 / np.sqrt(len(z)))
    assert (z**2).mean() == pytest.approx(1.0, abs=4.0 * np.sqrt(2.0 / len(z)))


def test_a_value_that_is_held_is_the_last_new_one():
    monthly = np.full(210, np.nan)
    monthly[::28] = RNG(3).normal(size=8)
    inputs = make_inputs(
        make_ladder(indicators=(replace(AID, aggregate="last"),)), with_series(aid_total=monthly)
    )
    levers = levers_of(generate_reactions(inputs, one_draw(inputs), RNG(1)))
    known, fresh = levers.known[:, 0], levers.fresh[:, 0]
    assert (known != levers_of(inputs).known[:, 0]).any()
    for step in np.flatnonzero(np.isfinite(known) & ~fresh):
        assert known[step] == known[step - 1]
    first = np.flatnonzero(fresh)[0]
    assert known[first] == levers_of(inputs).known[first, 0]  # it answers nothing, and stays


@pytest.mark.parametrize(("name", "sign"), [("effects", 1), ("coupling_tension", 1)])
def test_measures_rise_with_what_drives_them(name, sign):
    inputs = coupled(make_inputs())
    given = {"reaction": 0.0, "reaction_rest": 1.0, "reaction_spread": 0.1}
    mean = [
        generate_reactions(inputs, one_draw(inputs, **given, **{name: v}), RNG(1)).measures.count
        for v in (-0.1, 0.1)
    ]
    assert sign * (np.nanmean(mean[1]) - np.nanmean(mean[0])) > 1.0


def coupled(inputs):
    """The inputs with a neighbour that stands a rung above its usual height throughout."""
    coupling = Coupling("other", "kinetic", "free", "")
    height = np.ones((inputs.calendar.last + 1, 1))
    ahead = np.ones((max(inputs.ladder.horizons), 1))
    return replace(inputs, neighbours=NeighbourPanel((coupling,), height, ahead))


def test_judged_entries_follow_neighbours_and_add_up():
    inputs = coupled(make_inputs())
    entered = []
    for push in (0.0, 1.0):
        draw = one_draw(inputs, enter=0.2, coupling_rate=push)
        judged = [generate_reactions(inputs, draw, RNG(i)).judged for i in range(20)]
        for made in judged:
            np.testing.assert_array_equal(made.entered_by_step.sum(axis=0), made.entered)
        entered.append(np.mean([made.entered for made in judged]))
    assert entered[1] / entered[0] == pytest.approx(np.e, rel=0.15)


def test_movement_knows_nothing_that_comes_later():
    then, now = make_inputs(day=150), make_inputs(day=200)
    early, _ = observed_movement(then)
    late, _ = observed_movement(now)
    np.testing.assert_allclose(late[: len(early)], early)


def test_a_theatre_seen_for_the_first_time_moved_nobody_before():
    panel = make_inputs(make_ladder(places=("north", "south"))).measures
    alone, together = MovementSeen(panel), MovementSeen(panel)
    for value in (1.0, 2.0, 1.5):
        np.testing.assert_allclose(
            alone.add(np.array([value, np.nan])), together.add(np.array([value, value]))
        )


def test_the_likelihood_of_a_made_up_history_prefers_what_made_it():
    inputs = make_inputs(make_ladder(places=("north",)))
    draw = {n: v[:1] for n, v in prior_draws(FAMILY, inputs, every=True, seed=2).items()}
    made = generate_reactions(inputs, draw, RNG(3))
    likelihood = interpreted_log_likelihood(FAMILY.build(made, make_priors(made.ladder)))
    truth = likelihood(draw)
    wrongs = {
        "reaction_rest": draw["reaction_rest"] + 3.0,
        "reaction_spread": draw["reaction_spread"] * 4.0,
        "level_mean": draw["level_mean"] + 4.0,
        "noise_z": draw["noise_z"] + 9.0,
    }
    for name, wrong in wrongs.items():
        assert likelihood(draw | {name: wrong}) < truth - 2.0, name
