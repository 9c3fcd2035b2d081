"""What happened, step by step, as it was known when it was due to be resolved."""

from datetime import timedelta
from typing import TYPE_CHECKING

from forecaster.clock import end_of_day
from forecaster.errors import ModelError, NotFoundError
from jobs.backtesting.judged_outcomes import resolve_judged
from jobs.backtesting.origins import resolved_by
from jobs.context import Context
from jobs.known import readings_as_of

if TYPE_CHECKING:
    from forecaster.domain.backtest import Outcomes, Plan
    from forecaster.domain.ladder import Ladder


def settle(context: Context, ladder: "Ladder", plan: "Plan", backtest_id: str) -> "Outcomes":
    """Return what happened in the steps that the plan speaks of, storing it if it is new."""
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        try:
            return work.backtests.outcomes(backtest_id)
        except NotFoundError:
            pass
    found = resolve(context, ladder, plan)
    if (found.rung < 0).all():
        raise ModelError(
            f"no step of plan {plan.id} was seen whole {plan.resolve_after_days} days after its "
            "end: give a larger resolve_after_days"
        )
    with UnitOfWork(context.engine()) as work:
        work.backtests.put_outcomes(backtest_id, found, at=context.clock())
        work.commit()
    return found


def resolve(context: Context, ladder: "Ladder", plan: "Plan") -> "Outcomes":
    """Return the outcome of each step as it was known when it was due to be resolved."""
    if ladder.wholly_judged(plan.domain):
        return resolve_judged(context, ladder, plan)
    import numpy as np

    from forecaster.domain.backtest import Outcomes
    from forecaster.reference.panel import open_panel
    from forecaster.store.unit_of_work import UnitOfWork
    from models.inputs import build_inputs, resolved

    last, since = resolved_by(plan, ladder), end_of_day(plan.first)
    wait = timedelta(days=plan.resolve_after_days)
    with UnitOfWork(context.engine(), read_only=True) as work:
        everything = readings_as_of(work, ladder, last)
        opened = open_panel(ladder, everything, as_of=last, since=since)
        calendar = build_inputs(opened, readings=everything, judgements=(), as_of=last).calendar
        first = calendar.step_of(np.array([plan.first], dtype="datetime64[D]"))[0]
        ends, rungs, measures = [], [], []
        for step in range(int(first), calendar.last + 1):
            end = calendar.end_of(step)
            if end + wait > last:
                break
            readings = readings_as_of(work, ladder, end + wait)
            inputs = build_inputs(opened, readings=readings, judgements=(), as_of=end + wait)
            rung, measure = resolved(inputs)
            ends.append(end)
            rungs.append(rung[step])
            measures.append(measure[step])
    panel = inputs.measures
    return Outcomes(
        theatres=panel.theatres,
        rungs=panel.rungs,
        ends=tuple(ends),
        rung=np.stack(rungs, axis=1).astype(np.int64),
        measure=np.stack(measures, axis=1),
    )
