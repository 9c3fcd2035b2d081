"""The same comparison by theatre and by rung."""

from forecaster.reporting.evaluation import figures
from forecaster.reporting.evaluation.board import Board
from forecaster.reporting.evaluation.page import Table
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.phrases import short, span

MOST_THEATRES = 40
"""A panel of hundreds shows those with the highest score of the best reference."""


def theatre_tables(panel: Panel, board: Board) -> tuple[Table, ...]:
    """Return one table per horizon: published RPS and the best reference's in each theatre."""
    found = (_by_theatre(panel, board, horizon) for horizon in panel.horizons)
    return tuple(table for table in found if table is not None)


def _by_theatre(panel: Panel, board: Board, horizon: int) -> Table | None:
    best = board.best_reference(horizon)
    theatres = board.theatres("rps")
    if best is None or not theatres:
        return None
    shown = _hardest(board, theatres, best.forecaster, horizon)
    note = f"Best reference over all theatres: {best.forecaster}."
    if len(shown) < len(theatres):
        note += f" The {len(shown)} hardest of {len(theatres)} theatres."
    return Table(
        title=span(horizon, panel.step),
        heads=("Theatre", "n", "Published RPS", "Best reference", "Difference (95 % interval)"),
        rows=tuple(
            (short(panel.said(t)), *_theatre_row(board, t, best.forecaster, horizon)) for t in shown
        ),
        note=note,
    )


def _hardest(
    board: Board, theatres: tuple[str, ...], reference: str, horizon: int
) -> tuple[str, ...]:
    if len(theatres) <= MOST_THEATRES:
        return theatres

    def ease(theatre: str) -> float:
        found = board.get(reference, "rps", horizon, theatre=theatre)
        return -found.value if found else 0.0

    return tuple(sorted(theatres, key=ease)[:MOST_THEATRES])


def _theatre_row(board: Board, theatre: str, reference: str, horizon: int) -> tuple[str, ...]:
    published = board.get(board.plan.published, "rps", horizon, theatre=theatre)
    return (
        figures.count(published.n if published else None),
        figures.number(published, 4),
        figures.number(board.get(reference, "rps", horizon, theatre=theatre), 4),
        figures.difference(board.difference(board.plan.published, horizon, theatre=theatre), 4),
    )


def rung_tables(panel: Panel, board: Board) -> tuple[Table, ...]:
    """Return one table per horizon: how well reaching each rung was foretold, lowest rung first."""
    scored = board.rungs("brier")
    rungs = tuple(rung for rung in panel.outcomes.rungs if rung in scored)
    return tuple(_by_rung(panel, board, rungs, horizon) for horizon in panel.horizons if rungs)


def _by_rung(panel: Panel, board: Board, rungs: tuple[str, ...], horizon: int) -> Table:
    best = board.best_reference(horizon)
    reference = best.forecaster if best else ""
    published = board.plan.published
    return Table(
        title=span(horizon, panel.step),
        heads=(
            "Rung or higher",
            "n",
            "Published Brier",
            "Best reference",
            "Slope",
            "Discrimination",
        ),
        rows=tuple(
            (
                panel.said(rung),
                figures.count(brier.n if brier else None),
                figures.number(brier, 4),
                figures.number(board.get(reference, "brier", horizon, rung=rung), 4),
                figures.number(board.get(published, "reliability_slope", horizon, rung=rung), 2),
                figures.number(board.get(published, "discrimination", horizon, rung=rung), 3),
            )
            for rung in rungs
            for brier in (board.get(published, "brier", horizon, rung=rung),)
        ),
        note=f"Best reference: {reference}." if reference else "No reference was scored.",
    )
