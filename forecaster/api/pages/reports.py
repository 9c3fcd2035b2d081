"""Reports: the days that have one, and the report of a day, at an address with its own policy."""

from itertools import groupby

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import ladder_seen, ladders_seen, marking_of, report_on, run_seen
from forecaster.api.pages.runs import runs_seen
from forecaster.api.service import Surroundings

router = APIRouter(include_in_schema=False)

DOCUMENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""A printed document carries its style in itself, and runs and fetches nothing at all."""

_MOST = 400


@router.get("/reports")
def days(request: Request, service: Surroundings, seen: Seen) -> Response:
    """Show the days that have a report, by ladder, the newest first."""
    with service.reading() as work:
        ladders = ladders_seen(service, work, seen)
        runs = [
            run for run in runs_seen(work, seen, None, limit=_MOST) if run.state != "superseded"
        ]
    ordered = sorted(runs, key=lambda run: (run.as_of, run.issued_at), reverse=True)
    by_ladder = [
        (id, ladder.name, [run for run in ordered if run.ladder == id])
        for id, ladder in ladders.items()
    ]
    months = {
        id: [(month, list(found)) for month, found in groupby(of, key=lambda r: f"{r.as_of:%B %Y}")]
        for id, _, of in by_ladder
    }
    values = {"ladders": [(id, name, months[id]) for id, name, _ in by_ladder]}
    return page(request, "reports.html.j2", seen.principal, values, marking=marking_of(seen, *runs))


@router.get("/reports/{run_id}")
def one(request: Request, service: Surroundings, seen: Seen, run_id: str) -> Response:
    """Show the report of a run inside the pages."""
    with service.reading() as work:
        run = run_seen(work, seen, run_id)
        ladder = ladder_seen(service, work, seen, run.ladder)
    values = {"run": run, "name": ladder.name}
    return page(request, "report.html.j2", seen.principal, values, marking=marking_of(seen, run))


@router.get("/reports/{run_id}/page")
def document(request: Request, service: Surroundings, seen: Seen, run_id: str) -> Response:
    """Return the report itself, one page to read or print."""
    with service.reading() as work:
        run = run_seen(work, seen, run_id)
    text = service.ports.render(report_on(request, seen, run), "html")
    return HTMLResponse(text, headers={"Content-Security-Policy": DOCUMENT_POLICY})
