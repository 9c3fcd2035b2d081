"""The pages of one ladder: its table, and what changed since the last run."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import Shown, ladder_seen, marking_of, report_on, shown
from forecaster.api.service import Surroundings
from forecaster.domain.account import Marking
from forecaster.domain.ladder import Ladder
from forecaster.domain.run import Run
from forecaster.reporting.charts import sparkline
from forecaster.reporting.document import DailyReport, Row
from forecaster.store.markings import Visibility

router = APIRouter(include_in_schema=False, prefix="/ladders/{id}")


@router.get("")
def table(request: Request, service: Surroundings, seen: Seen, id: str) -> Response:
    """Show the ladder table: theatre by rung, the chances of a climb and a fall, the change."""
    return _of_report(request, service, seen, id, "ladder.html.j2")


@router.get("/changes")
def changes(request: Request, service: Surroundings, seen: Seen, id: str) -> Response:
    """Show what changed since the last published run, and below which size nothing is told."""
    return _of_report(request, service, seen, id, "changes.html.j2")


def _of_report(
    request: Request, service: Surroundings, seen: Visibility, id: str, template: str
) -> Response:
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        state = shown(work, seen, id)
    report = None if state.current is None else report_on(request, seen, state.current)
    values = of_ladder(request, seen, ladder, state, report)
    marking = ladder_marking(seen, ladder, state.current)
    return page(request, template, seen.principal, values, marking=marking, ladder=ladder)


def ladder_marking(seen: Visibility, ladder: Ladder, *runs: Run | None) -> Marking:
    """Return the marking of a ladder shown together with runs."""
    found = [run for run in runs if run is not None]
    return marking_of(seen, *found) if found else seen.marking(("ladder", ladder.id))


def of_ladder(
    request: Request,
    seen: Visibility,
    ladder: Ladder,
    state: Shown,
    report: DailyReport | None,
) -> Mapping[str, Any]:
    """Return what pages of a ladder's report are filled with."""
    return {
        "report": report,
        "run": state.current,
        "refused": refusal(request, seen, ladder, state),
        "tracks": [] if report is None else by_track(report.rows),
        "sparks": {} if report is None else sparks(report),
    }


def refusal(request: Request, seen: Visibility, ladder: Ladder, state: Shown) -> str:
    """Return the sentence about a newer run that was refused, empty if there is none."""
    if state.refused is None:
        return ""
    return report_on(request, seen, state.refused).head.notice


def by_track(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return rows by domain, in their order."""
    return [(domain, list(found)) for domain, found in groupby(rows, key=lambda row: row.domain)]


def sparks(report: DailyReport) -> Mapping[tuple[str, str], Any]:
    """Return the small course of every row's measure."""
    return {
        (row.theatre, row.domain): sparkline(row.spark, id=f"s{i}", name=row.theatre_name)
        for i, row in enumerate(report.rows)
    }
