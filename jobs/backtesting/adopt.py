"""Forecasts taken over from an earlier backtest that made the same ones.

A plan that changes only how forecasts are weighed and scored is another plan, with results of its
own, and yet need not fit anything again. Other priors are other forecasts of whatever is sampled:
of a backtest under another prior set, only what needs no sampling is taken over.
"""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.errors import PlanError

if TYPE_CHECKING:
    from forecaster.domain.backtest import Plan
    from forecaster.domain.backtest_record import BacktestRecord
    from forecaster.store.unit_of_work import UnitOfWork


def adopt(work: "UnitOfWork", plan: "Plan", backtest_id: str, at: datetime) -> int:
    """Copy what earlier backtests of the same ladder, data and way of forecasting hold.

    Returns how many forecasts were taken over; each keeps the version of the code that made it.
    """
    own = work.backtests.get(backtest_id)
    if work.backtests.done(backtest_id):
        return 0
    alike = [b for b in work.backtests.list(own.ladder) if _same_forecasts(own, b, plan)]
    return sum(_copy(work, plan, other, own, at) for other in alike)


def _same_forecasts(own: "BacktestRecord", other: "BacktestRecord", plan: "Plan") -> bool:
    from forecaster.reference.plan import read_plan

    if other.backtest_id == own.backtest_id:
        return False
    if (other.ladder_digest, other.data_digest) != (own.ladder_digest, own.data_digest):
        return False
    try:
        return _way(read_plan(other.plan_text)) == _way(plan)
    except PlanError:
        return False  # written for an older version of the code, by other rules


def _way(plan: "Plan") -> "Plan":
    """Return a plan with all that no single forecast depends on made the same."""
    return replace(
        plan,
        id="",
        title="",
        scored_from=plan.first,
        last=plan.first,
        resolve_after_days=0,
        forecasters=(),
        published="",
        strength=1.0,
        block_steps=1,
        resamples=1,
        digest="",
        text="",
    )


def _copy(
    work: "UnitOfWork",
    plan: "Plan",
    source: "BacktestRecord",
    target: "BacktestRecord",
    at: datetime,
) -> int:
    versions = _versions(plan, sampled=source.prior_set == target.prior_set)
    log = {(r.forecaster, r.origin): r for r in work.backtests.log(source.backtest_id)}
    taken = 0
    for forecast in work.backtests.forecasts(source.backtest_id, refused=True):
        if versions.get(forecast.forecaster) != forecast.version:
            continue
        if forecast.origin.date() > plan.last:
            continue
        record = log[forecast.forecaster, forecast.origin]
        taken += work.backtests.add(
            target.backtest_id,
            forecast,
            code_version=record.code_version,
            at=at,
            state=record.state,
            reason=record.reason,
        )
    return taken


def _versions(plan: "Plan", *, sampled: bool) -> dict[str, str]:
    """Return the version of each family of the plan; of what is sampled only if asked for.

    Priors reach a family through its `build` alone.
    """
    from models.catalogue import families

    named = (family for id, family in families().items() if id in plan.computed)
    return {f.id: f.version for f in named if sampled or f.build is None}
