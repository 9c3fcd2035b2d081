"""Sparklines and ladder charts as SVG, small enough to read at the width of a telephone.

A ladder chart is one picture of one theatre: every rung is a band of equal height, the measure's
past and its fan ahead run through the bands, and beside each band stands the probability of being
there at each horizon. Nothing but text and shapes; colours come from the page's own style.
"""

from collections.abc import Sequence

from markupsafe import Markup

from forecaster.reporting.course import Plane, course
from forecaster.reporting.document import Chart
from forecaster.reporting.svg import element, group, path, picture
from forecaster.reporting.words import brief, percent, shown

WIDTH = 400.0
BAND = 25.0
TOP = 20.0
FOOT = 20.0
NAMES = 112.0
MASS = 39.0
"""Width of one column of probabilities."""
TICKS = 17.0
"""Gutter for the thresholds, between the names and the measure."""
GAP = 8.0
LETTERS = 19
"""How many letters of a rung's name fit on one line."""
LETTERS_JUDGED = 46
_SHORT = {"week": "wk", "month": "mo"}


def sparkline(values: Sequence[float], *, id: str, name: str) -> Markup:
    """Return the measure's recent course as a line with its last point marked."""
    if len(values) < 2:
        return Markup("")
    low, high = min(values), max(values)
    reach = (high - low) or 1.0
    points = [
        (2 + 84 * i / (len(values) - 1), 20 - 16 * (value - low) / reach)
        for i, value in enumerate(values)
    ]
    parts = [
        element("path", d=path(points), class_="spark-line"),
        element("circle", cx=points[-1][0], cy=points[-1][1], r=2.4, class_="spark-end"),
    ]
    said = f"{len(values)} steps between {low:.1f} and {high:.1f}, now {values[-1]:.1f}"
    title = f"Course of the measure in {name}"
    return picture(parts, id=id, size=(90, 24), title=title, description=said, class_="spark")


def ladder_chart(chart: Chart, horizons: Sequence[int], *, step: str, id: str) -> Markup:
    """Return the ladder chart of one theatre, its top rung on top."""
    rows = len(chart.bands)
    tops = tuple(TOP + BAND * (rows - 1 - row) for row in range(rows))
    bottom = TOP + BAND * rows
    measured = any(not band.judged for band in chart.bands)
    right = WIDTH - len(horizons) * MASS - GAP
    plane = Plane(NAMES + TICKS, right, bottom + 13, tops, BAND)
    parts = [
        *(_band(chart, i, tops[i]) for i in range(rows)),
        *(_ticks(chart, tops) if measured else ()),
        *(course(chart, plane) if measured else ()),
        *_masses(chart, horizons, step, tops),
    ]
    return picture(
        parts,
        id=id,
        size=(WIDTH, bottom + FOOT),
        title=f"{chart.theatre_name}, {chart.domain}",
        description=_description(chart, horizons, step),
        class_="ladder",
    )


def _band(chart: Chart, row: int, y: float) -> Markup:
    rung = chart.bands[row].rung
    # The measure never runs through a judged band, so its name may use the whole width.
    letters = LETTERS_JUDGED if chart.bands[row].judged else LETTERS
    kind = "present" if rung.order == chart.present else f"band{row % 2}"
    lines = wrapped(rung.name, letters)
    first = y + (16.5 if len(lines) == 1 else 11.0)
    return group(
        [
            element("rect", x=0.0, y=y, width=WIDTH, height=BAND, class_=kind),
            element("text", str(rung.order), x=5.0, y=first, class_="order"),
            *(
                element("text", line, x=17.0, y=first + 10.5 * i, class_="name")
                for i, line in enumerate(lines)
            ),
        ]
    )


def wrapped(name: str, letters: int) -> list[str]:
    """Return the name on at most two lines, cut with an ellipsis if it still does not fit."""
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= letters or not lines[-1] or len(lines) == 2:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line if len(line) <= letters else f"{line[: letters - 1].rstrip()}…" for line in lines]


def _ticks(chart: Chart, tops: Sequence[float]) -> list[Markup]:
    return [
        element("text", f"{band.low:g}", x=NAMES + TICKS - 4, y=top + BAND + 3, class_="tick")
        for band, top in zip(chart.bands, tops, strict=True)
        if band.low
    ]


def _masses(
    chart: Chart, horizons: Sequence[int], step: str, tops: Sequence[float]
) -> list[Markup]:
    parts = []
    for column, steps in enumerate(horizons):
        right = WIDTH - MASS * (len(horizons) - 1 - column) - 5
        head = f"{steps} {_SHORT.get(step, step)}"
        parts.append(element("text", head, x=right, y=TOP - 6, class_="head"))
        for band, top in zip(chart.bands, tops, strict=True):
            parts.append(_mass(band.masses[column], right, top))
    middle = WIDTH - MASS * len(horizons) / 2
    foot = tops[0] + BAND + 13
    return [*parts, element("text", "chance of each rung, %", x=middle, y=foot, class_="foot")]


def _mass(probability: float, right: float, top: float) -> Markup:
    width = MASS - 9
    kind = "mass-number" if shown(probability) >= 1 else "mass-number faint"
    return group(
        [
            element("text", brief(probability), x=right, y=top + 13, class_=kind),
            element("rect", x=right - width, y=top + 17, width=width, height=4, class_="track"),
            element(
                "rect",
                x=right - width,
                y=top + 17,
                width=width * probability,
                height=4,
                class_="mass",
            ),
        ]
    )


def _description(chart: Chart, horizons: Sequence[int], step: str) -> str:
    longest = len(horizons) - 1
    said = [
        f"rung {band.rung.order} {band.rung.name} {percent(band.masses[longest])}"
        for band in chart.bands
    ]
    return (
        f"Present rung {chart.present}. {chart.caption} Chance of each rung "
        f"in {horizons[longest]} {step}s: {', '.join(said)}."
    )
