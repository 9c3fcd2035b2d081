"""Which families speak for a ladder as of a moment, and with what weights."""

from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.domain.backtest import STACK
from forecaster.errors import NotFoundError, PlanError

if TYPE_CHECKING:
    from forecaster.domain.backtest import Plan
    from forecaster.domain.ladder import Ladder
    from forecaster.store.unit_of_work import UnitOfWork
    from models.mixture import Array, Mixture


def asked_of(ladder: "Ladder", family: str) -> str:
    """Return the family that speaks for a ladder: the one asked for, its own, or the default."""
    from models.catalogue import DEFAULT_FAMILY

    return family or ladder.family or DEFAULT_FAMILY


def mixture_of(
    work: "UnitOfWork", ladder: "Ladder", family: str, as_of: datetime
) -> "Mixture | None":
    """Return the members of the ladder's stack with their weights, None if one family speaks.

    The plan of the ladder's backtest names the members. Their weights are learnt from its stored
    forecasts that were resolved by `as_of`; without any the plan's prior weights hold.

    Raises:
        PlanError: the stack is asked for, and no plan is packaged under the ladder's id or the
            plan has none.
    """
    if (family or ladder.family) != STACK:
        return None
    import numpy as np

    from forecaster.reference.plan import load_plan, packaged_plans
    from models.mixture import Mixture

    if ladder.id not in packaged_plans():
        raise PlanError(
            f"no plan is packaged for ladder {ladder.id}, so nobody says whom its stack mixes: "
            "choose a family by --family, or by `family` in the head of the ladder file"
        )
    plan = load_plan(ladder.id)
    if not plan.members:
        raise PlanError(
            f"plan {plan.id} of ladder {ladder.id} has no stack: choose a family by --family"
        )
    weights = _learnt(work, ladder, plan, as_of)
    if weights is None:
        weights = np.tile(list(plan.members.values()), (len(ladder.horizons), 1))
    return Mixture(tuple(plan.members), weights).used()


def _learnt(work: "UnitOfWork", ladder: "Ladder", plan: "Plan", as_of: datetime) -> "Array | None":
    """Return weights (horizon, member), None if no backtest of the plan is stored with outcomes."""
    from models.stacking import by_origin, weights_at

    held = [b for b in work.backtests.list(ladder.id) if b.plan_digest == plan.digest]
    held = [b for b in held if b.ladder_version == ladder.version]
    if not held:
        return None
    try:
        outcomes = work.backtests.outcomes(held[0].backtest_id)
    except NotFoundError:
        return None
    stored = [f for m in plan.members for f in work.backtests.forecasts(held[0].backtest_id, m)]
    return weights_at(as_of, by_origin(stored), outcomes, plan, horizons=len(ladder.horizons))
