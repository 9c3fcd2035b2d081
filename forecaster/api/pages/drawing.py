"""Two small pictures that the report does not have: chances over past runs, and an effect."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from forecaster.domain.ladder import Step
from forecaster.reporting.phrases import day, short_day, span
from forecaster.reporting.svg import Point, element, path, picture
from forecaster.reporting.words import brief, brief_bounds, percent
from forecaster.store.history import PastChance

WIDTH, HEIGHT = 420.0, 200.0
_LEFT, _RIGHT, _TOP, _FOOT = 28.0, 88.0, 10.0, 24.0
_MOST_LABELS = 6
_CEILINGS = (0.01, 0.05, 0.25, 1.0)
"""Where the scale may end, so that small chances are not one line at its foot."""
_TICKS = 5
_APART = 12.0
"""Labels of lines are kept so far from each other."""


def chance_history(
    chances: Sequence[PastChance], *, headline: int, step: Step, id: str, title: str
) -> Markup:
    """Return lines of one probability over past runs, one per horizon, with the headline's 90 %.

    Empty for fewer than two runs: one point is no history.
    """
    moments = sorted({chance.as_of for chance in chances})
    if len(moments) < 2:
        return Markup("")
    horizons = sorted({chance.horizon_steps for chance in chances})
    by_horizon = {h: [c for c in chances if c.horizon_steps == h] for h in horizons}
    highest = max(c.upper if c.horizon_steps == headline else c.probability for c in chances)
    top = next(ceiling for ceiling in _CEILINGS if highest <= ceiling)
    parts = [
        *_axes(top),
        _band(by_horizon.get(headline, []), moments, top),
        *(_line(by_horizon[h], moments, place, top) for place, h in enumerate(horizons)),
        *_names(by_horizon, step, top),
        *_dates(moments),
    ]
    return picture(
        parts,
        id=id,
        size=(WIDTH, HEIGHT),
        title=title,
        description=_described(by_horizon, step),
        class_="history",
    )


def whisker(lower: float, middle: float, upper: float, *, reach: float, id: str) -> Markup:
    """Return an effect with its 90 % interval about zero; `reach` is the widest one shown."""
    half = 62.0

    def x(value: float) -> float:
        return 66.0 + half * max(-1.0, min(1.0, value / (reach or 1.0)))

    parts = [
        element("path", d=path([(66.0, 1.0), (66.0, 15.0)]), class_="zero"),
        element("path", d=path([(x(lower), 8.0), (x(upper), 8.0)]), class_="range"),
        element("circle", cx=x(middle), cy=8.0, r=3.4, class_="dot"),
    ]
    side = "holds zero" if lower <= 0.0 <= upper else "leaves out zero"
    return picture(
        parts,
        id=id,
        size=(132.0, 16.0),
        title="Effect about zero",
        description=f"The 90 % interval {side}.",
        class_="whisker",
    )


def _x(moment: datetime, moments: Sequence[datetime]) -> float:
    whole = (moments[-1] - moments[0]).total_seconds()
    share = (moment - moments[0]).total_seconds() / whole
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * share


def _y(probability: float, top: float) -> float:
    return _TOP + (HEIGHT - _TOP - _FOOT) * (1.0 - probability / top)


def _axes(top: float) -> list[Markup]:
    parts = []
    for place in range(_TICKS + 1):
        value = top * place / _TICKS
        y = _y(value, top)
        parts.append(element("path", d=path([(_LEFT, y), (WIDTH - _RIGHT, y)]), class_="axis"))
        parts.append(
            element("text", f"{100 * value:g}", x=_LEFT - 6, y=y + 3.5, class_="end muted")
        )
    return parts


def _band(chances: Sequence[PastChance], moments: Sequence[datetime], top: float) -> Markup:
    low = [(_x(c.as_of, moments), _y(c.lower, top)) for c in chances]
    high = [(_x(c.as_of, moments), _y(c.upper, top)) for c in chances]
    if len(low) < 2:
        return Markup("")
    return element("path", d=path([*low, *reversed(high)], closed=True), class_="span0")


def _line(
    chances: Sequence[PastChance], moments: Sequence[datetime], place: int, top: float
) -> Markup:
    points: list[Point] = [(_x(c.as_of, moments), _y(c.probability, top)) for c in chances]
    dots = (element("circle", cx=x, cy=y, r=2.2, class_="dot") for x, y in points)
    line = element("path", d=path(points), class_=f"line{place % 4}")
    return line + Markup("").join(dots)


def _names(by_horizon: dict[int, list[PastChance]], step: Step, top: float) -> list[Markup]:
    """Return a label at the end of every line, moved so that none lies on another."""
    ends = sorted((_y(found[-1].probability, top), h) for h, found in by_horizon.items() if found)
    placed, last = [], -_APART
    for y, horizon in ends:
        last = max(y, last + _APART)
        placed.append((last, horizon))
    over = max(0.0, last - (HEIGHT - _FOOT))
    return [
        element(
            "text",
            f"{span(h, step)}: {brief(by_horizon[h][-1].probability)}",
            x=WIDTH - _RIGHT + 8,
            y=y - over + 3.5,
        )
        for y, h in placed
    ]


def _dates(moments: Sequence[datetime]) -> list[Markup]:
    every = max(1, -(-len(moments) // _MOST_LABELS))
    chosen = list(moments[::-1][::every])
    parts, last = [], float("inf")
    for moment in chosen:
        x = _x(moment, moments)
        if last - x >= 46.0:
            said = short_day(moment)
            parts.append(element("text", said, x=x, y=HEIGHT - 8, class_="mid muted"))
            last = x
    return parts


def _described(by_horizon: dict[int, list[PastChance]], step: Step) -> str:
    said = []
    for horizon, found in by_horizon.items():
        first, last = found[0], found[-1]
        said.append(
            f"{span(horizon, step)}: {percent(first.probability)} on {day(first.as_of)}, "
            f"{percent(last.probability)} ({brief_bounds(last.lower, last.upper)}) "
            f"on {day(last.as_of)}."
        )
    return " ".join(said)
