"""Where theatres stand, in words that tell data from priors."""

import numpy as np

from models.standing import judged_records, standings
from tests.builders_models import make_inputs, make_ladder, make_readings


def standing_of(inputs, theatre):
    return next(s for s in standings(inputs) if s.theatre == theatre)


def test_present_rung_is_that_of_the_last_whole_week():
    series = {"events.north": [2.0] * 17, "events.south": [8.0] * 17}
    inputs = make_inputs(make_ladder(places=("north", "south")), make_readings(series), day=18)
    south = standing_of(inputs, "south")
    assert (south.present_rung, round(south.measure)) == ("battle", 80)
    assert south.label == ""
    assert len(south.history) == 2
    assert south.observed_through.date().isoformat() == "2024-01-17"


def test_a_rung_reached_before_the_week_is_over_is_told():
    north = np.r_[[1.0] * 14, [9.0] * 3]
    inputs = make_inputs(
        make_ladder(places=("north", "south")),
        make_readings({"events.north": north, "events.south": [9.0] * 17}),
        day=18,
    )
    north_now = standing_of(inputs, "north")
    assert north_now.present_rung == "calm"
    assert north_now.label == "already on rung 1 in the unfinished week"


def test_a_week_that_is_over_and_partly_seen_is_not_called_unfinished():
    inputs = make_inputs(
        make_ladder(places=("north", "south")),
        make_readings({"events.north": [*[1.0] * 14, *[9.0] * 3], "events.south": [9.0] * 17}),
        day=23,
    )
    assert inputs.measures.first_open_step == inputs.calendar.last - 1
    assert standing_of(inputs, "north").label == "already on rung 1 in the partly seen last week"


def test_a_measured_theatre_without_readings_is_labelled():
    inputs = make_inputs(make_ladder(places=("north", "gone")))
    gone = standing_of(inputs, "gone")
    assert gone.label == "prior-driven: no data"
    assert gone.measure is None


def test_a_source_that_fell_silent_is_told():
    readings = make_readings({"events.north": [2.0] * 70})
    inputs = make_inputs(make_ladder(places=("north",)), readings, day=100)
    assert standing_of(inputs, "north").label == "no data for 5 weeks"


def test_judged_rungs_never_reached_are_zero_of_n():
    inputs = make_inputs(day=209)
    rear = [r for r in judged_records(inputs) if r.theatre == "rear"]
    assert [(r.rung, r.events) for r in rear] == [("nuclear", 0)]
    assert standing_of(inputs, "rear").label == "prior-driven: no event on record"
