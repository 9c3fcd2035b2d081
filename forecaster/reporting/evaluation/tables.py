"""The tables by which forecasters are compared: bars, then all of them at each horizon."""

from forecaster.domain.backtest import Role
from forecaster.reporting.evaluation import figures
from forecaster.reporting.evaluation.bars import Bar, Verdict, percent_or_number, verdicts, wanted
from forecaster.reporting.evaluation.board import Board
from forecaster.reporting.evaluation.page import Table
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.phrases import span

ROLES: dict[Role, str] = {
    "published": "published",
    "bayesian": "Bayesian",
    "reference": "reference",
    "variant": "variant",
}
"""Roles as people read them."""
_HEADS = (
    "Forecaster",
    "Role",
    "n",
    "RPS",
    "Less the best reference (95 % interval)",
    "Skill",
    "Log",
    "CRPS",
    "90 % cover",
    "Slope",
    "Next rung",
    "Discrimination",
    "Flip-flop",
)


def main_tables(panel: Panel, board: Board) -> tuple[Table, ...]:
    """Return one table per horizon: every forecaster, the lowest RPS of each role first."""
    return tuple(_main(panel, board, horizon) for horizon in panel.horizons)


def _main(panel: Panel, board: Board, horizon: int) -> Table:
    ids = _ranked(board, horizon)
    best = board.best_reference(horizon)
    note = f"Best reference: {best.forecaster}." if best else "No reference was scored."
    return Table(
        title=span(horizon, panel.step),
        heads=_HEADS,
        rows=tuple(_main_row(board, id, horizon) for id in ids),
        note=note,
        text_columns=2,
        strong=frozenset(i for i, id in enumerate(ids) if board.plan.role(id) == "published"),
    )


def _ranked(board: Board, horizon: int) -> tuple[str, ...]:
    def rank(id: str) -> float:
        found = board.get(id, "rps", horizon)
        return found.value if found else float("inf")

    return tuple(id for role in ROLES for id in sorted(board.forecasters(role), key=rank))


def _main_row(board: Board, id: str, horizon: int) -> tuple[str, ...]:
    rps = board.get(id, "rps", horizon)
    return (
        id,
        ROLES[board.plan.role(id)],
        figures.count(rps.n if rps else None),
        figures.number(rps, 4),
        _against_best(board, id, horizon),
        figures.percentage(board.skill(id, horizon)),
        figures.number(board.get(id, "log", horizon), 3),
        figures.number(board.get(id, "crps", horizon), 3),
        figures.share(board.coverage(id, horizon)),
        figures.number(board.get(id, "reliability_slope", horizon), 2),
        figures.number(board.get(id, "next_rung_slope", horizon), 2),
        figures.number(board.get(id, "discrimination", horizon), 3),
        figures.number(board.get(id, "flip_flop", horizon), 3),
    )


def _against_best(board: Board, id: str, horizon: int) -> str:
    best = board.best_reference(horizon)
    if best is not None and best.forecaster == id:
        return "best reference"
    return figures.difference(board.difference(id, horizon), 4)


def bars_table(panel: Panel, board: Board, bars: tuple[Bar, ...]) -> Table | None:
    """Return the bars with what was found, None for a panel that has none."""
    mine = tuple(bar for bar in bars if bar.ladder == panel.plan.ladder)
    found = verdicts(board, mine, panel.horizons)
    if not found:
        return None
    missed = sum(v.met == "no" for v in found)
    unscored = sum(v.met == "not scored" for v in found)
    note = f"{len(found) - missed - unscored} of {len(found)} met, {missed} not met"
    return Table(
        title="Bars",
        heads=("Bar", "Horizon", "Forecaster", "Against", "Asked", "Found", "Met"),
        rows=tuple(_bar_row(panel, verdict) for verdict in found),
        note=note + (f", {unscored} not scored." if unscored else "."),
        text_columns=4,
    )


def _bar_row(panel: Panel, verdict: Verdict) -> tuple[str, ...]:
    return (
        verdict.bar.text,
        span(verdict.horizon_steps, panel.step),
        verdict.forecaster,
        verdict.against or figures.DASH,
        wanted(verdict.bar),
        percent_or_number(verdict.bar)(verdict.value),
        verdict.met,
    )


def pooling_table(panel: Panel, board: Board) -> Table | None:
    """Return families beside their weakened variants, None where the plan has no variant."""
    if not board.forecasters("variant"):
        return None
    ids = board.forecasters("bayesian", "variant")
    heads = [f"{name}, {span(h, panel.step)}" for h in panel.horizons for name in ("RPS", "log")]
    return Table(
        title="Pooling",
        heads=("Forecaster", "Role", *heads),
        rows=tuple(
            (
                id,
                ROLES[board.plan.role(id)],
                *(
                    figures.number(board.get(id, score, h), digits)
                    for h in panel.horizons
                    for score, digits in (("rps", 4), ("log", 3))
                ),
            )
            for id in ids
        ),
        note="The family pools as the hierarchy says; a variant pools not at all, or completely.",
        text_columns=2,
        strong=frozenset(i for i, id in enumerate(ids) if board.plan.role(id) == "bayesian"),
    )
