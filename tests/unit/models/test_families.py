"""Every family on its shelf keeps the contract; the contract catches one that does not."""

from dataclasses import replace

import numpy as np
import pytest

from models.catalogue import families
from models.conformance import assert_family_contract
from models.families.ewma import smooth
from models.families.persistence import transition_table
from models.family import MeasurePaths, Simulation
from tests.builders_models import RUNGS, make_counts, make_draws, make_inputs, make_ladder
from tests.builders_transitions import make_transition_draws

CASES = {
    "many theatres": make_inputs(),
    "one theatre": make_inputs(make_ladder(places=("north",))),
    "no indicator": make_inputs(make_ladder(indicators=())),
    "three rungs": make_inputs(make_ladder(rungs=RUNGS[:3])),
    "a theatre without data": make_inputs(make_ladder(places=("north", "south", "coast", "gone"))),
    "half a week": make_inputs(day=10),
}


def draws_of(family, inputs):
    if family.build is None:
        return {}
    return {**make_draws(inputs), **make_transition_draws(inputs)}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("id", families())
def test_contract(id, case):
    family, inputs = families()[id], CASES[case]
    assert_family_contract(family, inputs, draws_of(family, inputs))


def test_twelve_rungs():
    measured = [
        replace(RUNGS[0], order=i, id=f"r{i}", threshold=None if i == 0 else 5.0 * i)
        for i in range(12)
    ]
    inputs = make_inputs(make_ladder(rungs=tuple(measured)))
    for family in families().values():
        assert_family_contract(family, inputs, draws_of(family, inputs))


def test_a_lying_family_is_caught():
    honest = families()["climatology"]

    def unsteady(inputs, draws, paths, rng):
        fresh = np.random.default_rng()
        return honest.simulate(inputs, draws, paths, fresh)

    def broken(inputs, draws, paths, rng):
        shape = (1, paths, inputs.steps_open, len(inputs.measures.theatres))
        return Simulation(MeasurePaths(0, np.full(shape, np.nan)))

    for lie, reason in ((unsteady, "same seed"), (broken, "not finite")):
        with pytest.raises(AssertionError, match=reason):
            assert_family_contract(replace(honest, simulate=lie), CASES["many theatres"], {})


def test_transitions_are_counted_only_between_seen_steps():
    rungs = np.array([[0], [1], [1]])
    seen = np.array([[True], [True], [False]])
    table = transition_table(rungs, seen, 2)
    np.testing.assert_allclose(table, [[0.25, 0.75], [0.5, 0.5]])


def test_smoothing_follows_its_recursion():
    past = np.array([[1.0], [3.0], [np.nan], [2.0]])
    level, errors = smooth(past, np.array([0.5]))
    assert level[0] == pytest.approx(2.0)
    np.testing.assert_allclose(errors[:, 0], [np.nan, 2.0, np.nan, 0.0])


def test_shuffling_the_future_changes_nothing():
    """A forecast as of a day is blind to any value of a later day."""
    later = make_counts(seed=99, days=400)
    now = make_counts(days=400)
    past = now.recorded_at <= np.datetime64("2024-05-01")
    mixed = type(now)(
        "test", now.series, now.observed_at, now.recorded_at,
        np.where(past, now.value, later.value), now.estimated,
    )  # fmt: skip
    for family in families().values():
        answers = []
        for readings in (now, mixed):
            inputs = make_inputs(readings=readings, day=120)
            paths = family.simulate(
                inputs, draws_of(family, inputs), 16, np.random.default_rng(1)
            ).paths
            assert paths is not None
            answers.append(paths.measure)
        np.testing.assert_array_equal(*answers)
