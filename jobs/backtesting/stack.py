"""The stack at every origin, with weights learnt from what was resolved by then."""

from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.domain.backtest import STACK
from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.domain.backtest import OriginForecast, Outcomes, Plan


def run_stack(context: Context, plan: "Plan", outcomes: "Outcomes", backtest_id: str) -> None:
    """Mix the members at every origin, with weights learnt from what was resolved by then."""
    if not plan.members:
        return
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.provenance import code_version
    from models.stacking import mixed, weights_at

    past: dict[datetime, dict[str, OriginForecast]] = {}
    with UnitOfWork(context.engine(), read_only=True) as work:
        done = work.backtests.done(backtest_id).get(STACK, set())
        for member in plan.members:
            for forecast in work.backtests.forecasts(backtest_id, member):
                past.setdefault(forecast.origin, {})[member] = forecast
    whole = {o: f for o, f in sorted(past.items()) if f.keys() >= plan.members.keys()}
    with UnitOfWork(context.engine()) as work:
        for origin, found in whole.items():
            if origin in done:
                continue
            weights = weights_at(
                origin, whole, outcomes, plan, horizons=len(next(iter(found.values())).horizons)
            )
            work.backtests.add(
                backtest_id,
                mixed(found, weights, plan),
                code_version=code_version(),
                at=context.clock(),
            )
        work.commit()
