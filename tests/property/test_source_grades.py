"""Grades lose signal from best to worst, and what is left of an indicator follows from that."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecaster.domain.grade import CREDIBILITY, RELIABILITY, UNGRADED, reliability_ratio
from forecaster.reference import kinds
from models.inputs.reliability import signal

letters, digits = st.sampled_from("ABCDEF"), st.sampled_from("123456")
shares = st.floats(0.0, 1.0)
ratios = st.floats(0.01, 1.0)
values = st.floats(-4.0, 4.0)


def told(value, variance, ratio):
    mean, spread = signal(np.full((1, 1), value), np.full((1, 1), variance), np.full((1, 1), ratio))
    return float(mean[0, 0]), float(spread[0, 0])


@given(letters, digits)
def test_every_grade_that_a_ladder_may_state_has_a_ratio(letter, digit):
    grade = kinds.GRADE.read(letter + digit)
    assert 0.0 < reliability_ratio(grade) <= 1.0


@pytest.mark.parametrize("table", [RELIABILITY, CREDIBILITY])
def test_no_step_down_takes_less_than_the_one_before(table):
    judged = list(table.values())[:5]
    steps = [better - worse for better, worse in itertools.pairwise(judged)]
    assert judged[0] == 1.0
    assert steps == sorted(steps)
    assert min(steps) > 0.0


@given(letters, digits)
def test_letter_and_digit_each_lower_the_ratio_by_themselves(letter, digit):
    whole = reliability_ratio(letter + digit)
    assert whole == pytest.approx(reliability_ratio(letter + "1") * reliability_ratio("A" + digit))


def test_what_cannot_be_judged_is_neither_good_nor_worst():
    assert reliability_ratio("E5") < reliability_ratio(UNGRADED) < reliability_ratio("C3")


@pytest.mark.parametrize("grade", ["", "A", "G1", "A7", "2B", "A12", "b2", "AA"])
def test_what_is_no_grade_is_refused(grade):
    with pytest.raises(ValueError, match="no Admiralty grade"):
        reliability_ratio(grade)


@given(values, shares)
def test_a_source_without_error_changes_nothing(value, variance):
    assert told(value, variance, 1.0) == (value, variance)


@given(ratios)
def test_what_is_missing_stays_missing_whoever_did_not_say_it(ratio):
    assert told(0.0, 1.0, ratio) == (0.0, 1.0)


@given(values, shares, ratios, ratios)
def test_a_worse_source_moves_the_mean_less_and_leaves_more_doubt(value, variance, one, other):
    worse, better = sorted((one, other))
    mean, doubt = told(value, variance, worse)
    mean_better, doubt_better = told(value, variance, better)
    assert abs(mean) <= abs(mean_better) + 1e-12
    assert doubt >= doubt_better - 1e-12
    assert variance - 1e-12 <= doubt <= 1.0 + 1e-12


@pytest.mark.parametrize("ratio", [0.25, 0.5625, 0.81])
def test_the_formula_is_that_of_the_signal_given_what_is_read(ratio):
    """Among many signals read with error, those read as about x have its mean and variance."""
    rng = np.random.default_rng(1)
    truth, error = rng.standard_normal((2, 400_000))
    read = np.sqrt(ratio) * truth + np.sqrt(1.0 - ratio) * error
    alike = truth[np.abs(read - 1.0) < 0.05]
    mean, variance = told(1.0, 0.0, ratio)
    assert alike.mean() == pytest.approx(mean, abs=0.03)
    assert alike.var() == pytest.approx(variance, abs=0.03)
