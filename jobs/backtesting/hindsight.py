"""What the best fixed mixture of everything that a backtest ran would have scored."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecaster.domain.backtest import OriginForecast, Outcomes, Plan
    from forecaster.reporting.evaluation.panel import Ceiling


def ceilings(
    plan: "Plan", forecasts: "Sequence[OriginForecast]", outcomes: "Outcomes"
) -> "list[Ceiling]":
    """Return the best mixture in hindsight at each horizon, over the origins that are scored.

    Mixed may be all forecasters that spoke from each of these origins, but for the stack, which is
    a mixture itself.
    """
    from forecaster.reporting.evaluation.panel import Ceiling
    from models.hindsight import best_mixtures
    from models.stacking import by_origin

    single = [
        f
        for f in forecasts
        if f.forecaster in plan.computed and f.origin.date() >= plan.scored_from
    ]
    said = list(by_origin(single).values())
    always = [id for id in plan.computed if all(id in found for found in said)]
    if not said or not always:
        return []
    found = best_mixtures(said, outcomes, always)
    return [Ceiling(best.horizon_steps, best.n, best.rps, best.weights) for best in found]
