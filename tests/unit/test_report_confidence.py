"""Analytic confidence: the weakest input decides, and every input is shown."""

from dataclasses import replace

import pytest

from forecaster.reporting.confidence import assess
from tests import builders_report as made

FRESH = tuple(replace(s, state="fresh") for s in made.statuses())


def confidence(statuses=FRESH, grades=None, prior_share=0.1, diagnostics=None):
    return assess(
        statuses=statuses,
        grades={"viina": "B2"} if grades is None else grades,
        prior_share=prior_share,
        diagnostics=diagnostics or made.diagnostics(),
    )


def test_everything_good_is_high():
    found = confidence()
    assert found.level == "high"
    assert found.sentence == "Analytic confidence is high. Nothing holds it back."
    assert [i.name for i in found.inputs] == [
        "coverage",
        "freshness",
        "source grades",
        "share of prior",
        "sampler",
    ]


@pytest.mark.parametrize(
    ("worse", "level", "reason"),
    [
        ({"prior_share": 0.45}, "moderate", "45 % prior"),
        ({"prior_share": 0.93}, "low", "93 % prior"),
        ({"grades": {"viina": "C3"}}, "moderate", "graded C3"),
        ({"grades": {"viina": "E5"}}, "low", "graded E5"),
        (
            {"diagnostics": made.diagnostics(passed=False, reason="R-hat 1.2")},
            "low",
            "R-hat 1.2",
        ),
        (
            {"diagnostics": replace(made.diagnostics(), divergences=3)},
            "moderate",
            "3 divergent draws",
        ),
        ({"statuses": made.statuses()}, "moderate", "8 of 9 sources answer"),
        ({"statuses": [replace(s, state="failed") for s in FRESH]}, "low", "0 of 9"),
        ({"statuses": [replace(s, state="stale") for s in FRESH]}, "low", "0 of 9 answering"),
        ({"statuses": []}, "low", "0 of 0 sources answer"),
    ],
)
def test_the_weakest_input_decides_and_is_named(worse, level, reason):
    found = confidence(**worse)
    assert found.level == level
    assert reason in found.sentence


def test_sources_without_a_grade_are_left_out_of_that_input():
    assert "source grades" not in [i.name for i in confidence(grades={}).inputs]
