"""The PIT histogram: where outcomes fell in their forecasts; flat if forecasts are calibrated."""

from collections.abc import Mapping
from math import isfinite

import altair as alt

from forecaster.domain.ladder import Step
from forecaster.reporting.evaluation.calibration import Ranks
from forecaster.reporting.evaluation.drawing import INK, Record, data, panel_width, styled, svg
from forecaster.reporting.evaluation.page import Picture
from forecaster.reporting.phrases import counted, span

_PER_ROW = 3
_NARROWEST = 2
_HEIGHT = 170
_READS = (
    "Share of outcomes in each tenth of the forecast distribution; flat if calibrated. Lines: 90 % "
    "intervals by block bootstrap over origins. Grey band: where nine in ten bars of a calibrated "
    "forecaster would lie if outcomes were independent, which neighbouring origins are not."
)


def pit_picture(
    ranks: Mapping[int, Ranks | None], *, forecaster: str, step: Step
) -> Picture | None:
    """Return one histogram per horizon with its band, None if nothing could be ranked."""
    found = {horizon: r for horizon, r in ranks.items() if r is not None}
    if not found:
        return None
    title = f"Where outcomes fell in the forecasts (PIT), {forecaster}"
    described = " ".join(
        f"{span(h, step)}: {r.n:,} outcomes, {counted(_outside(r), 'bar')} wholly beyond the band."
        for h, r in found.items()
    )
    top = 115 * max(value for r in found.values() for value in _heights(r))
    width = panel_width(max(min(len(found), _PER_ROW), _NARROWEST))
    columns = [_histogram(span(h, step), r, width, top) for h, r in found.items()]
    chart = styled(alt.concat(*columns, columns=_PER_ROW))
    drawn = svg(chart, title=title, described=described)
    return Picture("pit", title, _READS, described, drawn)


def _heights(ranks: Ranks) -> list[float]:
    return [value for value in (*ranks.shares, *ranks.upper, ranks.flat[1]) if isfinite(value)]


def _outside(ranks: Ranks) -> int:
    low, high = ranks.flat
    ends = zip(ranks.lower, ranks.upper, strict=True)
    return sum(upper < low or lower > high for lower, upper in ends)


def _histogram(title: str, ranks: Ranks, width: int, top: float) -> alt.LayerChart:
    bins = len(ranks.shares)
    rows: list[Record] = [
        {"low": i / bins, "high": (i + 1) / bins, "middle": (i + 0.5) / bins}
        | {"share": 100 * share, "none": 0}
        | ({"from": 100 * lower, "to": 100 * upper} if isfinite(lower) else {})
        for i, (share, lower, upper) in enumerate(
            zip(ranks.shares, ranks.lower, ranks.upper, strict=True)
        )
    ]
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(tickCount=4)
    x = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format=".1f", labelFlush=False),
        title="place in the forecast",
    )
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color="#9ec4e2", stroke="#ffffff")
        .encode(
            x=x,
            x2="high:Q",
            y2="none:Q",
            y=alt.Y("share:Q", scale=scale, axis=axis, title="outcomes, %"),
        )
    )
    low, high = ranks.flat
    limits: list[Record] = [{"low": 0, "high": 1, "from": 100 * low, "to": 100 * high}]
    band = (
        alt.Chart(data(limits))
        .mark_rect(color=INK, opacity=0.13)
        .encode(x="low:Q", x2="high:Q", y="from:Q", y2="to:Q")
    )
    level: list[Record] = [{"low": 0, "high": 1, "share": 100 / bins}]
    flat = (
        alt.Chart(data(level))
        .mark_rule(color=INK, strokeDash=[4, 3])
        .encode(x="low:Q", x2="high:Q", y="share:Q")
    )
    whiskers = (
        alt.Chart(data([row for row in rows if "from" in row]))
        .mark_rule(color="#0072B2", strokeWidth=1.5)
        .encode(x="middle:Q", y="from:Q", y2="to:Q")
    )
    text = f"{title}, n = {ranks.n:,}"
    return alt.LayerChart(
        layer=[bars, band, flat, whiskers], width=width, height=_HEIGHT, title=text
    )
