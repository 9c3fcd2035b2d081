"""The stack at every origin, with weights learnt from what was resolved by then."""

from typing import TYPE_CHECKING

from forecaster.domain.backtest import STACK
from jobs.context import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecaster.domain.backtest import OriginForecast, Outcomes, Plan
    from forecaster.reporting.evaluation.panel import StackWeight


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


def weights_over_time(
    plan: "Plan", forecasts: "Sequence[OriginForecast]", outcomes: "Outcomes"
) -> "list[StackWeight]":
    """Return the weights of the stack at each scored origin, made again from what is stored."""
    from forecaster.reporting.evaluation.panel import StackWeight
    from models.stacking import by_origin, weights_at

    members = [f for f in forecasts if f.forecaster in plan.members]
    whole = {o: f for o, f in by_origin(members).items() if f.keys() >= plan.members.keys()}
    found = []
    for origin, said in whole.items():
        if origin.date() < plan.scored_from:
            continue
        horizons = next(iter(said.values())).horizons
        weights = weights_at(origin, whole, outcomes, plan, horizons=len(horizons))
        found += [
            StackWeight(origin, h, m, float(weights[i, j]))
            for i, h in enumerate(horizons)
            for j, m in enumerate(plan.members)
        ]
    return found
