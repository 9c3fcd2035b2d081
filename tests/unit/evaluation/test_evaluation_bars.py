"""Bars: set as data, found among stored scores, and never met by what was not scored."""

from dataclasses import replace

import pytest

from forecaster.domain.backtest import Score
from forecaster.errors import ReportError
from forecaster.reference.load import packaged_ladders
from forecaster.reporting.evaluation.bars import Bar, bars_in, packaged_bars, verdicts, wanted
from forecaster.reporting.evaluation.board import Board
from forecaster.reporting.evaluation.tables import bars_table
from tests import builders_evaluation as made


def bar(quantity="saving", **bounds):
    return Bar("made-up", "A bar", quantity, (4,), **bounds)


def board(*scores):
    return Board(made.plan(), scores)


def score(forecaster, name="rps", value=0.1, **changes):
    return replace(Score(forecaster, name, "*", "*", 4, 20, value), **changes)


@pytest.mark.parametrize(
    ("bounds", "value", "met"),
    [
        ({"at_least": 0.02}, 0.02, "yes"),
        ({"at_least": 0.02}, 0.0199, "no"),
        ({"at_most": 0.95, "at_least": 0.85}, 0.96, "no"),
        ({"at_most": 0.95, "at_least": 0.85}, 0.95, "yes"),
        ({"below": 0.0}, 0.0, "no"),
        ({"below": 0.0}, -1e-9, "yes"),
        ({"below": 0.0}, None, "not scored"),
        ({"below": 0.0}, float("nan"), "not scored"),
        ({"below": 0.0}, float("-inf"), "not scored"),
    ],
)
def test_a_bar_is_met_within_its_bounds(bounds, value, met):
    assert bar(**bounds).met(value) == met


def test_the_aim_is_told_and_not_required():
    aimed = bar(at_least=0.02, aim=0.05)
    assert aimed.met(0.03) == "yes"
    assert wanted(aimed) == "at least 2.0 % (aim 5.0 %)"


def test_saving_is_against_the_reference_that_was_best():
    found = verdicts(
        board(score("pub", value=0.09), score("ref-a", value=0.1), score("ref-b", value=0.2)),
        (bar(at_least=0.05),),
        (1, 4),
    )
    assert [(v.horizon_steps, v.against) for v in found] == [(4, "ref-a")]
    assert found[0].value == pytest.approx(0.1)
    assert found[0].met == "yes"


def test_each_family_has_a_verdict_by_the_lower_end_of_its_difference():
    found = verdicts(
        board(
            score("ref-a"),
            score("tension", value=0.2),
            score("tension", "rps_difference", 0.1, lower=0.01, upper=0.2, reference="ref-a"),
        ),
        (bar("family_difference_lower", at_most=0.0),),
        (4,),
    )
    assert [(v.forecaster, v.value, v.met) for v in found] == [("tension", 0.01, "no")]


def test_pooling_is_against_every_variant():
    found = verdicts(
        board(score("tension", value=0.1), score("var-pooled", value=0.12)),
        (bar("pooling_lead", below=0.0),),
        (4,),
    )
    assert [(v.forecaster, v.against, v.met) for v in found] == [("tension", "var-pooled", "yes")]


@pytest.mark.parametrize(
    "quantity",
    ["saving", "difference_upper", "coverage_90", "reliability_slope", "rps_lead", "log_lead"],
)
def test_nothing_is_met_without_scores(quantity):
    found = verdicts(board(), (bar(quantity, below=1e9),), (4,))
    assert [v.met for v in found] == ["not scored"]


def test_the_table_counts_what_is_met():
    panel = made.panel()
    bars = (bar(at_least=0.01), bar("coverage_90", at_most=-1.0))
    table = bars_table(panel, Board(panel.plan, panel.scores), bars)
    assert table is not None
    assert table.note == "1 of 2 met, 1 not met."
    assert [row[-1] for row in table.rows] == ["yes", "no"]


def test_a_ladder_without_bars_has_no_table():
    panel = made.panel()
    assert bars_table(panel, Board(panel.plan, panel.scores), packaged_bars()) is None


def test_the_packaged_bars_are_of_packaged_ladders():
    assert {one.ladder for one in packaged_bars()} <= set(packaged_ladders())
    assert len({one.quantity for one in packaged_bars()}) == 8


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[[bars]]\nladder="x"\ntext="t"\nquantity="luck"\nbelow=0.0', "luck"),
        ('[[bars]]\nladder="x"\ntext="t"\nquantity="saving"', "bounds nothing"),
        ('[[bars]]\nladder="x"\ntext="t"\nquantity="saving"\nabove=1.0', "above"),
    ],
)
def test_a_bar_that_cannot_be_is_named(text, hint):
    with pytest.raises(ReportError, match=hint):
        bars_in(text)
