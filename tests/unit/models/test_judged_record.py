"""A record of judged rungs: what was held at the end of each step, and what is said of the next."""

from datetime import timedelta

import numpy as np
import pytest

from forecaster.clock import end_of_day
from forecaster.errors import ModelError
from models.catalogue import families, require_answer
from models.columns import columns
from models.components.judged_tables import climatology_table, persistence_table
from models.family import JudgedRates, Simulation
from models.figures import rates_figures, table_figures
from models.inputs import judged_track, resolved_judged
from tests.builders_judged import DOMAIN, LADDER, RECORD, inputs_at, judged, moment

SUNDAY = end_of_day(moment("2024-06-02").date())


def held_at(day: str, *record) -> list[int]:
    end = end_of_day(moment(day).date())
    return resolved_judged(LADDER, DOMAIN, record, end).held[-1].tolist()


def test_where_judgements_overlap_the_higher_rung_holds():
    assert [held_at(f"2024-04-{day:02}", *RECORD)[0] for day in (7, 14, 21, 28)] == [1, 3, 1, 0]


def test_an_open_judgement_holds_until_it_is_closed():
    assert held_at("2024-06-30", *RECORD) == [0, 1]
    closed = judged("friction", "2024-05-01", "2024-06-29", theatre="bear")
    assert held_at("2024-06-30", closed) == [0, 0]


@pytest.mark.parametrize(("ends", "held"), [("2024-04-21T23:59", 0), ("2024-04-22", 1)])
def test_what_ends_inside_a_step_is_not_held_at_its_end(ends, held):
    assert held_at("2024-04-21", judged("friction", "2024-04-16", ends)) == [held, 0]


def test_the_track_of_the_past_ends_where_one_stands():
    inputs = inputs_at(SUNDAY)
    track = judged_track(LADDER, DOMAIN, inputs.judged)
    assert track.rungs == ("stable", "friction", "dissent", "mutiny")
    assert track.possible.tolist() == [[True] * 4, [True, True, False, True]]
    assert track.held.shape == (inputs.calendar.last + 1, 2)
    assert np.flatnonzero(track.held[:, 0] == 3).tolist() == [14]
    assert track.held[-1].tolist() == [0, 1]


def test_the_record_of_a_moment_knows_no_later_one():
    short, long = inputs_at(SUNDAY - timedelta(weeks=6)), inputs_at(SUNDAY)
    early = short.judged.standing_by_step
    np.testing.assert_array_equal(long.judged.standing_by_step[: len(early)], early)


@pytest.mark.parametrize("made", [climatology_table, persistence_table])
@pytest.mark.parametrize("as_of", [moment("2024-01-03T12:00"), SUNDAY])
def test_a_table_gives_chances_to_what_can_be_alone(made, as_of):
    found = made(inputs_at(as_of), DOMAIN)
    np.testing.assert_allclose(found.sum(axis=-1), 1.0)
    assert (found[1, :, 2] == 0.0).all()
    possible = np.delete(found[1], 2, axis=-1)
    assert (found[0] > 0.0).all()
    assert (possible > 0.0).all()


def test_persistence_stays_and_climatology_does_not_care():
    inputs = inputs_at(SUNDAY)
    stays, shares = persistence_table(inputs, DOMAIN), climatology_table(inputs, DOMAIN)
    assert stays[0, 1, 1] > 0.5 > shares[0, 1, 1]
    np.testing.assert_allclose(shares, np.broadcast_to(shares[:, :1], shares.shape))


def test_rates_give_the_very_figures_that_are_published():
    inputs = inputs_at(SUNDAY)
    rng = np.random.default_rng(1)
    cells = len(inputs.judged.rungs)
    rates = JudgedRates(rng.gamma(1.0, 0.02, (50, cells)), rng.gamma(2.0, 0.1, (50, cells)))
    said = rates_figures(inputs, Simulation(None, rates), DOMAIN)
    assert np.isnan(said.quantiles).all()
    assert said.present.tolist() == [0, 1]
    np.testing.assert_allclose(said.at.sum(axis=-1), 1.0)
    assert (said.at[1, :, 2] == 0.0).all()
    np.testing.assert_array_equal(said.reach[1, :, 2], said.reach[1, :, 3])
    published = {
        (c.theatre, c.horizon, c.kind, c.rung): c.probability.mean()
        for c in columns(inputs, Simulation(None, rates))
    }
    assert said.at[0, 1, 3] == published["lion", 4, "at", "mutiny"]
    assert said.reach[1, 0, 1] == published["bear", 1, "reach", "friction"] == 1.0


def test_a_table_is_followed_step_by_step():
    inputs = inputs_at(SUNDAY)
    table = np.tile([[0.9, 0.1, 0, 0], [0.5, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], (2, 1, 1))
    said = table_figures(inputs, table, DOMAIN)
    np.testing.assert_allclose(said.at[0, 0], [0.9, 0.1, 0, 0])
    np.testing.assert_allclose(said.reach[0, 1], [1, 1 - 0.9**4, 0, 0])
    np.testing.assert_allclose(said.reach[1, :, :2], 1.0)


def test_a_reference_without_a_word_on_judged_rungs_says_so_in_one_line():
    shelf = families()
    require_answer(shelf["persistence"], LADDER, DOMAIN)
    require_answer(shelf["latent_tension"], LADDER, DOMAIN)
    with pytest.raises(ModelError, match="ewma answers for measured rungs only") as error:
        require_answer(shelf["ewma"], LADDER, DOMAIN)
    assert "\n" not in str(error.value)
