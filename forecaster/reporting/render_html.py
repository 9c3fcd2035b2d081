"""The report as one self-contained page: no script, no remote asset, made to be printed."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from jinja2 import Environment
from markupsafe import Markup, escape

from forecaster.reporting import judged, palette, phrases, scorecard, words
from forecaster.reporting.charts import ladder_chart, sparkline
from forecaster.reporting.document import DailyReport, Row
from forecaster.reporting.environment import html_environment

_NARROW = "\N{NARROW NO-BREAK SPACE}"


def html(report: DailyReport) -> str:
    """Return the page. Every text of the ladder, of analysts and of sources is escaped."""
    page = _environment().get_template("daily.html.j2")
    return page.render(
        report=report,
        head=report.head,
        css=colours(),
        leading=_by_track(report.leading),
        rest=_by_track(report.rest),
        sparks={
            (row.theatre, row.domain): sparkline(row.spark, id=f"s{i}", name=row.theatre_name)
            for i, row in enumerate(report.rows)
        },
        scorecard=scorecard,
        judged=judged.groups(report.judged),
        charts=[
            (chart, ladder_chart(chart, report.horizons, step=report.step, id=f"c{i}"))
            for i, chart in enumerate(report.charts)
        ],
    )


def _by_track(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    return [(domain, list(found)) for domain, found in groupby(rows, key=lambda row: row.domain)]


def teach(environment: Environment) -> None:
    """Give an environment the words of the report, so that every page says things alike."""
    environment.filters |= {
        "day": phrases.day,
        "short_day": phrases.short_day,
        "moment": phrases.moment,
        "points": phrases.points,
        "percent": words.percent,
        "brief": words.brief,
        "capital": phrases.capital,
        "short": phrases.short,
        "signed": phrases.signed,
        "tight": tight,
    }
    environment.globals |= {"span": phrases.span, "brief_bounds": words.brief_bounds}


def tight(text: str) -> Markup:
    """Return the text escaped, with numbers that never part from their per cent sign."""
    return escape(text.replace(" %", f"{_NARROW}%"))


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """Return the colours and the style of the report, as a file for pages that look like it."""
    return str(colours()) + "\n" + _environment().get_template("_style.css.j2").render()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = html_environment()
    teach(environment)
    return environment


def colours() -> Markup:
    """Return the palette as custom properties of a page, light and dark."""
    light = _variables(palette.LIGHT, palette.CLIMB_LIGHT, palette.FALL_LIGHT)
    dark = _variables(palette.DARK, palette.CLIMB_DARK, palette.FALL_DARK)
    rules = Markup(":root{{color-scheme:light dark;{}}}\n").format(light)
    return rules + Markup("@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}").format(
        dark
    )


def _variables(base: dict[str, str], climb: palette.Ramp, fall: palette.Ramp) -> str:
    named = dict(base)
    for name, ramp in (("climb", climb), ("fall", fall)):
        for level, colour in enumerate(ramp):
            named[f"{name}{level}"] = colour
            named[f"{name}{level}-ink"] = palette.ink_on(colour)
    return "".join(f"--{name}:{colour};" for name, colour in named.items())
