"""The measure's past and its fan ahead, drawn through bands of equal height."""

from dataclasses import dataclass

from markupsafe import Markup

from forecaster.reporting.document import Chart
from forecaster.reporting.phrases import short_day
from forecaster.reporting.svg import Point, element, path

NEAR = 62.0
"""Two labels nearer than this would touch: the first is left out."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Where steps and values lie in the picture; `tops[i]` is the upper edge of band i."""

    left: float
    right: float
    foot: float
    tops: tuple[float, ...]
    depth: float

    def y(self, chart: Chart, value: float) -> float:
        """Return the height of `value`: linear inside its band, or the middle of it if ordinal."""
        bands = chart.bands
        row = max(i for i, band in enumerate(bands) if band.low is not None and band.low <= value)
        low = bands[row].low or 0.0
        high = bands[row].high or max(2.0 * low, _ceiling(chart), 1.0)
        share = 0.5 if chart.ordinal else min((value - low) / (high - low), 1.0)
        return self.tops[row] + self.depth * (1.0 - share)


def course(chart: Chart, plane: Plane) -> list[Markup]:
    """Return the fan, the line of the past, its last point and the dates under them."""
    if not chart.history:
        return []
    steps = max(len(chart.history) + len(chart.fan), 2)
    past = [_point(chart, plane, i, steps, value) for i, (_, value) in enumerate(chart.history)]
    now = past[-1]
    return [
        *_fan(chart, plane, steps, now),
        element("path", d=path(past), class_="course"),
        element("circle", cx=now[0], cy=now[1], r=2.8, class_="now"),
        *_dates(chart, plane, now[0]),
    ]


def _point(chart: Chart, plane: Plane, i: int, steps: int, value: float) -> Point:
    x = plane.left + (plane.right - plane.left) * i / (steps - 1)
    return x, plane.y(chart, max(value, 0.0))


def _ceiling(chart: Chart) -> float:
    """Return the largest value drawn: it ends a band that has no upper end."""
    return max([value for _, value in chart.history] + [max(values) for values in chart.fan])


def _fan(chart: Chart, plane: Plane, steps: int, now: Point) -> list[Markup]:
    if not chart.fan:
        return []
    start = len(chart.history)

    def edge(q: int) -> list[Point]:
        ahead = [_point(chart, plane, start + h, steps, v[q]) for h, v in enumerate(chart.fan)]
        return [now, *ahead]

    last = len(chart.levels) - 1
    pairs = [(q, last - q) for q in range((last + 1) // 2)]
    parts = [
        element(
            "path",
            d=path([*edge(low), *reversed(edge(high))], closed=True),
            class_="fan-wide" if i == 0 else "fan-narrow",
        )
        for i, (low, high) in enumerate(pairs)
    ]
    return [*parts, element("path", d=path(edge(last // 2)), class_="middle")]


def _dates(chart: Chart, plane: Plane, now: float) -> list[Markup]:
    first, last = chart.history[0][0], chart.history[-1][0]
    y = plane.foot
    parts = [element("text", short_day(last), x=now + 4, y=y, class_="date", text_anchor="end")]
    if now - plane.left > NEAR:
        parts.append(element("text", f"{first:%b %Y}", x=plane.left, y=y, class_="date"))
    if chart.fan and plane.right - now > 20:
        ahead = f"+{len(chart.fan)}"
        parts.append(element("text", ahead, x=plane.right, y=y, class_="date", text_anchor="end"))
    return parts
