"""The record that a report shows: of what was published, and of a backtest, as of its run."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from forecaster.clock import end_of_day
from forecaster.domain.forecast import Updating
from forecaster.domain.run import Run
from forecaster.reporting.scorecard import NO_RECORD, TrackRecord
from forecaster.store.unit_of_work import UnitOfWork
from jobs.backtesting.run import run_backtest
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Slot
from jobs.publication import report_on
from jobs.runner import run_slot
from jobs.track_record import track_record
from jobs.workers import Here
from tests.builders_backtest_run import LADDER, PLAN
from tests.fakes_jobs import HandClock

HOUR = timedelta(hours=1)
SUNDAY = end_of_day(date(2025, 3, 2))
SETTLED = SUNDAY + timedelta(weeks=1, days=31)
"""When a forecast for one week ahead is scored; judged rungs take a month to be settled."""


def at(context: Context, moment) -> Context:
    return replace(context, clock=HandClock(moment))


def do(context: Context, job: str, as_of) -> str:
    slot = Slot(due=context.clock(), as_of=as_of, subject=LADDER.id)
    outcome = run_slot(context, all_jobs()[job], slot)
    assert outcome.state == "done"
    return outcome.run_id


def run_of(context: Context, run_id: str) -> Run:
    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.runs.get(run_id)


def record_of(context: Context, run: Run) -> TrackRecord:
    with UnitOfWork(context.engine(), read_only=True) as work:
        return track_record(work, run, work.ladders.get(run.ladder, run.ladder_version))


@pytest.fixture
def first(context: Context) -> str:
    """A run that was published, and scored as soon as its nearest horizon was settled."""
    made = do(at(context, SUNDAY + HOUR), "update", SUNDAY)
    do(at(context, SETTLED), "score", SETTLED)
    return made


def test_a_report_knows_what_was_settled_by_its_day_and_no_more(context: Context, first: str):
    assert report_on(context, first).scorecard.rows == ()
    before = do(at(context, SETTLED + HOUR), "update", SETTLED - HOUR)
    assert report_on(context, before).scorecard.rows == ()
    after = do(at(context, SETTLED + 2 * HOUR), "update", SETTLED + HOUR)
    (row,) = report_on(context, after).scorecard.rows
    assert (row.horizon_steps, row.basis) == (1, "too short")
    forecast_of = {(s.theatre, s.domain) for s in forecasts(context, first) if s.horizon_steps == 1}
    assert row.due == len(forecast_of)
    # Who may not see the runs behind it is not told what they scored, nor what has changed since.
    discreet = report_on(context, after, hidden={first, before})
    assert discreet.scorecard.rows == ()
    assert report_on(context, after).changes.since is not None
    assert discreet.changes.since is None


def test_a_report_does_not_name_a_hidden_run_whose_fit_it_stands_on(context: Context, first: str):
    with UnitOfWork(context.engine()) as work:
        made = work.runs.get(first)
        way = Updating("reweight", fit_run=first, fit_as_of=SUNDAY)
        said = replace(work.forecasts.read(first), updating=way)
        after = replace(made, run_id="after", issued_at=made.issued_at + HOUR)
        work.forecasts.publish(after, said)
        work.commit()
    shown, discreet = (
        dict(report_on(context, "after", hidden=hidden).method)["Posterior"]
        for hidden in ((), {first})
    )
    assert shown.startswith(f"the fit of run {first}, as of 2 March 2025")
    assert discreet == shown.replace(f"the fit of run {first}", "an earlier fit")


def forecasts(context: Context, run_id: str):
    with UnitOfWork(context.engine(), read_only=True) as work:
        ladder = work.ladders.get(LADDER.id, LADDER.version)
        cells = work.forecasts.read(run_id).cells
    return [c for c in cells if len(ladder.rungs_of(ladder.theatre(c.theatre), c.domain)) > 1]


def test_a_backtest_stands_in_once_all_its_outcomes_were_known(context: Context, first: str):
    run = replace(run_of(context, first), family="stack")
    assert record_of(context, run) == NO_RECORD
    made = run_backtest(context, LADDER, PLAN, Here())
    with UnitOfWork(context.engine(), read_only=True) as work:
        ends = work.backtests.outcomes(made).ends
    known = max(ends) + timedelta(days=PLAN.resolve_after_days)
    later = replace(run, as_of=known, issued_at=context.clock() + timedelta(days=1))
    record = record_of(context, later)
    assert record.backtest_id == made
    assert {s.score for s in record.backtest} == {"rps", "rps_skill_best", "next_rung_slope"}
    assert {(s.forecaster, s.theatre, s.rung) for s in record.backtest} == {("stack", "*", "*")}
    early = replace(later, as_of=known - timedelta(seconds=1))
    assert record_of(context, early).backtest == ()
    unmade = replace(later, issued_at=context.clock() - timedelta(days=1))
    assert record_of(context, unmade).backtest == ()


@pytest.mark.parametrize("other", [{"family": "nobody"}, {"ladder_version": "another"}])
def test_a_backtest_of_something_else_stands_in_for_nobody(
    context: Context, first: str, other: dict[str, str]
):
    run_backtest(context, LADDER, PLAN, Here())
    now = context.clock() + timedelta(days=1)
    run = replace(run_of(context, first), family="stack", as_of=now, issued_at=now)
    ladder = LADDER
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert track_record(work, run, ladder).backtest != ()
        assert track_record(work, replace(run, **other), ladder).backtest == ()
