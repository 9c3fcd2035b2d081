"""The PIT histogram: where outcomes fell in their forecasts; flat if forecasts are calibrated."""

from collections.abc import Mapping

import altair as alt

from forecaster.domain.ladder import Step
from forecaster.reporting.evaluation.calibration import Ranks
from forecaster.reporting.evaluation.drawing import INK, Record, data, panel_width, styled, svg
from forecaster.reporting.evaluation.page import Picture
from forecaster.reporting.phrases import span

_PER_ROW = 3
_NARROWEST = 2
_HEIGHT = 170


def pit_picture(
    ranks: Mapping[int, Ranks | None], *, forecaster: str, step: Step
) -> Picture | None:
    """Return one histogram per horizon with its band, None if nothing could be ranked."""
    found = {horizon: r for horizon, r in ranks.items() if r is not None}
    if not found:
        return None
    title = f"Where outcomes fell in the forecasts (PIT), {forecaster}"
    described = "Share of outcomes in each tenth of the forecast distribution. " + " ".join(
        f"{span(h, step)}: {r.n:,} outcomes, {_outside(r)} of {len(r.shares)} tenths outside the band."
        for h, r in found.items()
    )
    top = 1.15 * max(max(*r.shares, r.upper) for r in found.values())
    width = panel_width(max(min(len(found), _PER_ROW), _NARROWEST))
    columns = [_histogram(span(h, step), r, width, top) for h, r in found.items()]
    chart = styled(alt.concat(*columns, columns=_PER_ROW))
    return Picture("pit", title, described, svg(chart, title=title, described=described))


def _outside(ranks: Ranks) -> int:
    return sum(not ranks.lower <= share <= ranks.upper for share in ranks.shares)


def _histogram(title: str, ranks: Ranks, width: int, top: float) -> alt.LayerChart:
    bins = len(ranks.shares)
    rows: list[Record] = [
        {"low": i / bins, "high": (i + 1) / bins, "share": s} for i, s in enumerate(ranks.shares)
    ]
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(format=".0%", tickCount=4)
    x = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1]),
        title="place in the forecast",
    )
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color="#9ec4e2", stroke="#ffffff")
        .encode(x=x, x2="high:Q", y=alt.Y("share:Q", scale=scale, axis=axis, title="outcomes"))
    )
    limits: list[Record] = [{"low": 0, "high": 1, "from": ranks.lower, "to": ranks.upper}]
    band = (
        alt.Chart(data(limits))
        .mark_rect(color=INK, opacity=0.13)
        .encode(x="low:Q", x2="high:Q", y="from:Q", y2="to:Q")
    )
    level: list[Record] = [{"low": 0, "high": 1, "share": 1 / bins}]
    flat = (
        alt.Chart(data(level))
        .mark_rule(color=INK, strokeDash=[4, 3])
        .encode(x="low:Q", x2="high:Q", y="share:Q")
    )
    text = f"{title}, n = {ranks.n:,}"
    return alt.layer(bars, band, flat).properties(width=width, height=_HEIGHT, title=text)
