"""Every forecaster at every origin, each forecast stored as soon as it is made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from jobs.backtesting.origins import origins_of
from jobs.backtesting.tally import Tally
from jobs.context import Context
from jobs.known import known
from jobs.workers import Answer, Task, Workers

if TYPE_CHECKING:
    from forecaster.domain.backtest import Plan
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import PriorSet
    from forecaster.store.unit_of_work import UnitOfWork


def run_members(
    context: Context,
    ladder: "Ladder",
    plan: "Plan",
    priors: "PriorSet",
    workers: Workers,
    backtest_id: str,
) -> None:
    """Compute and store every forecast of the plan's own forecasters that is not there yet.

    Raises:
        StoreError: a forecaster is stored with another version, even if nothing of it is left.
    """
    from forecaster.store.unit_of_work import UnitOfWork
    from models.catalogue import families

    with UnitOfWork(context.engine(), read_only=True) as work:
        for id in families().keys() & set(plan.computed):
            work.backtests.require_version(backtest_id, id, families()[id].version)
        done = work.backtests.done(backtest_id)
    origins = origins_of(plan, ladder)
    left = sum(len(set(origins) - done.get(id, set())) for id in plan.computed)
    tally = Tally(context, len(plan.computed) * len(origins), left)
    for answer in workers.answers(_tasks(context, ladder, plan, priors, origins, done)):
        tally.add(_keep(context, backtest_id, answer))


def _tasks(
    context: Context,
    ladder: "Ladder",
    plan: "Plan",
    priors: "PriorSet",
    origins: Sequence[datetime],
    done: Mapping[str, set[datetime]],
) -> Iterator[Task]:
    """Yield the tasks that are left, by time; a block is read only when a worker is free.

    What is sampled comes before references: long tasks last would leave workers idle at the end.
    """
    from forecaster.store.unit_of_work import UnitOfWork

    longest_first = sorted(plan.computed, key=lambda id: plan.role(id) == "reference")
    for first in range(0, len(origins), plan.refit_every):
        block = origins[first : first + plan.refit_every]
        missing = [id for id in longest_first if set(block) - done.get(id, set())]
        if not missing:
            continue
        with UnitOfWork(context.engine(), read_only=True) as work:
            found = tuple(
                replace(known(work, ladder, origin), domain=plan.domain) for origin in block
            )
        for id in missing:
            yield Task(id, found, priors, plan.effort, plan.seed)


def _keep(context: Context, backtest_id: str, answer: Answer) -> int:
    """Store an answer and return how many origins it settles."""
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine()) as work:
        if answer.error:
            _keep_failure(context, work, backtest_id, answer)
        else:
            _keep_forecasts(context, work, backtest_id, answer)
        work.commit()
    return len(answer.task.block)


def _keep_failure(context: Context, work: "UnitOfWork", backtest_id: str, answer: Answer) -> None:
    from jobs.provenance import code_version
    from models.catalogue import families

    family = families().get(answer.task.forecaster)
    for one in answer.task.block:
        work.backtests.fail(
            backtest_id,
            forecaster=answer.task.forecaster,
            version=family.version if family else "",
            origin=one.as_of,
            reason=answer.error,
            code_version=code_version(),
            at=context.clock(),
            seed=answer.task.seed,
        )


def _keep_forecasts(context: Context, work: "UnitOfWork", backtest_id: str, answer: Answer) -> None:
    from jobs.provenance import code_version

    for forecast in answer.forecasts:
        verdict = forecast.diagnostics
        refused = verdict is not None and not verdict.passed
        work.backtests.add(
            backtest_id,
            forecast,
            code_version=code_version(),
            at=context.clock(),
            state="refused" if refused else "done",
            reason=verdict.reason if verdict is not None and refused else "",
        )
