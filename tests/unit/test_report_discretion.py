"""A report for a narrower reader names no hidden source, says so, and is else the same report."""

from dataclasses import fields, replace

import pytest

from forecaster.domain.run import Run
from forecaster.reporting import render
from forecaster.reporting.discretion import LEFT_OUT, discreet
from forecaster.reporting.document import DailyReport
from tests import builders_report as made

LATE, FAILED, FED = "kiel_support_tracker", "gdelt_interaction", "general_staff_losses"
NAMES = {LATE: "Kiel Tracker", FAILED: "GDELT", FED: "General Staff", "viina": "VIINA"}
FORMS = (render.html, render.markdown, render.text, render.json)


def report(run: Run | None = None, **changed: object) -> DailyReport:
    credits = "VIINA: its authors; ODbL\nKiel Tracker: its authors; free"
    return made.report(run, data_notice=credits, names=NAMES, **changed)


@pytest.mark.parametrize("hidden", [{LATE}, {FAILED}, {FED}, {"viina"}, {LATE, FAILED, "viina"}])
@pytest.mark.parametrize("form", FORMS)
def test_no_form_names_a_hidden_source_and_all_say_that_something_is_left_out(form, hidden):
    said = " ".join(form(discreet(report(), hidden)).split())
    for source in hidden:
        assert source in render.json(report())
        assert source.casefold() not in said.casefold()
        assert NAMES[source].casefold() not in said.casefold()
    assert "left out of this report because of its marking" in said


def test_what_is_not_of_the_source_stays_as_it_is():
    whole, left = report(), discreet(report(), {LATE})
    assert left.bottom_line[-1] == LEFT_OUT
    assert [row.indicator for row in whole.indicators if row not in left.indicators] == [
        "aid-military"
    ]
    assert [row.source for row in whole.sources if row not in left.sources] == [LATE]
    assert left.credits == ("VIINA: its authors; ODbL",)
    changed = {"bottom_line", "indicators", "sources", "credits"}
    for field in fields(whole):
        if field.name not in changed:
            assert getattr(left, field.name) == getattr(whole, field.name)


def test_a_clause_goes_and_its_sentence_stays():
    (before,) = [said for said in report().bottom_line if "Kiel Tracker is late" in said]
    assert "GDELT failed to answer" in before
    (after,) = [s for s in discreet(report(), {LATE}).bottom_line if "GDELT failed" in s]
    assert "Kiel" not in after


@pytest.mark.parametrize("hidden", [set(), {"another_source"}])
def test_a_report_that_tells_of_nothing_hidden_is_the_same_report(hidden):
    assert discreet(report(), hidden) == report()


def test_what_people_wrote_of_a_source_is_left_out_too():
    edit = replace(made.prior_changes()[0], reason="the Kiel tracker is late")
    assert any("Kiel" in said for said in report(prior_changes=(edit,)).changes.besides)
    left = discreet(report(prior_changes=(edit,)), {LATE})
    assert not any("Kiel" in said for said in left.changes.besides)


def test_a_refused_run_is_told_as_refused_whatever_is_left_out():
    reason = "the Kiel Tracker sent nothing"
    run = replace(made.run(), state="refused", state_reason=reason)
    left = discreet(report(run=run), {LATE})
    assert left.head.notice.startswith("This run was refused. What follows is the last good run")
    assert left.bottom_line[0] == left.head.notice
    assert "kiel" not in render.html(left).casefold()
