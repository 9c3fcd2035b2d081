"""All scores of a backtest: one horizon after another, each on its own common set of cells."""

from collections.abc import Iterator, Sequence

from forecaster.domain.backtest import OriginForecast, Outcomes, Plan, Score
from forecaster.scoring.against import reference_scores
from forecaster.scoring.cells import mean_scores, per_cell, pit_deviations
from forecaster.scoring.events import event_scores
from forecaster.scoring.panel import Panel, make_panel
from forecaster.scoring.pooling import Pooling, make_pooling
from forecaster.scoring.revisions import (
    Expected,
    expected_rungs,
    origin_flip_flops,
    target_flip_flops,
)


def score_backtest(
    plan: Plan, forecasts: Sequence[OriginForecast], outcomes: Outcomes
) -> tuple[Score, ...]:
    """Return every score by forecaster, theatre, rung and horizon.

    Only origins on or after `plan.scored_from` count, only targets that are resolved, and only
    cells (origin, theatre) of which every forecaster spoke at that horizon; `n` says how many
    there were. Theatres may come and go between origins; with more than
    `pooling.MOST_THEATRES` of them only figures over all are given.

    Raises:
        ScoreError: forecasts, outcomes and plan do not fit together; the message says where.
    """
    found: list[Score] = []
    expected: list[Expected] = []
    for horizon in sorted({h for f in forecasts for h in f.horizons}):
        panel = make_panel(plan, forecasts, outcomes, horizon=horizon)
        if not panel.scored.any():
            continue
        pooling = make_pooling(plan, panel)
        expected.append(expected_rungs(panel, pooling))
        found += [*_scores(plan, panel, pooling), *origin_flip_flops(expected[-1])]
    return (*found, *target_flip_flops(expected))


def _scores(plan: Plan, panel: Panel, pooling: Pooling) -> Iterator[Score]:
    cells = per_cell(panel)
    yield from mean_scores(panel, cells, pooling)
    yield from pit_deviations(panel, pooling, seed=plan.seed)
    yield from event_scores(panel, pooling)
    yield from reference_scores(plan, panel, cells, pooling)
