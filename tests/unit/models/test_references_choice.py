"""What references choose, they choose on their past: known values, and blindness to the future."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from models.components.climatology import choose_window
from models.components.held_out import Design, predict_past, rows_before
from models.components.past import past_of
from models.components.random_walk import fit, run_filter, with_part
from models.components.rolling import choose, gaussian, origins, rps
from models.components.smoothing import smooth
from models.components.transition_table import table, transitions
from tests.builders_models import make_counts, make_inputs, make_ladder, make_readings

INPUTS = make_inputs(readings=make_counts(days=800), day=600)


def test_score_is_the_mean_over_cuts():
    assert rps(np.array([0.2, 0.7]), np.array(1)) == pytest.approx((0.2**2 + 0.3**2) / 2)
    assert np.isnan(rps(np.array([0.2, 0.7]), np.array(-1)))


def test_no_known_loss_means_the_first_candidate():
    assert choose([np.nan, np.nan]) == 0
    assert choose([np.nan, 0.3, 0.2]) == 2


def test_origins_have_known_outcomes():
    assert list(origins(30, 2, burn_in=26)) == [26, 27]
    assert not len(origins(5, 2))


def test_normal_forecast_is_half_below_its_mean():
    np.testing.assert_allclose(gaussian(np.zeros(1), np.ones(1), np.zeros(1)), [[0.5]])


def test_smoothing_follows_its_recursion():
    past = np.array([[1.0], [3.0], [np.nan], [2.0]])
    levels = smooth(past, np.array([0.5]))[:, 0, 0]
    np.testing.assert_allclose(levels, [np.nan, 1.0, 2.0, 2.0, 2.0])


def test_transitions_are_counted_only_between_seen_steps():
    start, outcome = np.array([[0], [1], [-1]]), np.array([[1], [-1], [0]])
    counts = transitions(start, outcome, 2).sum(axis=0)
    np.testing.assert_allclose(counts, [[[0, 1], [0, 0]]])


def test_rows_are_drawn_to_all_rungs_and_all_theatres():
    counts = np.array([[[4.0, 0.0], [0.0, 0.0]], [[0.0, 4.0], [0.0, 0.0]]])
    pooled = table(counts, rungs=1.0, theatres=np.inf)
    np.testing.assert_allclose(pooled, 0.5)
    own = table(counts, rungs=1.0, theatres=4.0)
    np.testing.assert_allclose(own[0, 0], [0.75, 0.25])


def test_random_walk_is_that_of_statsmodels():
    rng = np.random.default_rng(2)
    y = (np.cumsum(0.2 * rng.standard_normal(120)) + 0.3 * rng.standard_normal(120))[:, None]
    ours = fit(run_filter(y), 120, window=None, pooled=False)
    theirs = UnobservedComponents(y[:, 0], level="llevel").fit(disp=False)
    noise, walk = theirs.params
    assert ours.noise[0] == pytest.approx(noise, rel=0.05)
    assert ours.walk[0] == pytest.approx(walk, rel=0.2)
    assert ours.level[0] == pytest.approx(theirs.filtered_state[0, -1], abs=0.02)


def test_a_part_moves_the_level_less_than_a_whole_step():
    fitted = fit(run_filter(np.random.default_rng(1).normal(size=(60, 1))), 60, **KINDS)
    part, whole = (
        with_part(fitted, np.array([5.0]), np.array([share])).level[0] for share in (0.4, 1.0)
    )
    assert fitted.level[0] < part < whole


KINDS = {"window": None, "pooled": False}


def test_early_counts_are_those_of_the_first_days():
    """As of a Wednesday with a lag of a day, Monday and Tuesday of every week count."""
    days = np.arange(100, dtype=float)
    ladder = make_ladder(places=("north",), indicators=())
    inputs = make_inputs(ladder, make_readings({"events.north": days}), day=72)
    early = inputs.measures.early
    opened = inputs.measures.first_open_step
    np.testing.assert_allclose(early[:, 0], [2 * 7 * t + 1 for t in range(opened + 1)])
    np.testing.assert_allclose(early[opened], inputs.measures.count[opened])


def test_a_past_origin_sees_nothing_later():
    """Steps after t do not change what was chosen or expected at t."""
    past = past_of(INPUTS)
    later = past.whole.copy()
    later[60:] += 5.0
    before, after = run_filter(past.whole), run_filter(later)
    for kinds in ({"window": 26, "pooled": True}, KINDS):
        one, two = fit(before, 60, **kinds), fit(after, 60, **kinds)
        np.testing.assert_array_equal(one.level, two.level)
        np.testing.assert_array_equal(one.walk, two.walk)


def test_the_window_that_did_best_is_chosen():
    """After a jump half way, a short window forecasts better than all the past."""
    jump = np.where(np.arange(800) < 400, 2.0, 30.0)
    noise = np.random.default_rng(1).poisson(1.0, 800)
    readings = make_readings({"events.north": jump + noise, "events.south": np.full(800, 40.0)})
    ladder = make_ladder(places=("north", "south"), indicators=())
    past = past_of(make_inputs(ladder, readings, day=790))
    assert choose_window(past, (None, 8))[0] == 8


def test_blocks_are_predicted_from_before_them():
    """Predictions from origins up to a block's end do not know of any outcome after its start."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(101, 2, 1)), rng.normal(size=(100, 2))
    changed = y.copy()
    changed[70:] += 9.0
    quiet = np.zeros(y.shape, dtype=bool)
    found = []
    for outcomes in (y, changed):
        design = Design(x, outcomes, quiet, blocks=20)
        at, predicted = predict_past(design, 4, lambda rows, new: np.full(len(new), rows.y.mean()))
        found.append(predicted[at <= 70])
    assert len(found[0]) > 10
    np.testing.assert_array_equal(*found)


def test_rows_hold_outcomes_before_the_end_only():
    y = np.arange(30.0)[:, None]
    design = Design(np.arange(31.0)[:, None, None], y, np.zeros(y.shape, dtype=bool))
    rows = rows_before(design, 3, 20)
    assert rows.y.max() == 19.0
    np.testing.assert_array_equal(rows.y, rows.x[:, 0] + 3.0)


def test_quiet_cases_are_thinned_and_weigh_more():
    y = np.zeros((50, 4))
    y[10] = 1.0
    design = Design(np.zeros((51, 4, 1)), y, np.ones(y.shape, dtype=bool), every=5)
    rows = rows_before(design, 0, 50)
    assert (rows.y == 1.0).sum() == 4
    assert rows.weight.sum() == pytest.approx(200.0, rel=0.05)
