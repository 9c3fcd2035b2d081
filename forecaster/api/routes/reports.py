"""The daily report of a day, in the form that is asked for."""

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Request, Response

from forecaster.api import bodies, issued
from forecaster.api.access import Seen
from forecaster.api.acts.scope import visible_ladder
from forecaster.api.issued import Issue
from forecaster.api.parameters import DayInPath, Name, day_of
from forecaster.api.record import note_read
from forecaster.api.schemas.common import PROBLEMS
from forecaster.api.service import Service, Surroundings
from forecaster.clock import end_of_day
from forecaster.errors import NotFoundError
from forecaster.reporting.discretion import discreet
from forecaster.store.markings import Visibility

router = APIRouter(prefix="/api/v1", tags=["reports"], responses=PROBLEMS)

type ReportForm = Literal["html", "md", "text", "json"]

_MEDIA = {
    "json": "application/json",
    "html": "text/html",
    "md": "text/markdown",
    "text": "text/plain",
}


@router.get(
    "/reports/{date}",
    operation_id="report",
    summary="The report of a day",
    response_class=Response,
    responses={200: {"content": {media: {} for media in _MEDIA.values()}}},
)
def report(
    request: Request,
    service: Surroundings,
    seen: Seen,
    date: DayInPath,
    ladder: Name | None = None,
    format: ReportForm | None = None,
) -> Response:
    """Answer the report on the last published run whose `as_of` lies in that day.

    What tells of a source that may not be seen is left out, and the bottom line says so. It
    compares with no run that may not be seen.
    """
    form = bodies.preferred(request, format, _MEDIA)
    issue = _issue(service, seen, ladder, date)
    if issue.run is None:
        raise NotFoundError(f"ladder {issue.ladder} has no report of {date}: list its runs")
    made = service.ports.report(issue.run.run_id, seen.hidden("run"))
    shown = discreet(made, seen.hidden("source"))
    text = service.ports.render(shown, form)
    note_read(request, seen.principal, "export", f"report {issue.run.run_id} as {form}")
    return bodies.tagged(request, text.encode(), _MEDIA[form], issue.headers(service))


def _issue(service: Service, seen: Visibility, ladder: str | None, date: str) -> Issue:
    found = visible_ladder(service, seen, issued.the_ladder(service, seen, ladder))
    day = end_of_day(day_of(date, what="the date"))
    with service.reading() as work:
        issue = issued.of_day(work, seen, found.id, day)
    if issue.run is None or issue.run.as_of <= day - timedelta(days=1):
        raise NotFoundError(f"ladder {found.id} has no report of {date}: list its runs")
    return issue
