"""The reliability diagram: how often what was given a probability came, with n and intervals."""

from collections.abc import Mapping, Sequence

import altair as alt

from forecaster.domain.ladder import Step
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
from forecaster.reporting.phrases import span
from forecaster.scoring.reliability import ReliabilityBin

_PER_ROW = 3
_NARROWEST = 2
_N_HEIGHT = 78
_READS = (
    "How often a rung was reached that was given about this probability, over theatres and rungs. "
    "Dashed: perfect. Upright lines: 90 % intervals. Below, the number of forecasts in each bin."
)


def reliability_picture(
    bins: Mapping[int, Sequence[ReliabilityBin]], *, forecaster: str, step: Step
) -> Picture | None:
    """Return one diagram per horizon with its bins counted below, None without any forecast."""
    found = {horizon: list(rows) for horizon, rows in bins.items() if rows}
    if not found:
        return None
    title = f"Reliability of P(rung reached), {forecaster}"
    described = " ".join(
        f"{span(h, step)}: {sum(b.n for b in rows):,} forecasts in {len(rows)} bins."
        for h, rows in found.items()
    )
    width = panel_width(max(min(len(found), _PER_ROW), _NARROWEST))
    columns = [_diagram(span(h, step), rows, width) for h, rows in found.items()]
    chart = styled(alt.concat(*columns, columns=_PER_ROW))
    drawn = svg(chart, title=title, described=described)
    return Picture("reliability", title, _READS, described, drawn)


def _diagram(title: str, bins: Sequence[ReliabilityBin], width: int) -> alt.VConcatChart:
    rows: list[Record] = [
        {
            "forecast": b.forecast,
            "observed": b.observed,
            "lower": b.lower,
            "upper": b.upper,
            "n": b.n,
            "said": f"{b.n:,}",
            "place": f"{b.low:g}–{b.high:g}",
        }
        for b in bins
    ]
    return alt.vconcat(_points(title, rows, width), _counts(rows, width), spacing=8)


def _points(title: str, rows: Sequence[Record], width: int) -> alt.LayerChart:
    unit = alt.Scale(domain=[0, 1])
    axis = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format=".1f", labelFlush=False)
    x = alt.X("forecast:Q", scale=unit, axis=axis, title="forecast probability")
    y = alt.Y("observed:Q", scale=unit, axis=axis, title="observed frequency")
    ideal = (
        alt.Chart(data([{"forecast": v, "observed": v} for v in (0, 1)]))
        .mark_line(color=MUTED, strokeDash=[4, 3], strokeWidth=1)
        .encode(x=x, y=y)
    )
    base = alt.Chart(data(rows))
    whiskers = base.mark_rule(color=INK, strokeWidth=1.5).encode(x=x, y="lower:Q", y2="upper:Q")
    points = base.mark_line(color="#0072B2", strokeWidth=1.5, point={"color": INK, "size": 38})
    line = points.encode(x=x, y=y)
    return alt.LayerChart(layer=[ideal, whiskers, line], width=width, height=width, title=title)


def _counts(rows: Sequence[Record], width: int) -> alt.LayerChart:
    order = [str(row["place"]) for row in rows]
    axis = alt.Axis(labelAngle=-90)
    x = alt.X("place:N", sort=order, title="bin of forecasts; n above", axis=axis)
    # Room above the highest bar for its number; n spans decades, so its scale is logarithmic.
    most = max(int(str(row["n"])) for row in rows)
    log = alt.Scale(type="symlog", domain=[0, most**1.9 + 10], nice=False)
    y = alt.Y("n:Q", scale=log, axis=None)
    base = alt.Chart(data(rows))
    bars = base.mark_bar(color="#9ec4e2").encode(x=x, y=y)
    said = base.mark_text(dx=4, angle=270, align="left", fontSize=10.5, color=INK)
    text = said.encode(x=x, y=y, text="said:N")
    return alt.LayerChart(layer=[bars, text], width=width, height=_N_HEIGHT)
