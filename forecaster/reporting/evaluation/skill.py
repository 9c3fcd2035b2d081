"""Skill by horizon: how far each forecaster's RPS lies below that of the best reference."""

from math import isfinite

import altair as alt

from forecaster.domain.backtest import Role
from forecaster.reporting.evaluation.board import Board
from forecaster.reporting.evaluation.drawing import (
    INK,
    MUTED,
    Record,
    data,
    panel_width,
    styled,
    svg,
)
from forecaster.reporting.evaluation.page import Picture
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.evaluation.tables import ROLES
from forecaster.reporting.phrases import span

_PER_ROW = 3
_NARROWEST = 2
_ROW = 24
_NAMES = 60
_READS = (
    "In per cent of the best reference's RPS at that horizon; right of zero is better. Lines: 95 % "
    "intervals by block bootstrap. Diamond: published; circle: Bayesian family; square: reference; "
    "triangle: variant."
)
_SIGNED = "(datum.value > 0 ? '+' : '') + datum.label"
_COLOURS: dict[Role, str] = {
    "published": INK,
    "bayesian": "#0072B2",
    "reference": MUTED,
    "variant": "#D55E00",
}
_SHAPES: dict[Role, str] = {
    "published": "diamond",
    "bayesian": "circle",
    "reference": "square",
    "variant": "triangle-up",
}


def skill_picture(panel: Panel, board: Board) -> Picture | None:
    """Return a point and 95 % interval per forecaster and horizon, None where none has skill."""
    rows = [row for h in panel.horizons for row in _rows(panel, board, h)]
    if not rows:
        return None
    title = "RPS saved against the best reference"
    described = " ".join(
        f"{row['forecaster']}, {row['horizon']}: {row['value']:.1f} %."
        for row in rows
        if row["role"] == "published"
    )
    horizons = [span(h, panel.step) for h in panel.horizons]
    order = [id for id in board.forecasters() if any(row["forecaster"] == id for row in rows)]
    columns = [
        _column(h, [r for r in rows if r["horizon"] == h], order, first=i % _PER_ROW == 0)
        for i, h in enumerate(horizons)
    ]
    chart = styled(alt.concat(*columns, columns=_PER_ROW).resolve_scale(color="shared"))
    drawn = svg(chart, title=title, described=described)
    return Picture("skill", title, _READS, described, drawn)


def _rows(panel: Panel, board: Board, horizon: int) -> list[Record]:
    best = board.best_reference(horizon)
    rows = [_row(panel, board, id, horizon) for id in board.forecasters()]
    found: list[Record] = [row for row in rows if row is not None]
    if found and best is not None:
        # The yardstick itself stands at zero, so that it does not look left out.
        found.append(_named(panel, board, best.forecaster, horizon) | {"value": 0.0})
    return found


def _row(panel: Panel, board: Board, id: str, horizon: int) -> dict[str, object] | None:
    skill = board.skill(id, horizon)
    if skill is None or not isfinite(skill.value):
        return None
    ends = {"lower": skill.lower, "upper": skill.upper}
    percent = {name: 100 * end for name, end in ends.items() if end is not None}
    return _named(panel, board, id, horizon) | {"value": 100 * skill.value} | percent


def _named(panel: Panel, board: Board, id: str, horizon: int) -> dict[str, object]:
    role = ROLES[board.plan.role(id)]
    return {"forecaster": id, "role": role, "horizon": span(horizon, panel.step)}


def _column(title: str, rows: list[Record], order: list[str], *, first: bool) -> alt.LayerChart:
    names = alt.Axis(labels=first, ticks=first, grid=True, domain=False)
    y = alt.Y("forecaster:N", sort=order, scale=alt.Scale(domain=order), axis=names, title=None)
    x = alt.X(
        "value:Q",
        scale=alt.Scale(padding=8),
        axis=alt.Axis(tickCount=4, labelExpr=_SIGNED),
        title="RPS saved, %",
    )
    roles = list(ROLES)
    domain = [ROLES[role] for role in roles]
    color = alt.Color(
        "role:N", scale=alt.Scale(domain=domain, range=[_COLOURS[r] for r in roles]), legend=None
    )
    shape = alt.Shape(
        "role:N", scale=alt.Scale(domain=domain, range=[_SHAPES[r] for r in roles]), legend=None
    )
    base = alt.Chart(data(rows))
    zero: list[Record] = [{"value": 0}]
    nothing = alt.Chart(data(zero)).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="value:Q")
    sure = alt.Chart(data([row for row in rows if "upper" in row]))
    whiskers = sure.mark_rule(strokeWidth=2).encode(y=y, x="lower:Q", x2="upper:Q", color=color)
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=y, x=x, color=color, shape=shape
    )
    width = panel_width(_PER_ROW) - _NAMES // _PER_ROW
    layers = [nothing, whiskers, points]
    return alt.LayerChart(layer=layers, width=width, height=_ROW * len(order), title=title)
