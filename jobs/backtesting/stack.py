"""The stack at every origin, with weights learnt from what was resolved by then."""

from typing import TYPE_CHECKING

from forecaster.domain.backtest import STACK
from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.domain.backtest import Outcomes, Plan


def run_stack(context: Context, plan: "Plan", outcomes: "Outcomes", backtest_id: str) -> None:
    """Mix the members at every origin at which all of them spoke."""
    if not plan.members:
        return
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.provenance import code_version
    from models.stacking import by_origin, mixed, weights_at

    with UnitOfWork(context.engine(), read_only=True) as work:
        done = work.backtests.done(backtest_id).get(STACK, set())
        stored = [f for m in plan.members for f in work.backtests.forecasts(backtest_id, m)]
    whole = {o: f for o, f in by_origin(stored).items() if f.keys() >= plan.members.keys()}
    with UnitOfWork(context.engine()) as work:
        for origin in sorted(whole.keys() - done):
            found = whole[origin]
            horizons = len(next(iter(found.values())).horizons)
            weights = weights_at(origin, whole, outcomes, plan, horizons=horizons)
            work.backtests.add(
                backtest_id,
                mixed(found, weights, plan),
                code_version=code_version(),
                at=context.clock(),
            )
        work.commit()
