"""The report as Markdown: readable as it stands, and safe in any Markdown renderer."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from forecaster.reporting import judged, scorecard
from forecaster.reporting.document import DailyReport, Row
from forecaster.reporting.phrases import capital, day, moment, points, short, signed, span
from forecaster.reporting.values import Outlook

_SPECIAL = re.compile(r"([\\`*_\[\]|#~!])")


def markdown(report: DailyReport) -> str:
    """Return the report; every text from a file or a person is escaped."""
    blocks = (
        _front(report),
        _ladder(report),
        _changes(report),
        _judged(report),
        _indicators(report),
        _health(report),
        _method(report),
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


def plain(text: str) -> str:
    """Return `text` on one line with nothing in it that Markdown or HTML would act on."""
    safe = escape(" ".join(text.split()), quote=False)
    return _SPECIAL.sub(r"\\\1", safe)


def _front(report: DailyReport) -> str:
    head = report.head
    meta = f"As of {moment(head.as_of)}, made {moment(head.issued_at)}. Run {plain(head.run_id)}."
    notice = f"\n\n**{plain(head.notice)}**" if head.notice else ""
    return (
        f"# {plain(head.ladder_name)}: daily probability report\n\n{meta}{notice}\n\n"
        f"{_scorecard(report)}\n\n"
        f"## Bottom line\n\n{_listed(report.bottom_line)}\n\n"
        f"**{plain(report.confidence.sentence)}**"
    )


def _scorecard(report: DailyReport) -> str:
    found = report.scorecard
    said = f"## How past forecasts did\n\n{plain(' '.join(found.sentences))}"
    if not found.rows:
        return said
    body = [scorecard.cells(row, report.step) for row in found.rows]
    return f"{said}\n\n{_table(scorecard.HEADS, body)}\n\n{plain(scorecard.KEY)}"


def _ladder(report: DailyReport) -> str:
    if not report.rows:
        return "## Ladder table\n\nThere is no good run to show."
    headline = span(report.headline_steps, report.step)
    heads = [
        "Track",
        "Theatre",
        "Stands on rung",
        *(f"Climb in {span(steps, report.step)}" for steps in report.horizons),
        f"Fall in {headline}",
        f"Change of climb, {headline}",
        "Confidence",
    ]
    body = [_ladder_row(report, row) for row in report.rows]
    return f"## Ladder table\n\n{_table(heads, body)}\n\nWords: {plain(report.vocabulary)}."


def _ladder_row(report: DailyReport, row: Row) -> list[str]:
    climbs = {outlook.horizon_steps: outlook for outlook in row.climb}
    label = f" ({row.label})" if row.label else ""
    was = f" (was {row.was.order})" if row.was else ""
    return [
        row.domain,
        f"{short(row.theatre_name)}{label}",
        f"{row.rung.order} {row.rung.name}{was}",
        *(_chance(climbs.get(steps)) for steps in report.horizons),
        _chance(row.fall),
        change(climbs.get(report.headline_steps)),
        row.confidence,
    ]


def change(outlook: Outlook | None) -> str:
    """Return a change in points, `=` within the noise of simulation, `–` if not compared."""
    if outlook is None or outlook.change_state == "not compared":
        return "–"
    return "=" if outlook.change is None else points(outlook.change)


def _chance(outlook: Outlook | None) -> str:
    if outlook is None:
        return "–"
    return f"{outlook.number} {outlook.term}".strip() + f" ({outlook.interval})"


def _changes(report: DailyReport) -> str:
    lines = [f"{short(line.theatre_name)}: {line.sentence}" for line in report.changes.lines]
    parts = ["## What moved", plain(report.changes.summary), _listed(lines)]
    if report.changes.besides:
        parts += ["### What changed besides the readings", _listed(report.changes.besides)]
    return "\n\n".join(part for part in parts if part)


def _judged(report: DailyReport) -> str:
    if not report.judged:
        return ""
    reached = f"Reached in {span(max(report.horizons), report.step)}"
    heads = ["Rung", "Theatres", "Record", reached, "90 % interval", "Share of prior"]
    body = [
        [
            f"{group.rung.order} {group.rung.name}",
            ", ".join(group.theatres),
            group.record,
            f"{group.number} {group.term}".strip(),
            group.interval,
            group.prior_share,
        ]
        for group in judged.groups(report.judged)
    ]
    return f"## Judged rungs\n\n{_table(heads, body)}"


def _indicators(report: DailyReport) -> str:
    if not report.indicators:
        return ""
    heads = ["Indicator", "Value (standard deviations)", "Effect of one more", "Reading"]
    body = [
        [
            row.name,
            "–" if row.value is None else signed(row.value, 1),
            row.text or "–",
            row.state,
        ]
        for row in report.indicators
    ]
    return f"## Indicators\n\n{_table(heads, body)}"


def _health(report: DailyReport) -> str:
    heads = ["Source", "State", "Last observation", "Rows", "Rejected", "Grade"]
    body = [
        [
            row.name,
            f"{row.state}: {row.reason}" if row.reason else row.state,
            day(row.last_observed_at) if row.last_observed_at else "none",
            f"{row.rows_received:,} of {row.rows_expected:,}" if row.rows_expected else "–",
            f"{row.rows_rejected:,}",
            row.grade or "–",
        ]
        for row in report.sources
    ]
    refused = [f"{g.source}: {g.reason} ({g.rows:,} rows)" for g in report.rejects]
    tail = f"\n\n### Rows refused\n\n{_listed(refused)}" if refused else ""
    return f"## Data health\n\n{_table(heads, body)}{tail}"


def _method(report: DailyReport) -> str:
    inputs = [f"{i.name}: {i.finding} ({i.level})" for i in report.confidence.inputs]
    made = [f"{label}: {value}" for label, value in report.method]
    parts = ["## Method and digests", "### What confidence rests on", _listed(inputs)]
    parts += ["### How the numbers were made", _listed(made)]
    if report.credits:
        parts += ["### Data credits", _listed(report.credits)]
    return "\n\n".join(parts)


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {plain(capital(item))}" for item in items)


def _table(heads: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([plain(c) for c in row] for row in body)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
