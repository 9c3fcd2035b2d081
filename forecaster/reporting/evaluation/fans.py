"""Forecast against outcome, one small picture per theatre, by the day that was forecast."""

from collections.abc import Sequence
from datetime import datetime

import altair as alt
import numpy as np

from forecaster.domain.backtest import LEVELS, OriginForecast, Outcomes
from forecaster.reporting.evaluation.drawing import INK, Record, data, panel_width, styled, svg
from forecaster.reporting.evaluation.page import Picture
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.phrases import capital, short, span

MOST = 8
"""A panel of hundreds shows the theatres whose rung changed most often."""
_PER_ROW = 2
_HEIGHT = 130
_FAINTEST = 0.02
"""A rung less likely than this is too pale to be seen, and is left out of the file."""
_FAN = (0.05, 0.25, 0.5, 0.75, 0.95)
_FAN_READS = "Line: median. Inner and outer band: 50 % and 90 % interval. Dots: what came."
_DEPTH_READS = "Strength of blue: probability of the rung. Dots: what came."
_DEPTHS = ["#ffffff", "#9ec4e2", "#165a97"]
_NAMES = ("low", "lower", "middle", "upper", "high")


def fan_picture(panel: Panel, horizon: int) -> Picture | None:
    """Return the published forecasts of one horizon with what came, None without forecasts.

    The measure's fan where it has quantiles; else the probability of each rung as depth of
    colour, with the rung that came on top.
    """
    forecasts = [f for f in panel.scored(panel.plan.published) if horizon in f.horizons]
    if not forecasts:
        return None
    theatres = liveliest(_spoken_of(forecasts, panel.outcomes), panel.outcomes)
    has_fan = any(np.isfinite(f.quantiles).any() for f in forecasts)
    draw = _fan if has_fan else _depth
    columns = [
        draw(panel, [f for f in forecasts if theatre in f.theatres], theatre, horizon)
        for theatre in theatres
    ]
    ahead = span(horizon, panel.step)
    title = f"Forecast {ahead} ahead against what came, {panel.plan.published}"
    described = f"{len(forecasts)} forecasts for each of {len(theatres)} theatres."
    reads = _FAN_READS if has_fan else _DEPTH_READS
    caption = f"{capital(panel.measure)}, by the day that was forecast. {reads}"
    chart = styled(alt.concat(*columns, columns=_PER_ROW))
    drawn = svg(chart, title=title, described=described)
    return Picture(f"forecast-{horizon}", title, caption, described, drawn)


def _spoken_of(forecasts: Sequence[OriginForecast], outcomes: Outcomes) -> tuple[str, ...]:
    named = {theatre for forecast in forecasts for theatre in forecast.theatres}
    return tuple(theatre for theatre in outcomes.theatres if theatre in named)


def liveliest(theatres: Sequence[str], outcomes: Outcomes) -> tuple[str, ...]:
    """Return at most `MOST` theatres, those whose rung changed most often, in their order."""
    if len(theatres) <= MOST:
        return tuple(theatres)
    changes = {
        theatre: int((np.diff(outcomes.rung[outcomes.theatres.index(theatre)]) != 0).sum())
        for theatre in theatres
    }
    chosen = set(sorted(theatres, key=lambda t: -changes[t])[:MOST])
    return tuple(theatre for theatre in theatres if theatre in chosen)


def _fan(
    panel: Panel, forecasts: Sequence[OriginForecast], theatre: str, horizon: int
) -> alt.LayerChart:
    rows = [_fan_row(forecast, theatre, horizon) for forecast in forecasts]
    ends = [forecast.horizon_ends[forecast.horizons.index(horizon)] for forecast in forecasts]
    x = alt.X("end:T", title=None, axis=_time_axis())
    y = alt.Y(
        "low:Q", title=None, axis=alt.Axis(tickCount=4, minExtent=26), scale=alt.Scale(zero=True)
    )
    base = alt.Chart(data(rows)).encode(x=x)
    came = alt.Chart(data(_measured(panel.outcomes, theatre, ends)))
    return alt.LayerChart(
        layer=[
            base.mark_area(color="#c4daee").encode(y=y, y2="high:Q"),
            base.mark_area(color="#6ba6d3").encode(y="lower:Q", y2="upper:Q"),
            base.mark_line(color="#ffffff", strokeWidth=1.5).encode(y="middle:Q"),
            came.mark_point(color=INK, filled=True, size=14, opacity=1).encode(
                x="end:T", y="value:Q"
            ),
        ],
        width=panel_width(_PER_ROW),
        height=_HEIGHT,
        title=short(panel.said(theatre)),
    )


def _time_axis() -> alt.Axis:
    return alt.Axis(format="%b %y", tickCount=6, grid=False, labelOverlap=True, labelSeparation=12)


def _fan_row(forecast: OriginForecast, theatre: str, horizon: int) -> Record:
    h = forecast.horizons.index(horizon)
    line = forecast.quantiles[forecast.theatres.index(theatre), h]
    row: dict[str, object] = {"end": forecast.horizon_ends[h]}
    for name, level in zip(_NAMES, _FAN, strict=True):
        value = line[LEVELS.index(level)]
        row[name] = float(value) if np.isfinite(value) else None
    return row


def _measured(outcomes: Outcomes, theatre: str, ends: Sequence[datetime]) -> list[Record]:
    values = outcomes.measure[outcomes.theatres.index(theatre)]
    return [
        {"end": end, "value": float(value)}
        for end, value in zip(outcomes.ends, values, strict=True)
        if end in ends and np.isfinite(value)
    ]


def _depth(
    panel: Panel, forecasts: Sequence[OriginForecast], theatre: str, horizon: int
) -> alt.LayerChart:
    rungs = [panel.said(rung) for rung in panel.outcomes.rungs]
    ends = [forecast.horizon_ends[forecast.horizons.index(horizon)] for forecast in forecasts]
    x = alt.X("end:T", title=None, axis=_time_axis(), scale=alt.Scale(padding=4))
    y = alt.Y("rung:O", sort=rungs[::-1], scale=alt.Scale(domain=rungs[::-1]), title=None)
    color = alt.Color(
        "chance:Q",
        scale=alt.Scale(domain=[0, 0.5, 1], range=_DEPTHS, interpolate="rgb"),
        legend=None,
    )
    thickness = 1 + (panel_width(_PER_ROW) - 60) / len(forecasts)
    rows = [row for f in forecasts for row in _depth_rows(f, theatre, horizon, rungs)]
    came = alt.Chart(data(_runged(panel.outcomes, theatre, ends, rungs)))
    return alt.LayerChart(
        layer=[
            alt.Chart(data(rows))
            .mark_tick(thickness=thickness, height=18, opacity=1)
            .encode(x=x, y=y, color=color),
            came.mark_point(color="#D55E00", filled=True, size=14, opacity=1).encode(
                x="end:T", y=y
            ),
        ],
        width=panel_width(_PER_ROW) - 60,
        height=_HEIGHT,
        title=short(panel.said(theatre)),
    )


def _depth_rows(
    forecast: OriginForecast, theatre: str, horizon: int, rungs: Sequence[str]
) -> list[Record]:
    h = forecast.horizons.index(horizon)
    masses = forecast.at[forecast.theatres.index(theatre), h]
    end = forecast.horizon_ends[h]
    return [
        {"end": end, "rung": rung, "chance": float(mass)}
        for rung, mass in zip(rungs, masses, strict=True)
        if mass >= _FAINTEST
    ]


def _runged(
    outcomes: Outcomes, theatre: str, ends: Sequence[datetime], rungs: Sequence[str]
) -> list[Record]:
    found = outcomes.rung[outcomes.theatres.index(theatre)]
    return [
        {"end": end, "rung": rungs[int(rung)]}
        for end, rung in zip(outcomes.ends, found, strict=True)
        if end in ends and rung >= 0
    ]
