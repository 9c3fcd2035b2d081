"""The report for a terminal: bottom line, ladder table, what moved, what is missing."""

from collections.abc import Iterable
from io import StringIO
from typing import Literal

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from forecaster.reporting import scorecard
from forecaster.reporting.document import DailyReport, Row
from forecaster.reporting.phrases import capital, day, moment, short, span
from forecaster.reporting.render_markdown import change
from forecaster.reporting.values import Outlook
from forecaster.reporting.words import brief

NUMBERS = 73
"""Letters that the columns of numbers take; the names share the rest of the width."""
_CLIMB = ("", "", "", "yellow", "yellow", "bold yellow", "bold red", "bold red", "bold red")
_FALL = ("", "", "", "cyan", "cyan", "bold cyan", "bold blue", "bold blue", "bold blue")


def text(report: DailyReport, *, width: int = 112, colour: bool = False) -> str:
    """Return the report as lines of at most `width` characters; colour only when asked.

    The answer does not depend on the terminal or the environment it is made in.
    """
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    for part in _parts(report, width):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _parts(report: DailyReport, width: int) -> Iterable[Text | Table | Rule]:
    head = report.head
    yield Text(_clean(f"{head.ladder_name}, as of {moment(head.as_of)}"), style="bold")
    if head.notice:
        yield Text(_clean(head.notice), style="bold red")
    yield Text("")
    yield from _scorecard(report)
    for sentence in report.bottom_line:
        yield Text(_clean(f"• {sentence}"))
    yield Text("")
    yield Text(_clean(report.confidence.sentence), style="bold")
    yield Text("")
    if report.rows:
        yield _table(report, names=max(width - NUMBERS, 24))
        if report.rest:
            yield Text(f"… and {len(report.rest):,} more, on lower rungs or less likely to climb.")
        yield Text(
            f"Per cent. Up: touches the next rung; down: touches a lower one. Words: "
            f"{report.vocabulary}. Change: points in the chance of a climb in "
            f"{span(report.headline_steps, report.step)}; = is within the noise of simulation."
        )
    yield from _health(report)


def _scorecard(report: DailyReport) -> Iterable[Text | Table]:
    yield Text(_clean(" ".join(report.scorecard.sentences)))
    if report.scorecard.rows:
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
        for place, head in enumerate(scorecard.HEADS):
            table.add_column(head, justify="right" if place in scorecard.COUNTS else "left")
        for row in report.scorecard.rows:
            table.add_row(*(Text(_clean(c)) for c in scorecard.cells(row, report.step)))
        yield table
    yield Text("")


def _table(report: DailyReport, *, names: int) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    short = report.step[0]
    table.add_column("Theatre", no_wrap=True)
    table.add_column("Stands on rung", no_wrap=True)
    for steps in report.horizons:
        worded = steps == report.headline_steps
        justify: Literal["left", "right"] = "left" if worded else "right"
        table.add_column(f"Up {steps}{short}", min_width=5, justify=justify)
    table.add_column(f"Down {report.headline_steps}{short}")
    table.add_column("Change", justify="right", min_width=4)
    domain = ""
    for row in report.leading:
        if row.domain != domain:
            domain = row.domain
            table.add_row(Text(_clean(domain.upper()), style="dim"))
        table.add_row(*_cells(report, row, names))
    return table


def _cells(report: DailyReport, row: Row, names: int) -> list[Text]:
    climbs = {outlook.horizon_steps: outlook for outlook in row.climb}
    mark = "*" if row.prior_driven else ""
    # A panel's theatres are told apart by their names alone, which are long.
    theatre = names * 2 // 3 if report.rest else names * 9 // 20
    return [
        Text(_fit(short(row.theatre_name), theatre - len(mark)) + mark),
        Text(_fit(f"{row.rung.order}{_moved(row)} {row.rung.name}", names - theatre)),
        *(_chance(climbs.get(h), _CLIMB, word=h == report.headline_steps) for h in report.horizons),
        _chance(row.fall, _FALL, word=True),
        Text(change(climbs.get(report.headline_steps))),
    ]


def _moved(row: Row) -> str:
    if row.was is None:
        return ""
    return "▲" if row.rung.order > row.was.order else "▼"


def _chance(outlook: Outlook | None, styles: tuple[str, ...], *, word: bool) -> Text:
    if outlook is None:
        return Text("   –" if word else "–")
    number = brief(outlook.probability)
    said = f"{number:>4} {outlook.term}" if word else number
    return Text(said.rstrip(), style=styles[outlook.level])


def _fit(value: str, letters: int) -> str:
    value = _clean(value)
    return value if len(value) <= letters else f"{value[: letters - 1].rstrip()}…"


def _health(report: DailyReport) -> Iterable[Text]:
    if any(row.prior_driven for row in report.rows):
        yield Text("* prior-driven: rests on priors, not on readings.")
    late = [row for row in report.sources if row.state not in ("fresh", "unchanged")]
    if late:
        yield Text("")
    for row in late:
        last = row.last_observed_at
        seen = f"last observation {day(last)}" if last else "no observation"
        said = f"{row.name}: {row.state}, {seen}. {capital(row.reason)}"
        yield Text(f"{_clean(said).rstrip('. ')}.", style="red")


def _clean(value: str) -> str:
    """Return `value` without anything that a terminal would act on."""
    return "".join(c if c.isprintable() else " " for c in value)
