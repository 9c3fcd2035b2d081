"""Rung transitions: what the cells count, what simulated moves obey, what carrying keeps."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from models.components.jumps import drawn_sizes
from models.components.memory import Means, keeps, settled
from models.components.pressure import pressure, pressure_graph
from models.components.route_shares import route_shares
from models.components.rung_history import incidents_of, rung_history, with_neighbours
from models.components.simulate_transitions import walk
from models.components.transition_cells import binned, transition_cells
from models.conformance import assert_family_contract
from models.families.rung_transitions import FAMILY
from models.families.rung_transitions_complete import FAMILY as COMPLETE
from models.families.rung_transitions_unpooled import FAMILY as UNPOOLED
from models.sampling import sample_prior
from tests.builders_models import (
    PLACES,
    RUNGS,
    make_counts,
    make_inputs,
    make_ladder,
    make_priors,
    make_readings,
)
from tests.builders_panels import open_inputs
from tests.builders_transitions import make_transition_draws

EVENTS = {
    "afg-pak": [("1950-01", 4), ("1950-02", 4), ("1951-03", 5), ("1952-12", 2)],
    "ind-pak": [("1947-10", 5), ("1952-11", 2)],
}


@pytest.fixture(scope="module")
def pairs():
    return open_inputs(EVENTS, as_of="1953-01-31", window=4)


@pytest.fixture(scope="module")
def weeks():
    return make_inputs()


def simulate(inputs, draws, paths=16):
    return FAMILY.simulate(inputs, draws, paths, np.random.default_rng(1)).paths.measure


def test_pressure_is_the_hazard_of_a_normal_crossing():
    distance = np.linspace(-4, 4, 9)
    np.testing.assert_allclose(1 - np.exp(-np.exp(pressure(distance))), ndtr(distance), rtol=1e-9)
    np.testing.assert_allclose(pressure_graph(distance).eval(), pressure(distance), rtol=1e-6)


def test_a_mean_weighs_by_precision_and_age():
    keep = np.array([0.5])
    means = Means(np.zeros((1, 1)), np.full((1, 1), 1e-12))
    for y, weight in ((1.0, 1.0), (3.0, 2.0)):
        means = means.seen(np.array([y]), np.array([weight])).aged(keep)
    assert means.mean[0, 0] == pytest.approx((0.5 * 1.0 + 2.0 * 3.0) / 2.5)
    stood = settled(np.array([2.0]), keeps((1.0, 4.0)))
    np.testing.assert_allclose(stood.mean, 2.0)


def test_incidents_are_moves_upward_or_levels_above_the_lowest():
    before, after = np.array([0, 1, 2, -1]), np.array([1, 1, 0, 3])
    assert incidents_of(before, after, level=False).tolist() == [1, 0, 0, 0]
    assert incidents_of(before, after, level=True).tolist() == [1, 1, 0, 1]


def test_neighbours_are_the_others():
    own = np.zeros((3, 2))
    own[0, 1] = 1.0
    felt = with_neighbours(own, level=False)[:, -1]
    np.testing.assert_allclose(felt, [0.0, 0.5, 0.5])


def test_every_move_between_whole_steps_is_counted_once(weeks, pairs):
    for inputs, warm in ((weeks, 8), (pairs, 1)):
        rung = rung_history(inputs).rung
        before, after = rung[warm - 1 : -1], rung[warm:]
        both = (before >= 0) & (after >= 0)
        cells, jumps = transition_cells(inputs)
        assert cells.rose.sum() == (both & (after > before)).sum() == jumps.up.sum()
        assert cells.fell.sum() == (both & (after < before)).sum() == jumps.down.sum()
        assert cells.stayed.sum() == (both & (after == before)).sum()


def test_quiet_months_that_are_alike_are_one_cell(pairs):
    cells, _ = transition_cells(pairs)
    seen = (cells.stayed + cells.rose + cells.fell) > 0
    assert seen.sum() < 0.7 * (cells.stayed + cells.rose + cells.fell).sum()
    np.testing.assert_allclose(binned(np.array([0.0, 0.001, 1.0])), [0.0, 0.0, 1.0], rtol=0.3)


def test_jumps_stay_within_the_ladder():
    rng = np.random.default_rng(1)
    room = np.array([1, 2, 3])
    size = drawn_sizes(np.ones((1, 3, 3)), np.zeros(3, int), np.arange(3), room, rng)
    assert size.tolist() == [1, 2, 3]
    none = drawn_sizes(np.zeros((1, 3, 3)), np.zeros(3, int), np.arange(3), room, rng)
    assert none.tolist() == [1, 1, 1]


def test_what_a_partly_seen_week_holds_is_kept(weeks):
    inputs = make_inputs(day=200)
    panel, draws = inputs.measures, make_transition_draws(inputs)
    step = panel.first_open_step
    assert 0 < panel.exposure[step].max() < 1
    floor = 100 * panel.count[step] / panel.base[step]
    assert (simulate(inputs, draws)[:, :, 0] >= floor - 1e-9).all()


def test_more_hazard_upward_means_higher_paths(weeks):
    draws = make_transition_draws(weeks)
    calm = {**draws, "ascent": draws["ascent"] - 2, "quiet": 0 * draws["quiet"]}
    calm["push"] = 0 * draws["push"]
    assert simulate(weeks, calm).mean() < simulate(weeks, draws).mean()


def test_incidents_alone_are_the_inadvertent_route(weeks):
    draws = make_transition_draws(weeks)
    without = {**draws, "quiet": 0 * draws["quiet"], "push": 0 * draws["push"]}
    rng = np.random.default_rng
    shares = route_shares(weeks, draws, 8, rng(1))
    assert shares.inadvertent.shape == (3, 2)
    risen = shares.ascents > 0
    assert ((shares.inadvertent[risen] > 0) & (shares.inadvertent[risen] < 1)).all()
    none = route_shares(weeks, without, 8, rng(1))
    assert np.nan_to_num(none.inadvertent).max() == 0.0


def test_paths_of_levels_are_levels(pairs):
    draws = make_transition_draws(pairs)
    assert_family_contract(FAMILY, pairs, draws)
    assert set(np.unique(simulate(pairs, draws))) <= {1.0, 2.0, 3.0, 4.0, 5.0}


def test_a_theatre_not_seen_for_weeks_is_less_certain():
    days = 210
    counts = make_counts(days=days)
    late = (counts.series == "events.north") & (
        counts.observed_at > np.datetime64("2024-01-01") + np.timedelta64(days - 60, "D")
    )
    columns = ("series", "observed_at", "recorded_at", "value", "estimated")
    kept = replace(counts, **{name: getattr(counts, name)[~late] for name in columns})
    inputs, whole = make_inputs(readings=kept), make_inputs(readings=counts)
    k = inputs.measures.theatres.index("north")
    gone, there = (
        np.log(simulate(i, make_transition_draws(i), 64)[:, :, 1, k]).std() for i in (inputs, whole)
    )
    assert gone > 1.1 * there


def test_a_theatre_never_seen_is_drawn_from_the_hierarchy():
    inputs = make_inputs(make_ladder(places=(*PLACES, "gone")))
    draws = make_transition_draws(inputs, draws=200)
    paths = np.log(simulate(inputs, draws, 4)[:, :, 0])
    assert paths[..., 3].std() > 0.8 * draws["level_spread"].mean()
    assert_family_contract(FAMILY, inputs, draws)


def test_carrying_keeps_known_theatres_and_draws_new_ones():
    fitted, later = make_inputs(), make_inputs(make_ladder(places=("south", "new", "north")))
    draws = make_transition_draws(fitted, draws=400)
    carry = FAMILY.carry
    assert carry is not None
    carried = carry(fitted, draws, later, np.random.default_rng(1)).draws
    for name in ("ascent", "proneness", "descent", "log_swing"):
        np.testing.assert_array_equal(carried[name][:, 0], draws[name][:, 1])
        np.testing.assert_array_equal(carried[name][:, 2], draws[name][:, 0])
        new = carried[name][:, 1] - draws[f"{name}_region"][:, 0]
        assert new.std() == pytest.approx(draws[f"{name}_spread"].mean(), rel=0.3)
    assert carried["enter"].shape[1] == len(later.judged.rungs)
    assert_family_contract(FAMILY, later, carried)


def test_a_new_region_is_farther_off_than_a_new_theatre():
    fitted = make_inputs()
    ladder = make_ladder(places=(*PLACES, "new"))
    new = next(t for t in ladder.theatres if t.id == "new")
    moved = tuple(replace(t, region="rear") if t is new else t for t in ladder.theatres)
    there, here = make_inputs(replace(ladder, theatres=moved)), make_inputs(ladder)
    draws = make_transition_draws(fitted, draws=2000)
    carry = FAMILY.carry
    assert carry is not None
    spreads = []
    for inputs in (there, here):
        carried = carry(fitted, draws, inputs, np.random.default_rng(1)).draws["ascent"]
        spreads.append((carried[:, -1] - draws["ascent_centre"]).std())
    assert spreads[0] > 1.2 * spreads[1]


@pytest.mark.parametrize("family", [FAMILY, UNPOOLED, COMPLETE])
@pytest.mark.parametrize("rungs", [RUNGS[:1], RUNGS[:3], RUNGS])
def test_the_log_density_is_finite_where_sampling_starts(family, rungs):
    ladder = make_ladder(rungs=rungs)
    model = family.build(make_inputs(ladder), make_priors(ladder))
    terms = model.compile_fn(model.logp(sum=False), mode="FAST_COMPILE")
    assert all(np.isfinite(term).all() for term in terms(model.initial_point()))


def test_priors_alone_give_all_that_simulating_needs(pairs, weeks):
    for inputs in (weeks, pairs):
        model = FAMILY.build(inputs, make_priors(inputs.ladder))
        drawn = sample_prior(model, FAMILY.needs, draws=10, seed=1)
        assert_family_contract(FAMILY, inputs, drawn)


def test_without_pooling_theatres_differ_and_with_complete_pooling_they_do_not(weeks):
    priors = make_priors(weeks.ladder)
    wide, none = (
        sample_prior(f.build(weeks, priors), ("ascent",), draws=50, seed=1)["ascent"]
        for f in (UNPOOLED, COMPLETE)
    )
    assert np.ptp(none, axis=1).max() < 1e-12
    assert np.diff(wide, axis=1).std() > 2.0


def test_walking_starts_at_the_first_open_step(weeks):
    walked = walk(weeks, make_transition_draws(weeks), 4, np.random.default_rng(1))
    assert walked.first == weeks.measures.first_open_step
    assert walked.measure.shape[2] == len(walked.ascents) == weeks.steps_open


def test_all_readings_missing_is_no_failure():
    inputs = make_inputs(readings=make_readings({}))
    assert_family_contract(FAMILY, inputs, make_transition_draws(inputs))
