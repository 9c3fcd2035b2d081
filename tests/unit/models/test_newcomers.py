"""A theatre with no history is told from one with data, and stops being so when it reports."""

from dataclasses import replace

import numpy as np

from models.standing import standings
from tests.builders_models import make_counts, make_inputs, make_ladder

LADDER = make_ladder(places=("north", "south", "new"))


def standing_of_newcomer(*, day):
    readings = make_counts(places=("north", "south", "new"))
    begins = np.datetime64("2024-01-01") + np.timedelta64(150, "D")
    keep = (readings.series != "events.new") | (readings.observed_at >= begins)
    columns = ("series", "observed_at", "recorded_at", "value", "estimated")
    known = replace(readings, **{name: getattr(readings, name)[keep] for name in columns})
    found = standings(make_inputs(LADDER, known, day=day))
    return next(s for s in found if s.theatre == "new")


def test_before_its_first_reading_it_is_prior_driven():
    standing = standing_of_newcomer(day=149)
    assert standing.label == "prior-driven: no data"
    assert standing.measure is None
    assert standing.observed_through is None


def test_a_few_days_are_no_whole_step_and_so_still_prior_driven():
    standing = standing_of_newcomer(day=152)
    assert standing.label == "prior-driven: no whole week seen"
    assert standing.measure is None


def test_with_whole_steps_it_is_data():
    standing = standing_of_newcomer(day=175)
    assert standing.label == ""
    assert standing.measure is not None
