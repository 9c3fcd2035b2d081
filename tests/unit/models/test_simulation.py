"""Simulated paths: what is seen stays seen, and figures add up."""

from dataclasses import replace

import numpy as np
import pytest

from forecaster.domain.ladder import Ladder, Measure
from models.components.counts import simulate_measures
from models.components.simulate_tension import simulate_tension
from models.family import MeasurePaths
from models.occupancy import count, occupancy
from tests.builders_models import make_counts, make_draws, make_inputs, make_ladder, make_readings


def test_counts_already_seen_in_a_partial_step_are_kept():
    series = {"events.north": [70.0] * 20, "events.south": [1.0] * 20}
    inputs = make_inputs(make_ladder(places=("north", "south")), make_readings(series), day=20)
    draws = make_draws(inputs, draws=50)
    draws["level"][:] = -5.0  # the parameters expect nothing more
    draws["phi"][:] = 0.01
    draws["volatility"][:] = 0.01
    paths = simulate_tension(inputs, draws, 8, np.random.default_rng(1)).paths
    assert paths is not None
    already = inputs.measures.measure[2, 0] * inputs.measures.exposure[2, 0]
    assert paths.first_step == 2
    assert paths.measure[:, :, 0, 0].min() > 0.8 * already


def test_the_base_moves_with_the_simulated_total():
    inputs = make_inputs()
    steps = inputs.steps_open
    rate = np.log(np.array([200.0, 200.0, 200.0]))  # far more than a typical week everywhere
    log_rate = np.broadcast_to(rate, (4, 8, steps, 3)).copy()
    noise = np.full((4, 3), 1e-6)
    measure = simulate_measures(inputs.measures, noise, log_rate, np.random.default_rng(1))
    assert measure[:, :, -1].mean() < measure[:, :, 1].mean()


def test_rungs_are_cut_at_thresholds_inclusively():
    inputs = make_inputs()
    measure = np.array([19.99, 20.0, 45.0]).reshape(1, 1, 1, 3)
    (counted,) = occupancy(MeasurePaths(7, measure), inputs.measures, [7])
    np.testing.assert_array_equal(counted.at[0], np.eye(3))


def test_occupancy_counts_extremes_up_to_the_step():
    inputs = make_inputs(make_ladder(places=("north",)))
    measure = np.array([30.0, 50.0, 5.0]).reshape(1, 1, 3, 1)  # one draw, path and theatre
    early, late = occupancy(MeasurePaths(7, measure), inputs.measures, [7, 9])
    assert late.at[0, 0].tolist() == [1, 0, 0]
    assert late.reach[0, 0].tolist() == [1, 1, 1]
    assert late.below[0, 0].tolist() == [0, 1, 1]
    assert early.reach[0, 0].tolist() == [1, 1, 0]


def test_what_unseen_steps_before_the_present_one_may_have_held_is_not_ahead():
    inputs = make_inputs(make_ladder(places=("north",)))
    horizons, last = inputs.ladder.horizons, inputs.calendar.last
    measure = np.full((1, 1, 2 + max(horizons) + 1, 1), 30.0)
    measure[0, 0, 0] = 50.0  # two steps before the present one, the third rung
    measure[0, 0, 1] = 5.0  # and after it, the lowest
    counted = count(inputs, MeasurePaths(last - 2, measure))
    for occupied in counted.occupied:
        assert occupied.reach[0, 0].tolist() == [1, 1, 0]
        assert occupied.below[0, 0].tolist() == [0, 0, 1]


def test_occupancy_refuses_a_step_that_was_not_simulated():
    inputs = make_inputs(make_ladder(places=("north",)))
    with pytest.raises(ValueError, match="not all in 7 to 9"):
        occupancy(MeasurePaths(7, np.ones((1, 1, 3, 1))), inputs.measures, [10])


def test_a_missing_indicator_widens_the_answer():
    ladder = make_ladder()
    full = make_inputs(ladder)
    readings = make_counts()
    kept = readings.series != "aid.total"
    without = make_inputs(
        ladder,
        type(readings)(
            "test", readings.series[kept], readings.observed_at[kept], readings.recorded_at[kept],
            readings.value[kept], readings.estimated[kept],
        ),
    )  # fmt: skip
    spread = []
    for inputs in (full, without):
        draws = make_draws(inputs, draws=40)
        draws["effects"][:] = 0.3
        draws["volatility"][:] = 0.05
        inputs.indicators.ahead[:] = 0.0
        paths = simulate_tension(inputs, draws, 50, np.random.default_rng(1)).paths
        assert paths is not None
        log_ratio = np.log(paths.measure[:, :, 1, 0] + 1)
        spread.append(float(log_ratio.std(axis=1).mean()))
    assert spread[1] > 1.2 * spread[0]


@pytest.mark.parametrize("places", [("north",), ("north", "south", "coast")])
def test_same_seed_same_paths(places):
    inputs = make_inputs(make_ladder(places=places))
    draws = make_draws(inputs)
    first, second = (
        simulate_tension(inputs, draws, 8, np.random.default_rng(7)).paths for _ in range(2)
    )
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.measure, second.measure)


def valued(places: tuple[str, ...]) -> Ladder:
    """A ladder that is measured by values, not by shares of a whole."""
    ladder = make_ladder(places=places, indicators=())
    theatres = tuple(
        replace(t, measure=t.measure and Measure("value", t.measure.series))
        for t in ladder.theatres
    )
    return replace(ladder, theatres=theatres)


def test_a_measure_by_value_is_simulated_too():
    inputs = make_inputs(valued(("north", "south")))
    simulation = simulate_tension(inputs, make_draws(inputs), 4, np.random.default_rng(1))
    assert simulation.paths is not None
    assert np.isfinite(simulation.paths.measure).all()
    assert (simulation.paths.measure > 0).all()
