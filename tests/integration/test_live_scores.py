"""What was published is scored once it is settled, once, against references of the same moment."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from forecaster.clock import end_of_day
from forecaster.domain.judgement import Judgement
from forecaster.reference.load import load_ladder
from forecaster.scoring.rules import rps
from forecaster.store.tables.results import ScoreRow
from forecaster.store.unit_of_work import UnitOfWork
from jobs.catalogue import all_jobs
from jobs.context import Context, update_by_model
from jobs.job import Outcome, Slot
from jobs.runner import run_slot
from tests.builders_backtest_run import sampled
from tests.fakes_jobs import HandClock

LADDER = load_ladder("nato-russia")
SUNDAY = date(2025, 3, 2)
ISSUED = datetime(2025, 3, 3, 6, tzinfo=UTC)
WEEK = timedelta(weeks=1)
END = end_of_day(SUNDAY)
WAIT = timedelta(days=31)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = replace(sampled(tmp_path), clock=HandClock(ISSUED))
    yield made
    made.engine().dispose()


def do(context: Context, job: str, as_of: datetime = END) -> Outcome:
    slot = Slot(due=context.clock(), as_of=as_of, subject=LADDER.id)
    return run_slot(context, all_jobs()[job], slot)


def later(context: Context, moment: datetime) -> Context:
    return replace(context, clock=HandClock(moment))


def stored(context: Context) -> list[ScoreRow]:
    with Session(context.engine()) as session:
        return list(session.exec(select(ScoreRow)).all())


def test_nothing_is_scored_before_it_is_settled(context: Context) -> None:
    assert do(context, "score").state == "skipped"
    do(context, "update")
    assert do(later(context, END + WEEK), "score").state == "skipped"
    assert stored(context) == []


def test_a_horizon_is_scored_once_by_every_rule_and_reference(context: Context) -> None:
    do(context, "update")
    then = later(context, END + WEEK + WAIT)
    assert do(then, "score").state == "done"
    rows = stored(then)
    assert {row.horizon_steps for row in rows} == {1}
    assert {row.reference for row in rows} == {"climatology_12", "persistence"}
    tracks = {(row.theatre, row.domain) for row in rows}
    assert {("donbas", "kinetic"), ("baltic", "sub-threshold"), ("russia", "kinetic")} <= tracks
    rules = Counter(row.rule for row in rows if row.theatre == "donbas")
    rungs = [rung.id for rung in LADDER.rungs_of(LADDER.theatre("donbas"), "kinetic")]
    assert set(rules) >= {"rps", "log", *(f"brier_reach_{rung}" for rung in rungs[1:])}
    assert do(later(then, then.clock() + timedelta(hours=1)), "score").state == "skipped"
    assert stored(then) == rows
    with then.engine().connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM scores")).scalar() == len(rows)


def test_a_score_is_that_of_the_rung_that_came(context: Context) -> None:
    do(context, "update")
    then = later(context, END + WEEK + WAIT)
    do(then, "score")
    rungs = [rung.id for rung in LADDER.rungs_of(LADDER.theatre("donbas"), "kinetic")]
    (row,) = [
        row
        for row in stored(then)
        if (row.theatre, row.rule, row.reference) == ("donbas", "rps", "persistence")
    ]
    even = np.full((1, len(rungs)), 1 / len(rungs))
    assert row.score == pytest.approx(rps(even, np.array([rungs.index(row.resolved_rung)]))[0])
    assert row.reference_score == row.score  # the quick model answers for references too
    assert row.resolved_rung != "background"  # there was war in Donbas that week


def test_a_judged_rung_settles_a_forecast_and_counts_though_it_was_left(context: Context) -> None:
    do(context, "update")
    with UnitOfWork(context.engine()) as work:
        work.judgements.add(
            [
                judged("direct-combat", "russia", 12, 14),
                judged("direct-combat", "donbas", 8, None),
            ]
        )
        work.commit()
    then = later(context, END + 4 * WEEK + WAIT)
    do(then, "score")
    found = {
        (row.theatre, row.horizon_steps, row.rule): row.resolved_rung
        for row in stored(then)
        if row.domain == "kinetic" and row.reference == "persistence"
    }
    assert found["donbas", 4, "rps"] == "direct-combat"
    assert found["russia", 4, "rps"] == "background"
    assert found["russia", 4, "brier_reach_direct-combat"] == "direct-combat"
    assert found["russia", 1, "brier_reach_direct-combat"] == "background"


def judged(rung: str, theatre: str, start: int, end: int | None) -> Judgement:
    return Judgement(
        ladder=LADDER.id,
        theatre=theatre,
        domain="kinetic",
        rung=rung,
        starts_at=datetime(2025, 3, start, tzinfo=UTC),
        ends_at=None if end is None else datetime(2025, 3, end, tzinfo=UTC),
        author="anna",
        evidence="a drill",
        recorded_at=datetime(2025, 3, 20, tzinfo=UTC),
    )


def test_what_is_superseded_or_made_after_the_fact_is_not_scored(context: Context) -> None:
    first = do(context, "update")
    second = do(context, "update")
    then = later(context, END + WEEK + WAIT)
    late = do(then, "update", end_of_day(SUNDAY - timedelta(days=7)))
    do(then, "score")
    assert {row.run_id for row in stored(then)} == {second.run_id}
    assert len({first.run_id, second.run_id, late.run_id}) == 3


def test_references_are_the_families_own(context: Context) -> None:
    do(context, "update")
    then = later(context, END + WEEK + WAIT)
    do(replace(then, update=update_by_model), "score")
    rows = [row for row in stored(then) if row.rule == "rps" and row.theatre == "donbas"]
    assert len(rows) == 2
    assert all(row.reference_score is not None for row in rows)
    assert all(row.reference_score < row.score for row in rows)  # evenness knows nothing
