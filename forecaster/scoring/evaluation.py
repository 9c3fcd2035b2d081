"""The rows of an evaluation: one for each forecaster and horizon, ready to be written as JSON."""

from collections.abc import Sequence

from forecaster.domain.backtest import Plan, Score
from forecaster.scoring.pooling import ALL

ROLES = ("reference", "bayesian", "published")


def evaluation_rows(
    plan: Plan, scores: Sequence[Score], *, judged: bool = False
) -> list[dict[str, object]]:
    """Return rows over all theatres and rungs, in the plan's order, then by horizon.

    Forecasters that are only variants are left out. `panel` is the plan's id. `coverage_90` is
    that of the measure; of a forecaster that gives no quantiles of it, or where the measure is the
    level itself, that of the rung (`calibration.Band.inside`); None where rungs are `judged`, for
    there is nothing to cover. `diff_best_reference` is of the RPS. What there is no figure for is
    None.
    """
    found = {
        (s.forecaster, s.score, s.horizon_steps): s
        for s in scores
        if not (judged and s.score == "rung_coverage_90")
        and s.theatre == ALL
        and s.rung == ALL
        and (not s.reference or s.score.endswith("_best"))
    }
    return [
        _row(plan, found, forecaster.id, horizon)
        for forecaster in plan.forecasters
        if forecaster.role in ROLES
        for horizon in sorted({s.horizon_steps for s in scores})
        if (forecaster.id, "rps", horizon) in found
    ]


def _row(
    plan: Plan, found: dict[tuple[str, str, int], Score], forecaster: str, horizon: int
) -> dict[str, object]:
    def value(*names: str) -> float | None:
        keys = [(forecaster, name, horizon) for name in names]
        return next((found[key].value for key in keys if key in found), None)

    difference = found.get((forecaster, "rps_difference_best", horizon))
    return {
        "panel": plan.id,
        "forecaster": forecaster,
        "role": plan.role(forecaster),
        "horizon_steps": horizon,
        "n": found[(forecaster, "rps", horizon)].n,
        "rps": value("rps"),
        "log_score": value("log"),
        "diff_best_reference": {
            "mean": difference.value if difference else None,
            "lower": difference.lower if difference else None,
            "upper": difference.upper if difference else None,
        },
        "coverage_90": value("coverage_90", "rung_coverage_90"),
        "reliability_slope": value("reliability_slope"),
    }
