"""Neighbours: what is known of another ladder, and what it does to this one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Coupling
from forecaster.errors import ModelError
from models.components.coupling import rate_factor
from models.conformance import assert_family_contract
from models.families.action_reaction import FAMILY
from models.inputs import Neighbour, build_inputs
from tests.builders_models import (
    START,
    known_at,
    log_density_at_start,
    make_counts,
    make_draws,
    make_inputs,
    make_ladder,
    make_priors,
    make_readings,
)

AS_OF = datetime(2024, 1, 1, 23, 59, 59, tzinfo=UTC) + timedelta(days=200)
NOTHING = make_readings({})


def day(n):
    return datetime.combine(START, datetime.min.time(), UTC) + timedelta(days=n)


def judgement(ladder, *, start, end, recorded=None, rung="strike", theatre="north"):
    return Judgement(
        ladder, theatre, "kinetic", rung, day(start), None if end is None else day(end), "a", "e",
        day(start if recorded is None else recorded),
    )  # fmt: skip


def coupled(**changes):
    other = Coupling("other", "kinetic", **changes)
    return replace(make_ladder(), couplings=(other,))


def other_ladder():
    return replace(make_ladder(), id="other")


def inputs_beside(*, readings=NOTHING, judgements=(), ladder=None, given=True):
    neighbour = Neighbour(other_ladder(), readings, judgements)
    return build_inputs(
        ladder or coupled(),
        readings=known_at(make_counts(), AS_OF),
        judgements=(),
        as_of=AS_OF,
        neighbours=(neighbour,) if given else (),
    )


def test_a_judged_rung_lifts_the_height_while_it_holds():
    held = inputs_beside(judgements=[judgement("other", start=70, end=105)])
    height = held.neighbours.height[:, 0]
    assert height.mean() == pytest.approx(0.0, abs=0.05)
    raised = np.flatnonzero(height > 0)
    assert raised.tolist() == [10, 11, 12, 13, 14]
    assert np.ptp(height) == pytest.approx(3.0 / 4.0)  # rung 3 in one of four theatres


def test_what_acts_on_a_step_is_the_height_at_its_beginning():
    height = inputs_beside(judgements=[judgement("other", start=71, end=84)]).neighbours.height
    assert np.flatnonzero(height[:, 0] > 0).tolist() == [11]


def test_a_measured_rung_counts_once_its_step_was_seen_whole():
    days = np.ones(190)
    series = {"events.north": 9.0 * days, "events.south": days, "events.coast": days}
    series["events.north"] = np.where(np.arange(190) < 98, 1.0, 30.0)
    lifted = inputs_beside(readings=known_at(make_readings(series), AS_OF)).neighbours.height[:, 0]
    assert np.ptp(lifted) > 0
    assert lifted[15] > lifted[13]  # the first loud week is 14: it acts from 15 on
    assert lifted[14] == lifted[13]


def test_the_distance_from_the_usual_height_fades():
    panel = inputs_beside(judgements=[judgement("other", start=190, end=None)]).neighbours
    assert panel.ahead[0, 0] > 0.5
    assert panel.ahead.shape == (4, 1)
    assert (np.diff(panel.ahead[:, 0]) < 0).all()


def test_a_neighbour_that_is_not_given_stands_at_its_usual_height():
    panel = inputs_beside(given=False).neighbours
    assert panel.ids == ("other.kinetic",)
    assert not panel.height.any()
    assert not panel.ahead.any()


def test_a_neighbours_future_is_refused():
    with pytest.raises(ModelError, match="recorded after"):
        inputs_beside(judgements=[judgement("other", start=10, end=20, recorded=300)])


def test_a_record_by_step_adds_up_to_its_totals():
    past = [
        judgement("test", start=30, end=50),
        judgement("test", start=45, end=61, rung="nuclear"),
        judgement("test", start=190, end=None),
    ]
    judged = make_inputs(judgements=past).judged
    np.testing.assert_array_equal(judged.entered_by_step.sum(axis=0), judged.entered)
    np.testing.assert_allclose(judged.exposure_by_step.sum(axis=0), judged.exposure, rtol=1e-9)
    assert judged.entered_by_step[4].sum() == 1
    assert judged.exposure_by_step.min() >= 0


def test_a_higher_neighbour_multiplies_the_rates_of_judged_rungs():
    inputs = inputs_beside(judgements=[judgement("other", start=190, end=None)])
    draws = make_draws(inputs)
    draws["coupling_rate"][:] = np.log(2.0) / inputs.neighbours.ahead[0, 0]
    np.testing.assert_allclose(rate_factor(inputs, draws), 2.0)
    simulation = FAMILY.simulate(inputs, draws, 4, np.random.default_rng(1))
    assert simulation.judged is not None
    np.testing.assert_allclose(simulation.judged.enter, 2.0 * draws["enter"])


def test_a_higher_neighbour_pushes_tension():
    inputs = inputs_beside(judgements=[judgement("other", start=190, end=None)])
    draws = make_draws(inputs)
    means = []
    for push in (0.0, 0.2):
        draws["coupling_tension"] = np.full((20, 1), push)
        paths = FAMILY.simulate(inputs, draws, 50, np.random.default_rng(1)).paths
        assert paths is not None
        means.append(np.log(paths.measure[:, :, -1] + 0.1).mean())
    assert means[1] > means[0] + 0.05


def test_a_coupled_model_is_sound():
    ladder = coupled(sign="+")
    inputs = inputs_beside(ladder=ladder, judgements=[judgement("other", start=70, end=105)])
    model = FAMILY.build(inputs, make_priors(ladder))
    assert model.coords["coupling"] == ("other.kinetic",)
    assert np.isfinite(log_density_at_start(model))
    assert_family_contract(FAMILY, inputs, make_draws(inputs))
