"""Levers that answer and act: what counts as one, what it learns from, and what it does."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import Lever
from forecaster.errors import ModelError
from models.components.impulse import impulse_response
from models.components.lever_paths import LeverPaths
from models.components.levers import levers_of
from models.components.movement import observed_movement
from models.components.reactions import reaction_grams
from models.components.simulate_tension import simulate_tension
from models.conformance import assert_family_contract
from models.families.action_reaction import FAMILY
from tests.builders_models import (
    AID,
    RUNGS,
    SALVOS,
    log_density_at_start,
    make_counts,
    make_draws,
    make_inputs,
    make_ladder,
    make_priors,
    make_readings,
)

OWN = Indicator(
    "talks", "Talks", "diplomacy", (("north", ("talks.n",)), ("south", ("talks.s",))),
    "both", "-", "mean", "level", lag_steps=2,
)  # fmt: skip
PRICE = Indicator(
    "price", "Price", "prices", (("*", ("price.oil",)),), "both", "+", "mean", "level"
)
UNFED = Indicator("reserves", "Reserves", "posture", (), "both", "free", "last", "level")


def with_series(**series):
    counts = make_counts()
    names = np.unique(counts.series)
    days = {n: counts.value[counts.series == n] for n in names}
    return make_readings({**days, **{k.replace("_", "."): v for k, v in series.items()}})


def monthly(days=210, seed=3):
    """A new value every four weeks, nothing between."""
    values = np.full(days, np.nan)
    values[::28] = np.random.default_rng(seed).normal(size=len(values[::28]))
    return values


def test_one_series_for_all_theatres_is_one_lever():
    levers = levers_of(make_inputs())
    assert levers.ids == ("aid",)
    assert levers.serves.tolist() == [[1.0, 1.0, 1.0]]


def test_series_of_their_own_are_levers_of_their_own():
    rng = np.random.default_rng(1)
    readings = with_series(talks_n=rng.normal(size=210), talks_s=rng.normal(size=210))
    levers = levers_of(make_inputs(make_ladder(indicators=(AID, OWN)), readings))
    assert levers.ids == ("aid", "talks.north", "talks.south")
    assert levers.serves[1].tolist() == [1.0, 0.0, 0.0]
    assert levers.lag.tolist() == [1, 2, 2]


def test_what_nobody_moves_or_feeds_is_no_lever():
    ladder = make_ladder(indicators=(PRICE, AID, UNFED))
    assert levers_of(make_inputs(ladder)).indicators == ("aid",)
    moved = replace(ladder, levers=(Lever("tax", "Tax", ("price",), 1.0, 1, "It is paid."),))
    assert levers_of(make_inputs(moved)).indicators == ("price", "aid")


def test_a_carried_value_does_not_count_again():
    last = replace(AID, aggregate="last")
    inputs = make_inputs(make_ladder(indicators=(last,)), with_series(aid_total=monthly()))
    levers = levers_of(inputs)
    assert np.isfinite(levers.known[:, 0]).sum() > 20
    assert levers.fresh.sum() == 8
    assert levers.spacing.tolist() == [4]
    features, _ = observed_movement(inputs)
    grams, counts = reaction_grams(levers, features)
    assert counts.tolist() == [7.0]  # eight values, seven of which follow another
    known = levers.known[levers.fresh[:, 0], 0]
    assert grams[0, 0, 2] == pytest.approx(known[1:] @ known[:-1])


def test_a_delay_is_looked_at_from_the_time_that_a_value_speaks_of():
    series = {"events.north": [9.0] * 210, "aid.total": np.random.default_rng(1).normal(size=210)}
    late = make_readings(series, lag_days=22)
    levers = levers_of(make_inputs(make_ladder(places=("north",)), late))
    assert levers.delay.tolist() == [3]


def test_a_missing_indicator_leaves_a_model_that_can_be_fitted_and_simulated():
    readings = make_counts()
    kept = readings.series != "aid.total"
    columns = ("series", "observed_at", "recorded_at", "value", "estimated")
    without = type(readings)("test", *(getattr(readings, c)[kept] for c in columns))
    ladder = make_ladder()
    inputs = make_inputs(ladder, without)
    model = FAMILY.build(inputs, make_priors(ladder))
    assert np.isfinite(log_density_at_start(model))
    assert_family_contract(FAMILY, inputs, make_draws(inputs))


def test_without_a_controlled_indicator_only_tension_is_left():
    ladder = make_ladder(indicators=(), rungs=RUNGS[:3])
    model = FAMILY.build(make_inputs(ladder), make_priors(ladder))
    assert not [name for name in model.named_vars if name.startswith(("reaction", "effect"))]
    assert np.isfinite(log_density_at_start(model))


def measures(inputs, draws, paths=8):
    simulation = FAMILY.simulate(inputs, draws, paths, np.random.default_rng(5))
    assert simulation.paths is not None
    return simulation.paths.measure


def test_levers_that_move_nothing_change_nothing():
    inputs = make_inputs()
    draws = make_draws(inputs)
    draws["effects"] = np.zeros_like(draws["effects"])
    deaf = {**draws, "reaction": np.zeros_like(draws["reaction"])}
    np.testing.assert_array_equal(measures(inputs, draws), measures(inputs, deaf))


@pytest.mark.parametrize("indicators", [(AID,), (AID, SALVOS)], ids=["pushing", "concurrent"])
def test_levers_that_hear_nothing_give_the_plain_simulation(indicators):
    """An autoregression that fades as the panel's last value does has its mean and its spread."""
    inputs = make_inputs(make_ladder(indicators=indicators))
    draws = make_draws(inputs, draws=60)
    draws["passing_effects"] = np.full_like(draws["passing_effects"], 0.4)
    fade = 0.5 ** (1.0 / AID.half_life_steps)
    draws["effects"] = np.full_like(draws["effects"], 0.15)
    draws["reaction"] = np.zeros_like(draws["reaction"])
    draws["reaction_rest"] = np.zeros_like(draws["reaction_rest"])
    draws["reaction_persistence"] = np.full_like(draws["reaction_persistence"], fade)
    draws["reaction_spread"] = np.full_like(draws["reaction_spread"], np.sqrt(1.0 - fade**2))
    plain = simulate_tension(inputs, draws, 400, np.random.default_rng(1)).paths
    assert plain is not None
    ours, theirs = (np.log(m + 0.1) for m in (measures(inputs, draws, 400), plain.measure))
    np.testing.assert_allclose(ours.mean((0, 1)), theirs.mean((0, 1)), atol=0.02)
    np.testing.assert_allclose(
        ours[:, :, 1].std(1).mean(0), theirs[:, :, 1].std(1).mean(0), rtol=0.05
    )


def test_people_who_answer_make_paths_move_further():
    inputs = make_inputs(make_ladder(horizons=(1, 8)))
    draws = make_draws(inputs, draws=40)
    draws["effects"] = np.full_like(draws["effects"], 0.1)
    draws["reaction"] = np.zeros_like(draws["reaction"])
    calm = np.log(measures(inputs, draws, 100)[:, :, -1] + 0.1).std(1).mean()
    draws["reaction"][..., 0] = 0.8
    answered = np.log(measures(inputs, draws, 100)[:, :, -1] + 0.1).std(1).mean()
    assert answered > 1.1 * calm


def lever_paths(values, **changes):
    """Levers of one monthly column as of day 200, and 500 x 20 paths of it."""
    indicator = replace(AID, aggregate="last", **changes)
    inputs = make_inputs(make_ladder(indicators=(indicator,)), with_series(aid_total=values))
    draws = make_draws(inputs, draws=500)
    draws["reaction"] = np.zeros_like(draws["reaction"])
    levers = levers_of(inputs)
    moving = LeverPaths(levers, draws, (500, 20), np.random.default_rng(1))
    for step in range(inputs.calendar.last + 1, inputs.calendar.last + 9):
        moving.advance(step, lambda _: np.zeros((1, 1, 2)))
    return inputs.calendar.last, levers, moving


def test_a_monthly_lever_is_renewed_once_a_month():
    last, levers, moving = lever_paths(monthly())
    newest = int(np.flatnonzero(levers.fresh[:, 0])[-1])
    values = [moving.at(step, 0) for step in range(last + 1, last + 9)]
    renewed = [not np.array_equal(a, b) for a, b in pairwise(values)]
    due = [(step - newest) % 4 == 0 for step in range(last + 2, last + 9)]
    assert renewed == due


def test_a_monthly_change_is_nothing_between_its_new_values():
    last, levers, moving = lever_paths(monthly(), transform="difference")
    newest = int(np.flatnonzero(levers.fresh[:, 0])[-1])
    quiet = newest + 5  # the step after the next new value
    assert quiet > last
    assert moving.at(quiet, 0).ravel().tolist() == [pytest.approx(levers.rest[0])]


def test_a_lever_last_heard_of_long_ago_may_be_anywhere():
    values = monthly()
    values[60:] = np.nan
    last, _, moving = lever_paths(values)
    assert moving.at(last, 0).std() > 0.3
    assert lever_paths(monthly())[2].at(last, 0).std() == 0.0


def response(draws, inputs, by=1.0, **options):
    return impulse_response(inputs, draws, "aid", by, steps=4, **options)


def test_a_lever_moves_tension_once_its_lag_is_over():
    inputs = make_inputs()
    draws = make_draws(inputs)
    beta, phi = draws["effects"][..., 0], draws["phi"]
    found = response(draws, inputs)
    assert not found[:, 0].any()
    np.testing.assert_allclose(found[:, 1], beta)
    np.testing.assert_allclose(found[:, 2], beta * (1.0 + phi))
    np.testing.assert_allclose(response(draws, inputs, by=-2.0), -2.0 * found)
    np.testing.assert_allclose(response(draws, inputs, after=1)[:, 2], beta)


def test_other_levers_answer_what_one_lever_did():
    second = replace(AID, id="sanctions", family="sanctions", series=(("*", ("talks.n",)),))
    readings = with_series(talks_n=np.random.default_rng(2).normal(size=210))
    inputs = make_inputs(make_ladder(indicators=(AID, second)), readings)
    draws = make_draws(inputs)
    draws["effects"] = np.full_like(draws["effects"], 0.1)
    draws["reaction"] = np.zeros_like(draws["reaction"])
    alone = impulse_response(inputs, draws, "aid", 1.0, steps=8)
    draws["reaction"][:, 1, 0] = 0.5
    answered = impulse_response(inputs, draws, "aid", 1.0, steps=8)
    assert (answered[:, -1] > alone[:, -1]).all()
    draws["reaction"][:, 0, 0] = 0.5  # the lever itself is held: it answers nobody
    np.testing.assert_array_equal(answered, impulse_response(inputs, draws, "aid", 1.0, steps=8))


def test_only_a_controlled_indicator_can_be_moved():
    inputs = make_inputs()
    with pytest.raises(ModelError, match=r"'oil'.*aid"):
        impulse_response(inputs, make_draws(inputs), "oil", 1.0)


def test_carried_draws_serve_a_later_day():
    then, now = make_inputs(day=150), make_inputs(day=200)
    assert FAMILY.carry is not None
    carried = FAMILY.carry(then, make_draws(then), now, np.random.default_rng(1)).draws
    assert np.isfinite(carried["shock"][:, : now.calendar.last + 1]).all()
    assert_family_contract(FAMILY, now, carried)


def test_draws_are_not_carried_to_other_theatres():
    then, now = make_inputs(), make_inputs(make_ladder(places=("north", "south")))
    assert FAMILY.carry is not None
    with pytest.raises(ModelError, match="fit the family anew"):
        FAMILY.carry(then, make_draws(then), now, np.random.default_rng(1))


def test_a_ladder_without_a_measure_has_judged_rates_only():
    ladder = make_ladder()
    rear = tuple(t for t in ladder.theatres if t.measure is None)
    ladder = replace(ladder, theatres=rear, rungs=(RUNGS[0], replace(RUNGS[4], order=1)))
    inputs = make_inputs(ladder)
    model = FAMILY.build(inputs, make_priors(ladder))
    assert np.isfinite(log_density_at_start(model))
    assert_family_contract(FAMILY, inputs, make_draws(inputs))
