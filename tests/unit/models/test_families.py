"""Every family on its shelf keeps the contract; the contract catches one that does not."""

from dataclasses import replace

import numpy as np
import pytest

from forecaster.errors import ModelError
from models.catalogue import families
from models.conformance import assert_family_contract, assert_generate_contract
from models.family import MeasurePaths, Simulation
from tests.builders_models import RUNGS, make_counts, make_inputs, make_ladder, prior_draws

TWELVE = tuple(
    replace(RUNGS[0], order=i, id=f"r{i}", threshold=None if i == 0 else 5.0 * i) for i in range(12)
)


def with_a_newcomer(*, days):
    """Readings in which one theatre has reported for the last `days` days before day 200."""
    readings = make_counts(places=("north", "south", "new"))
    begins = np.datetime64("2024-01-01") + np.timedelta64(200 - days, "D")
    keep = (readings.series != "events.new") | (readings.observed_at >= begins)
    columns = ("series", "observed_at", "recorded_at", "value", "estimated")
    return replace(readings, **{name: getattr(readings, name)[keep] for name in columns})


NEWCOMER = make_ladder(places=("north", "south", "new"))
NO_ROW = make_counts(places=())

CASES = {
    "many theatres": make_inputs(),
    "one theatre": make_inputs(make_ladder(places=("north",))),
    "no indicator": make_inputs(make_ladder(indicators=())),
    "three rungs": make_inputs(make_ladder(rungs=RUNGS[:3])),
    "twelve rungs": make_inputs(make_ladder(rungs=TWELVE)),
    "a theatre without data": make_inputs(make_ladder(places=("north", "south", "coast", "gone"))),
    "a theatre seen for two days": make_inputs(NEWCOMER, with_a_newcomer(days=2)),
    "a theatre seen for three weeks": make_inputs(NEWCOMER, with_a_newcomer(days=21)),
    "no theatre with data": make_inputs(make_ladder(), NO_ROW),
    "half a week": make_inputs(day=10),
    "the first day": make_inputs(day=0),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("id", families())
def test_contract(id, case):
    family, inputs = families()[id], CASES[case]
    draws = prior_draws(family, inputs)
    assert_family_contract(family, inputs, draws)
    if family.generate is not None:
        try:
            assert_generate_contract(family, inputs, {n: v[:1] for n, v in draws.items()})
        except ModelError as refused:
            assert "on a ladder of levels" in str(refused)  # noqa: PT017 — either will do


def test_draws_carried_to_later_inputs_keep_the_contract():
    """A week later, and with a theatre that was not there when the draws were fitted."""
    earlier = CASES["many theatres"]
    later = make_inputs(make_ladder(places=("north", "south", "coast", "new")), day=207)
    for family in families().values():
        if family.carry is not None:
            fitted = prior_draws(family, earlier, every=True)
            same = make_inputs(day=207)
            carried = family.carry(earlier, fitted, same, np.random.default_rng(1)).draws
            assert_family_contract(family, same, carried)
            try:
                carried = family.carry(earlier, fitted, later, np.random.default_rng(1)).draws
            except ModelError as refused:
                assert "fit the family anew" in str(refused)  # noqa: PT017 — either will do
            else:
                assert_family_contract(family, later, carried)


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


def test_a_family_that_invents_what_was_known_is_caught():
    def inventive(inputs, draws, rng):
        measures = inputs.measures
        return replace(inputs, measures=replace(measures, exposure=measures.exposure * 0.5))

    lying = replace(families()["climatology"], generate=inventive)
    with pytest.raises(AssertionError, match="exposure"):
        assert_generate_contract(lying, CASES["many theatres"], {})


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
                inputs, prior_draws(family, inputs), 16, np.random.default_rng(1)
            ).paths
            assert paths is not None
            answers.append(paths.measure)
        np.testing.assert_array_equal(*answers)
