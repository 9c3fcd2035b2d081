"""How much mixing could have given at the most, beside what it gave."""

from forecaster.reporting.evaluation import figures
from forecaster.reporting.evaluation.board import Board
from forecaster.reporting.evaluation.page import Table
from forecaster.reporting.evaluation.panel import Ceiling, Panel
from forecaster.reporting.phrases import span

LEAST_WEIGHT = 0.01
"""Forecasters with less are not named."""


def ceiling_table(panel: Panel, board: Board) -> Table | None:
    """Return the best mixture in hindsight by horizon, None where nothing can be mixed."""
    if not panel.ceilings:
        return None
    return Table(
        title="The best mixture in hindsight",
        heads=("Horizon", "Weights", "n", "RPS", "Skill", "Published skill"),
        rows=tuple(_row(panel, board, ceiling) for ceiling in panel.ceilings),
        note=(
            "Fixed weights of everything that was run, chosen for these very outcomes: no "
            "forecast, but the most that mixing could have given. Skill is against the best "
            "reference."
        ),
        text_columns=2,
    )


def _row(panel: Panel, board: Board, ceiling: Ceiling) -> tuple[str, ...]:
    named = sorted(ceiling.weights.items(), key=lambda pair: -pair[1])
    said = ", ".join(f"{id} {w:.2f}" for id, w in named if w >= LEAST_WEIGHT)
    return (
        span(ceiling.horizon_steps, panel.step),
        said,
        figures.count(ceiling.n),
        figures.plain(ceiling.rps, 4),
        figures.plain_percentage(_skill(board, ceiling)),
        figures.percentage(board.skill(panel.plan.published, ceiling.horizon_steps)),
    )


def _skill(board: Board, ceiling: Ceiling) -> float | None:
    """Return the share of the best reference's RPS that is saved, None unless of the same cells."""
    best = board.best_reference(ceiling.horizon_steps)
    if best is None or best.n != ceiling.n:
        return None
    return 1.0 - ceiling.rps / best.value
