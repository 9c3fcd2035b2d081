"""What enters a model: steps, measures, indicators and judged spells, as they were known."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from forecaster.domain.indicator import Indicator
from forecaster.domain.judgement import Judgement
from forecaster.errors import ModelError
from models.inputs import build_inputs
from models.inputs.calendar import make_calendar
from models.inputs.step_totals import trailing_mean
from tests.builders_models import (
    AID,
    PLACES,
    SALVOS,
    make_counts,
    make_inputs,
    make_ladder,
    make_readings,
)


def moment(day, hour=12):
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=hour)


def judgement(rung, starts, ends, *, recorded=None, theatre="north"):
    return Judgement(
        "test", theatre, "kinetic", rung, moment(starts), moment(ends) if ends else None,
        "analyst", "evidence", moment(recorded or starts),
    )  # fmt: skip


class TestCalendar:
    def test_weeks_run_from_monday_and_the_first_counts_from_the_start(self):
        steps = make_calendar(step="week", starts=date(2022, 2, 24), as_of=moment("2022-03-07"))
        assert steps.edges.astype(str).tolist() == [
            "2022-02-21", "2022-02-28", "2022-03-07", "2022-03-14",
        ]  # fmt: skip
        assert steps.last == 2
        assert steps.days_in_step.tolist() == [4, 7, 7]

    def test_months_have_their_own_lengths(self):
        steps = make_calendar(step="month", starts=date(2024, 1, 1), as_of=moment("2024-03-01"))
        assert steps.days_in_step.tolist() == [31, 29, 31]
        assert steps.end_of(4) == datetime(2024, 5, 31, 23, 59, 59, 999999, UTC)

    def test_long_ladders_end_where_they_should(self):
        steps = make_calendar(step="day", starts=date(1946, 1, 1), as_of=moment("2014-12-31"))
        assert steps.edges[steps.last] == np.datetime64("2014-12-31")

    def test_before_the_start_is_refused(self):
        with pytest.raises(ValueError, match="before the ladder's start"):
            make_calendar(step="week", starts=date(2024, 1, 1), as_of=moment("2023-12-31"))


class TestMeasure:
    def test_share_is_of_the_mean_national_week(self):
        readings = make_readings({"events.north": [2.0] * 28, "events.south": [1.0] * 28})
        inputs = make_inputs(make_ladder(places=("north", "south")), readings, day=30)
        np.testing.assert_allclose(inputs.measures.measure[:4], [[200 / 3, 100 / 3]] * 4)
        assert inputs.measures.complete[:4].all()

    def test_a_step_seen_in_part_has_its_exposure_and_the_same_share(self):
        readings = make_readings({"events.north": [2.0] * 17, "events.south": [1.0] * 17})
        inputs = make_inputs(make_ladder(places=("north", "south")), readings, day=18)
        assert inputs.measures.exposure[2, 0] == pytest.approx(3 / 7)
        np.testing.assert_allclose(inputs.measures.measure[2], [200 / 3, 100 / 3])
        assert inputs.measures.first_open_step == 2

    def test_no_row_is_not_a_zero(self):
        north = np.r_[[2.0] * 7, [np.nan] * 7, [2.0] * 7]
        readings = make_readings({"events.north": north})
        inputs = make_inputs(make_ladder(places=("north",)), readings, day=22)
        assert np.isnan(inputs.measures.measure[1, 0])
        assert inputs.measures.exposure[1, 0] == 0

    def test_a_row_of_zero_is_a_zero(self):
        series = {"events.north": [2.0] * 14, "events.south": [0.0] * 14}
        inputs = make_inputs(make_ladder(places=("north", "south")), make_readings(series), day=15)
        assert inputs.measures.measure[1, 1] == 0.0

    def test_the_window_forgets(self):
        total, exposure = np.array([10.0, 20.0, 30.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0])
        np.testing.assert_allclose(trailing_mean(total, exposure, 2), [10, 15, 25, 30])


class TestIndicators:
    def test_is_placed_when_it_was_known_and_after_its_lag(self):
        aid = np.r_[np.zeros(70), np.full(70, 8.0)]
        readings = make_readings({"events.north": np.ones(140), "aid.total": aid}, lag_days=14)
        inputs = make_inputs(make_ladder(places=("north",)), readings, day=153)
        value = inputs.indicators.value[:, 0, 0]
        jumped = int(np.flatnonzero(value > 0)[0])
        assert jumped == 10 + 2 + 1  # ten weeks, two of publication lag, one of the indicator's lag

    def test_the_newest_week_is_as_whole_as_the_others(self):
        tanks = Indicator("tanks", "T", "f", (("*", ("aid.total",)),), "both", "+", "sum", "level")
        readings = make_readings({"events.north": np.ones(160), "aid.total": np.full(160, 3.0)})
        ladder = make_ladder(places=("north",), indicators=(tanks,))
        for day in range(147, 154):  # every weekday: seven equal days are the same week
            value = make_inputs(ladder, readings, day=day).indicators.value
            np.testing.assert_allclose(value[2:], 0.0, atol=1e-9)

    def test_missing_is_marked_and_is_not_a_value(self):
        aid = np.r_[np.random.default_rng(1).normal(5, 1, 70), np.full(70, np.nan)]
        readings = make_readings({"events.north": np.ones(140), "aid.total": aid})
        inputs = make_inputs(make_ladder(places=("north",)), readings, day=141)
        assert inputs.indicators.missing[5, 0, 0] == 0.0
        assert inputs.indicators.missing[-1, 0, 0] > 0.8
        assert np.isnan(inputs.indicators.latest[0, 0])

    def test_uncertainty_grows_as_the_last_value_fades(self):
        ahead = make_inputs().indicators
        assert np.all(np.diff(ahead.ahead_variance[:, 0, 0]) > 0)
        assert np.all(np.diff(np.abs(ahead.ahead[:, 0, 0])) <= 0)

    def test_an_indicator_without_source_is_left_out_of_the_model(self):
        unfed = Indicator("reserves", "R", "f", (), "both", "free", "last", "level")
        inputs = make_inputs(make_ladder(indicators=(unfed,)))
        assert inputs.indicators.indicators == ()

    def test_a_sum_with_a_part_missing_is_missing(self):
        both = Indicator("sum", "S", "f", (("*", ("aid.total", "aid.gone")),), "both", "+",
                         "mean", "level")  # fmt: skip
        inputs = make_inputs(make_ladder(indicators=(both,)))
        assert inputs.indicators.missing.all()

    def test_a_correction_downwards_is_no_crash_in_cumulative_claims(self):
        tally = np.cumsum(np.full(140, 3.0))
        tally[100:] -= 50
        tanks = Indicator("tanks", "T", "f", (("*", ("losses.tank",)),), "both", "+", "increase",
                          "log1p")  # fmt: skip
        readings = make_readings({"events.north": np.ones(140), "losses.tank": tally})
        inputs = make_inputs(make_ladder(places=("north",), indicators=(tanks,)), readings, day=139)
        assert np.isfinite(inputs.indicators.value).all()


class TestConcurrent:
    LADDER = make_ladder(indicators=(AID, SALVOS))

    def test_acts_in_the_step_in_which_it_was_known_and_is_no_other_indicator(self):
        salvos = np.r_[np.ones(70), np.full(7, 50.0), np.ones(63)]
        readings = make_readings({"events.north": np.ones(140), "salvos.total": salvos})
        inputs = make_inputs(self.LADDER, readings, day=139)
        assert inputs.indicators.indicators == ("aid",)
        assert inputs.concurrent.indicators == ("salvos",)
        assert int(inputs.concurrent.value[:, 0, 0].argmax()) == 10

    def test_a_theatre_that_reads_no_series_of_it_is_left_alone(self):
        panel = make_inputs(self.LADDER).concurrent
        coast = PLACES.index("coast")
        for acts in (panel.value, panel.missing, panel.ahead, panel.ahead_variance):
            assert not acts[:, coast].any()
        assert panel.ahead_variance[:, 0].any()

    def test_a_value_is_held_against_its_own_year(self):
        # Twice as much from the second year on: unusual at first, usual a year later.
        salvos = np.r_[np.full(364, 4.0), np.full(546, 8.0)]
        readings = make_readings({"events.north": np.ones(910), "salvos.total": salvos})
        value = make_inputs(self.LADDER, readings, day=909).concurrent.value[:, 0, 0]
        assert value[53] > value[51] + 1.0
        np.testing.assert_allclose(value[110:], value[51], atol=0.05)


class TestJudged:
    def test_never_reached_counts_its_exposure(self):
        inputs = make_inputs(day=209)
        nuclear = [i for i, r in enumerate(inputs.judged.rungs) if r == "nuclear"]
        assert inputs.judged.entered[nuclear].tolist() == [0.0] * 4
        np.testing.assert_allclose(inputs.judged.exposure[nuclear], 30.0, atol=0.01)

    def test_an_open_judgement_is_where_the_theatre_stands(self):
        held = judgement("strike", "2024-06-03", None)
        inputs = make_inputs(judgements=[held], day=200)
        group = inputs.judged.group_of("north", "kinetic")
        assert group is not None
        assert inputs.judged.standing[group] == 1
        assert inputs.judged.left[inputs.judged.cells_of(group)[0]] == 0

    def test_overlapping_judgements_of_one_episode_are_one_entry(self):
        twice = [
            judgement("strike", "2024-03-04", "2024-03-18"),
            judgement("strike", "2024-03-11", "2024-03-25"),
        ]
        inputs = make_inputs(judgements=twice)
        group = inputs.judged.group_of("north", "kinetic")
        assert group is not None
        cell = inputs.judged.cells_of(group)[0]
        assert (inputs.judged.entered[cell], inputs.judged.left[cell]) == (1, 1)
        assert inputs.judged.spent[cell] == pytest.approx(3.0)


class TestLeakage:
    def test_a_reading_recorded_later_is_refused(self):
        with pytest.raises(ModelError, match="recorded after"):
            build_inputs(
                make_ladder(), readings=make_counts(), judgements=(), as_of=moment("2024-03-01")
            )

    def test_a_judgement_recorded_later_is_refused(self):
        late = judgement("strike", "2024-02-01", None, recorded="2024-09-01")
        with pytest.raises(ModelError, match="recorded after"):
            make_inputs(judgements=[late], day=100)
