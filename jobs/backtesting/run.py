"""A backtest from its plan: every forecaster at every origin, then the stack, then the scores.

Each forecast is stored as soon as it is made, so that a run that was killed goes on where it
stopped: no origin is lost, and none is made twice.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.errors import PlanError
from jobs.backtesting.adopt import adopt
from jobs.backtesting.judged_outcomes import require_due
from jobs.backtesting.members import run_members
from jobs.backtesting.outcomes import settle
from jobs.backtesting.stack import run_stack
from jobs.backtesting.told import told_digest
from jobs.context import Context
from jobs.known import introduce
from jobs.workers import Workers

if TYPE_CHECKING:
    from forecaster.domain.backtest import Plan
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import PriorSet


def run_backtest(
    context: Context, ladder: "Ladder", plan: "Plan", workers: Workers, *, fresh: bool = False
) -> str:
    """Run what of a plan is not stored yet, score it, and return the backtest's id.

    Raises:
        PlanError: the plan is for another ladder, its domain is neither measured nor judged
            throughout, or it speaks of judged rungs of days to come.
        ModelError: nothing was known at its first origin, or one of its forecasters has nothing
            to say of judged rungs.
        StoreError: a forecaster is stored with another version: begin with `fresh`.
    """
    _check(ladder, plan)
    if ladder.wholly_judged(plan.domain):
        _check_judged(ladder, plan, context.clock())
    backtest_id, priors = _begin(context, ladder, plan, fresh=fresh)
    run_members(context, ladder, plan, priors, workers, backtest_id)
    outcomes = settle(context, ladder, plan, backtest_id)
    run_stack(context, plan, outcomes, backtest_id)
    score(context, plan, backtest_id)
    return backtest_id


def _check(ladder: "Ladder", plan: "Plan") -> None:
    if plan.ladder != ladder.id:
        raise PlanError(
            f"plan {plan.id} is for ladder {plan.ladder}, not {ladder.id}: give that one by "
            "--ladder, or another --plan"
        )
    scored = {r.domain for r in ladder.rungs if r.threshold is not None}
    scored |= {domain for domain in ladder.domains if ladder.wholly_judged(domain)}
    if plan.domain not in scored:
        raise PlanError(
            f"plan {plan.id} scores domain {plan.domain!r}, which has no measured rung on ladder "
            f"{ladder.id} and is not judged throughout: choose one of "
            f"{', '.join(sorted(scored)) or 'none'}"
        )


def _check_judged(ladder: "Ladder", plan: "Plan", now: datetime) -> None:
    from models.catalogue import families, require_answer

    require_due(ladder, plan, now)
    shelf = families()
    for id in plan.computed:
        if id in shelf:  # one that is not is on record as failed at every origin
            require_answer(shelf[id], ladder, plan.domain)


def _begin(
    context: Context, ladder: "Ladder", plan: "Plan", *, fresh: bool
) -> "tuple[str, PriorSet]":
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.provenance import code_version

    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        introduce(work, ladder, now)
        priors = work.priors.in_force(ladder.id, now)
        backtest_id = work.backtests.begin(
            plan,
            ladder=ladder,
            data_digest=told_digest(work, ladder, plan),
            prior_set=priors.name,
            code_version=code_version(),
            at=now,
            fresh=fresh,
        )
        taken = adopt(work, plan, backtest_id, now)
        work.commit()
    if taken:
        context.say(f"{taken} forecasts are those of an earlier backtest")
    return backtest_id, priors


def score(context: Context, plan: "Plan", backtest_id: str) -> None:
    """Score every stored forecast of a backtest, and store the scores."""
    from forecaster.scoring.backtest_scores import score_backtest
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine()) as work:
        forecasts = work.backtests.forecasts(backtest_id)
        scores = score_backtest(plan, forecasts, work.backtests.outcomes(backtest_id))
        work.backtests.put_scores(backtest_id, scores, at=context.clock())
        work.commit()
