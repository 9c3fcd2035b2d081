"""Runs: what each was made of, how its sampler did, and what became of it."""

from fastapi import APIRouter, Query, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import (
    ladder_seen,
    ladders_seen,
    marking_of,
    of_run,
    report_on,
    run_seen,
)
from forecaster.api.service import Surroundings
from forecaster.domain.run import Run
from forecaster.store.markings import Visibility
from forecaster.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

_MOST = 500


@router.get("/runs")
def every(
    request: Request,
    service: Surroundings,
    seen: Seen,
    ladder: str = "",
    limit: int = Query(default=50, ge=1, le=_MOST),
) -> Response:
    """Show runs in every state, the one issued last first."""
    with service.reading() as work:
        ladders = ladders_seen(service, work, seen)
        runs = runs_seen(work, seen, ladder or None, limit=limit)
    values = {
        "runs": runs,
        "ladders": ladders,
        "of": ladder,
        "more": min(limit * 2, _MOST) if len(runs) == limit and limit < _MOST else None,
    }
    return page(request, "runs.html.j2", seen.principal, values, marking=marking_of(seen, *runs))


@router.get("/runs/{run_id}")
def one(request: Request, service: Surroundings, seen: Seen, run_id: str) -> Response:
    """Show one run: method, diagnostics, digests and what became of it."""
    with service.reading() as work:
        run = run_seen(work, seen, run_id)
        ladder = ladder_seen(service, work, seen, run.ladder)
        states = work.history.states(run_id)
        pointer = work.history.pointer(run.ladder)
    values = {
        "run": run,
        "report": report_on(request, seen, run),
        "states": states,
        "pointer": pointer if pointer is not None and pointer[0] == run_id else None,
        "ladder_name": ladder.name,
    }
    return page(request, "run.html.j2", seen.principal, values, marking=marking_of(seen, run))


def runs_seen(
    work: UnitOfWork, seen: Visibility, ladder: str | None, *, limit: int
) -> tuple[Run, ...]:
    """Return the runs that may be shown, the one issued last first."""
    found = work.runs.list(ladder, limit=_MOST)
    return tuple(run for run in found if seen.sees(*of_run(run)))[:limit]
