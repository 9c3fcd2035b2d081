"""What past forecasts scored, as it was settled by the moment that a run knew of."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecaster.domain.backtest_record import BacktestRecord
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.run import Run
    from forecaster.reporting.scorecard import TrackRecord
    from forecaster.store.unit_of_work import UnitOfWork

_SHOWN = ("rps", "rps_skill_best", "next_rung_slope")


def track_record(
    work: "UnitOfWork", run: "Run", ladder: "Ladder", hidden: Collection[str] = ()
) -> "TrackRecord":
    """Return what was known of past forecasts of a ladder as of a run, without hidden runs'.

    Live scores count that were settled by then. A backtest counts that scored the run's own
    forecaster on the run's own version of the ladder before the run was made, if every outcome in
    it was known by the run's `as_of`; of several, the one begun last.
    """
    from forecaster.reporting.phrases import STEP_DAYS
    from forecaster.reporting.scorecard import TrackRecord
    from forecaster.scoring.live import live_scores

    errors = work.settled.scores(ladder.id, until=run.as_of, hidden=hidden)
    beside = errors[0].reference if errors else ""
    reaches = work.settled.reaches(ladder.id, beside=beside, until=run.as_of, hidden=hidden)
    live = live_scores(errors, reaches, step=timedelta(days=STEP_DAYS[ladder.step]))
    for record in work.backtests.list(ladder.id):
        if record.ladder_version != run.ladder_version:
            continue
        found = work.backtests.scores(
            record.backtest_id, forecaster=run.family, theatre="*", rung="*", until=run.issued_at
        )
        scores = tuple(score for score in found if score.score in _SHOWN)
        if scores and _settled_at(work, record) <= run.as_of:
            return TrackRecord(live, record.backtest_id, scores)
    return TrackRecord(live)


def _settled_at(work: "UnitOfWork", record: "BacktestRecord") -> datetime:
    """Return when the last outcome of a backtest was known, by its own plan."""
    from forecaster.reference.plan import read_plan

    outcomes = work.backtests.outcomes(record.backtest_id)
    known = (outcomes.rung >= 0).any(axis=0)
    last = max(end for end, seen in zip(outcomes.ends, known, strict=True) if seen)
    return last + timedelta(days=read_plan(record.plan_text).resolve_after_days)
