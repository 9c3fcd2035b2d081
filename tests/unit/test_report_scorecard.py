"""The scorecard: what is said of past forecasts, and whose record it is."""

from dataclasses import replace

import pytest

from forecaster.reporting import render, scorecard
from forecaster.reporting.scorecard import NO_RECORD, TrackRecord
from tests import builders_report as made
from tests.unit.test_report_daily import build

RECORD = made.track_record()


def card(record: TrackRecord, headline: int = 4, **of):
    return scorecard.build(replace(made.run(), **of), record, "week", headline)


def with_skill(value: float, lower: float, upper: float, slope: tuple[float, float]) -> TrackRecord:
    """The record of one week with other figures."""
    changed = {
        "rps_skill_best": {"value": value, "lower": lower, "upper": upper},
        "next_rung_slope": {"value": sum(slope) / 2, "lower": slope[0], "upper": slope[1]},
    }
    live = tuple(replace(s, **changed.get(s.score, {})) for s in RECORD.live)
    return replace(RECORD, live=live)


def test_a_record_of_its_own_is_told_first_and_alone():
    (row, *_) = card(RECORD).rows
    assert (row.horizon_steps, row.basis, row.due, row.n) == (1, "live", 3120, 3120)
    assert row.backtest == ""
    said = " ".join(card(RECORD, headline=1).sentences)
    assert said.startswith("The 3,120 forecasts for 1 week ahead that have come due ")
    assert "backtest" not in said


def test_a_record_too_short_gives_way_to_the_backtest_and_says_so():
    row = card(RECORD).rows[1]
    assert (row.due, row.basis, row.n) == (960, "backtest", 728)
    said = card(RECORD).sentences
    assert said[0] == (
        "960 forecasts for 4 weeks ahead had come due by 30 June 2025, "
        "over too short a time to judge by."
    )
    assert said[1].startswith("In a backtest, 728 such forecasts ")


def test_nothing_due_is_said_before_the_backtest():
    said = card(RECORD, headline=13).sentences
    assert said[0] == "No forecast for 13 weeks ahead had come due by 30 June 2025."


def test_a_record_too_short_without_a_backtest_is_not_judged():
    found = card(TrackRecord(live=RECORD.live))
    row = found.rows[1]
    assert (row.basis, row.due, row.rps) == ("too short", 960, 0.0417)
    assert (row.skill, row.slope, row.reference) == (None, None, "")
    assert found.sentences == (
        "960 forecasts for 4 weeks ahead had come due by 30 June 2025, over too short a time to "
        "judge by, and no backtest of its forecaster (latent_tension) was settled by then.",
    )


def test_without_any_record_one_sentence_says_so_in_every_rendering():
    report = build(record=NO_RECORD)
    said = (
        "No forecast for 4 weeks ahead had come due by 30 June 2025, and no backtest of its "
        "forecaster (latent_tension) was settled by then."
    )
    assert report.scorecard.sentences == (said,)
    assert report.scorecard.rows == ()
    assert said in render.html(report)
    assert said.replace("_", "\\_") in render.markdown(report)
    assert said in render.text(report).replace("\n", " ")


@pytest.mark.parametrize(
    ("skill", "said"),
    [
        ((0.12, 0.05, 0.18), "were closer to what came than the best reference, persistence: their "
         "error (RPS) was 12 % smaller (95 % interval: 5.0 % to 18 % smaller)."),
        ((-0.12, -0.3, -0.05), "were further from what came than the best reference, persistence: "
         "their error (RPS) was 12 % larger (95 % interval: 5.0 % to 30 % larger)."),
        ((0.02, -0.01, 0.05), "may have been no closer to what came than the best reference, "
         "persistence: their error (RPS) was 2.0 % smaller (95 % interval: 1.0 % larger to 5.0 % "
         "smaller)."),
    ],
)  # fmt: skip
def test_the_verdict_is_that_of_the_interval(skill, said):
    assert card(with_skill(*skill, (0.9, 1.1)), headline=1).sentences[0].endswith(said)


@pytest.mark.parametrize(
    ("slope", "said"),
    [((0.9, 1.1), "meant what they said"), ((0.5, 0.9), "too bold"), ((1.1, 1.3), "too timid")],
)
def test_reliability_is_told_from_one_by_its_interval(slope, said):
    (_, reliable) = card(with_skill(0.1, 0.0, 0.2, slope), headline=1).sentences
    assert said in reliable


def test_what_is_the_best_reference_itself_is_not_held_against_itself():
    itself = tuple(replace(s, reference=s.reference and s.forecaster) for s in RECORD.backtest)
    found = card(replace(RECORD, backtest=itself))
    assert found.rows[1].skill is None
    assert "closer to what came than those of any other reference" in found.sentences[1]


def test_a_horizon_without_an_error_has_no_row():
    sloped = tuple(s for s in RECORD.backtest if s.score == "next_rung_slope")
    assert card(replace(RECORD, live=(), backtest=sloped)).rows == ()


def test_every_rendering_has_the_figures():
    report = build(record=RECORD)
    for text in (render.html(report), render.markdown(report), render.text(report)):
        assert "0.0417" in text
        assert "3,120" in text
        assert "nato-russia.5a1c.1" in text


def test_it_stands_first_on_the_page():
    for text in (render.html(build(record=RECORD)), render.markdown(build(record=RECORD))):
        assert text.index("How past forecasts did") < text.index("Bottom line")
