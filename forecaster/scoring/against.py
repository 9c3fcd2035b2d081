"""Every forecaster against every reference, cell by cell, and against the best of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Plan, Score
from forecaster.scoring.bootstrap import Statistic, mean, skill
from forecaster.scoring.panel import Panel
from forecaster.scoring.pooling import ALL, LEVEL_DIFFERENCE, Label, Pooling, rows

type Array = NDArray[np.float64]


def reference_scores(
    plan: Plan, panel: Panel, cells: Mapping[str, Array], pooling: Pooling
) -> Iterator[Score]:
    """Yield `rps_difference`, `log_difference` and `rps_skill` with paired 95 % intervals.

    A difference is forecaster minus reference: below zero, the forecaster is better. Skill is
    1 - RPS / RPS of the reference. The same with `_best` is against the best reference, over all
    theatres; the best reference itself has zeros there.
    """
    best = best_reference(plan, panel, cells["rps"])
    for reference in _references(plan, panel):
        for forecaster in panel.forecasters:
            found = _against(panel, cells, pooling, forecaster, reference)
            if forecaster != reference:
                yield from found
            if reference == best:
                yield from (replace(s, score=f"{s.score}_best") for s in found if s.theatre == ALL)


def best_reference(plan: Plan, panel: Panel, rps: Array) -> str | None:
    """Return the reference of lowest mean RPS over the scored cells, None if there is none.

    It is chosen after the fact, on the cells that are scored: a hindsight that no forecaster has,
    so that beating it is harder than beating a reference chosen in advance.

    Args:
        plan: says who is a reference.
        panel: of one horizon.
        rps: (forecaster, origin, theatre), NaN where not scored.
    """
    found = _references(plan, panel)
    if not found or not np.isfinite(rps).any():
        return None
    return min(found, key=lambda name: float(np.nanmean(rps[panel.forecasters.index(name)])))


def _references(plan: Plan, panel: Panel) -> tuple[str, ...]:
    return tuple(name for name in panel.forecasters if plan.role(name) == "reference")


def _against(
    panel: Panel, cells: Mapping[str, Array], pooling: Pooling, forecaster: str, reference: str
) -> list[Score]:
    f, r = panel.forecasters.index(forecaster), panel.forecasters.index(reference)
    count = panel.scored.astype(float)
    rps, log = cells["rps"], cells["log"]
    figures: dict[str, tuple[Statistic, Array]] = {
        "rps_difference": (mean, pooling.sums(rps[f] - rps[r], count)),
        "log_difference": (mean, pooling.sums(log[f] - log[r], count)),
        "rps_skill": (skill, pooling.sums(rps[f], rps[r])),
    }
    n = pooling.sums(count)[0].sum(axis=0)
    return [
        row
        for name, (statistic, sums) in figures.items()
        for row in rows(
            pooling,
            Label(forecaster, name, reference=reference),
            pooling.estimate(statistic, sums, level=LEVEL_DIFFERENCE),
            n,
        )
    ]
