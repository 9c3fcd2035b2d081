"""Stack weights over time: whose forecasts the published one was made of, at each horizon."""

import altair as alt

from forecaster.reporting.evaluation.drawing import (
    FAMILIES,
    INK,
    Record,
    data,
    panel_width,
    styled,
    svg,
)
from forecaster.reporting.evaluation.page import Picture
from forecaster.reporting.evaluation.panel import Panel, StackWeight
from forecaster.reporting.phrases import span

_HEIGHT = 190
_PER_ROW = 3
_NARROWEST = 2
_LEAST_SHOWN = 0.02
"""A member that never had more than this joins the others."""
_OTHERS = "others"
_READS = "What share of the published forecast each had, learnt from what had come by the origin."


def weights_picture(panel: Panel) -> Picture | None:
    """Return stacked areas of the weights at each horizon, None where there is no stack."""
    if not panel.weights:
        return None
    members = _members(panel.weights)
    horizons = sorted({w.horizon_steps for w in panel.weights})
    title = f"Stack weights over time, {panel.plan.published}"
    described = f"Weights of {', '.join(members)}."
    width = panel_width(max(min(len(horizons), _PER_ROW), _NARROWEST))
    columns = [_areas(panel, h, members, width) for h in horizons]
    chart = styled(alt.concat(*columns, columns=_PER_ROW).resolve_scale(color="shared"))
    drawn = svg(chart, title=title, described=described)
    return Picture("weights", title, _READS, described, drawn)


def _members(weights: tuple[StackWeight, ...]) -> list[str]:
    most: dict[str, float] = {}
    for w in weights:
        most[w.forecaster] = max(most.get(w.forecaster, 0.0), w.weight)
    ranked = sorted(most, key=lambda id: -most[id])
    shown = [id for id in ranked if most[id] > _LEAST_SHOWN][: len(FAMILIES) - 1]
    return shown + ([_OTHERS] if len(shown) < len(ranked) else [])


def _areas(panel: Panel, horizon: int, members: list[str], width: int) -> alt.Chart:
    shared: dict[tuple[object, str], float] = {}
    for w in panel.weights:
        if w.horizon_steps == horizon:
            member = w.forecaster if w.forecaster in members else _OTHERS
            shared[w.origin, member] = shared.get((w.origin, member), 0.0) + w.weight
    rows: list[Record] = [
        {"origin": origin, "forecaster": member, "weight": value, "order": members.index(member)}
        for (origin, member), value in shared.items()
    ]
    axis = alt.Axis(format="%b %y", tickCount=4, grid=False, labelOverlap=True, labelSeparation=12)
    legend = alt.Legend(orient="bottom", columns=4, title=None)
    colours = [FAMILIES[i] if m != _OTHERS else "#b8c0c8" for i, m in enumerate(members)]
    chart: alt.Chart = (
        alt.Chart(data(rows))
        .mark_area(stroke=INK, strokeWidth=0.4)
        .encode(
            x=alt.X("origin:T", title=None, axis=axis),
            y=alt.Y("weight:Q", title="weight", scale=alt.Scale(domain=[0, 1]), stack="zero"),
            color=alt.Color(
                "forecaster:N", scale=alt.Scale(domain=members, range=colours), legend=legend
            ),
            order="order:Q",
        )
        .properties(width=width, height=_HEIGHT, title=span(horizon, panel.step))
    )
    return chart
