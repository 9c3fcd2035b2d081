"""Jobs: what can be asked for, what runs and ran, and asking for one."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Admin, Analyst, Seen
from forecaster.api.acts import jobs as acts
from forecaster.api.listing import as_json, page_of
from forecaster.api.parameters import Cursor, Limit, Name, Number
from forecaster.api.schemas.common import PROBLEMS
from forecaster.api.schemas.work import JobAsked, JobRunForm, JobRuns, Jobs
from forecaster.api.service import Service, Surroundings
from forecaster.errors import NotFoundError
from forecaster.store.ledger import JobRun
from forecaster.store.ledger_rows import JobState
from forecaster.store.markings import Visibility
from forecaster.store.unit_of_work import UnitOfWork
from forecaster.store.views import JOB_RUNS, Asked

router = APIRouter(prefix="/api/v1", tags=["jobs"], responses=PROBLEMS)


@router.get("/jobs", operation_id="jobs", summary="Jobs that can be asked for", response_model=Jobs)
def jobs(request: Request, service: Surroundings, _seen: Seen) -> Response:
    """Answer every job that can be asked for."""
    return as_json(request, {"items": [asdict(note) for note in service.ports.jobs()]})


@router.get("/jobs/runs", operation_id="job_runs", summary="Job runs", response_model=JobRuns)
def job_runs(
    request: Request,
    service: Surroundings,
    seen: Seen,
    job: Name | None = None,
    state: JobState | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 100,
) -> Response:
    """Answer job runs about what may be seen, the one entered last first."""
    asked = Asked(
        JOB_RUNS,
        ("id",),
        where={"job": job, "state": state},
        without={"subject": _hidden(service, seen), "run_id": seen.hidden("run")},
        newest_first=True,
        limit=limit,
    )
    with service.reading() as work:
        page, next = page_of(work, "job-runs", asked, cursor, (int,))
        runs = [work.ledger.get(row["id"]) for row in page.rows]
    items = [_fields(run) for run in runs if acts.sees_job(service, seen, run)]
    return as_json(request, {"items": items, "next": next})


@router.get(
    "/jobs/runs/{id}", operation_id="job_run", summary="One job run", response_model=JobRunForm
)
def job_run(request: Request, service: Surroundings, seen: Seen, id: Number) -> Response:
    """Answer how far a job run is, or how it ended."""
    with service.reading() as work:
        run = _get(work, id)
    if run is None or not acts.sees_job(service, seen, run):
        raise NotFoundError(f"no job run has the id {id}: list the job runs")
    return as_json(request, _fields(run))


@router.post(
    "/jobs/runs",
    operation_id="ask_for_job",
    summary="Ask for a job",
    response_model=JobRunForm,
    status_code=202,
)
def ask(request: Request, principal: Analyst, given: JobAsked) -> JobRunForm:
    """Queue a job; a scheduler runs it, and its job run says how far it is."""
    made = acts.ask_for(
        request,
        principal,
        given.job,
        given.subject,
        as_of=given.as_of,
        family=given.family,
        refit=given.refit,
    )
    return JobRunForm(**_fields(made))


@router.post(
    "/jobs/runs/{id}/retry",
    operation_id="retry_job",
    summary="Try a job run again",
    response_model=JobRunForm,
    status_code=202,
)
def retry(request: Request, principal: Admin, id: Number) -> JobRunForm:
    """Queue a job run again that failed or is dead."""
    return JobRunForm(**_fields(acts.retry(request, principal, id)))


def _get(work: UnitOfWork, id: int) -> JobRun | None:
    try:
        return work.ledger.get(id)
    except NotFoundError:
        return None


def _hidden(service: Service, seen: Visibility) -> frozenset[str]:
    """Return the subjects that must not be shown, by every name that the ledger may use."""
    ladders = seen.hidden("ladder")
    references = service.ports.references()
    named = {references[id] for id in ladders if id in references}
    return seen.hidden("source") | ladders | named


def _fields(run: JobRun) -> dict[str, Any]:
    return {name: getattr(run, name) for name in JobRunForm.model_fields}
