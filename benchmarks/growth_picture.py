"""Cost against size on logarithmic scales, one panel per axis, with the line of slope one."""

from collections.abc import Sequence
from pathlib import Path

import altair as alt

from forecaster.reporting.evaluation.drawing import (
    FAMILIES,
    MUTED,
    data,
    panel_width,
    styled,
    svg,
)

type Point = dict[str, object]


def write_picture(path: Path, points: Sequence[Point], costs: Sequence[str]) -> None:
    """Write one SVG: cost over that of the smallest size; grey is in proportion to the size."""
    axes = list(dict.fromkeys(str(point["axis"]) for point in points))
    panels = [_panel(axis, [p for p in points if p["axis"] == axis], costs) for axis in axes]
    chart = styled(alt.concat(*panels, columns=2))
    text = svg(
        chart,
        title="Cost against size",
        described="Lines below the dashed one grow more slowly than their cause.",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _panel(axis: str, points: Sequence[Point], costs: Sequence[str]) -> alt.LayerChart:
    sizes = sorted({int(str(point["size"])) for point in points})
    x = alt.X(
        "size:Q",
        title=axis,
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(values=sizes, format="d", grid=False),
    )
    y = alt.Y("times:Q", title="times the smallest", scale=alt.Scale(type="log"))
    colour = alt.Color(
        "cost:N",
        title=None,
        sort=list(costs),
        scale=alt.Scale(domain=list(costs), range=list(FAMILIES[: len(costs)])),
    )
    shape = alt.Shape("cost:N", title=None, sort=list(costs), scale=alt.Scale(domain=list(costs)))
    proportional = [{"size": size, "times": size / sizes[0]} for size in sizes]
    guide = alt.Chart(data(proportional)).mark_line(strokeDash=[4, 4], color=MUTED)
    lines = alt.Chart(data(points)).mark_line(strokeWidth=1.8, point=True)
    drawn = guide.encode(x=x, y=y) + lines.encode(x=x, y=y, color=colour, shape=shape)
    return drawn.properties(width=panel_width(2) - 40, height=190, title=f"with {axis}")
