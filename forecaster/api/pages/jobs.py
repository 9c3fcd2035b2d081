"""Jobs: what is dead, what waits and runs, what ran, and asking for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from forecaster.api.access import Seen, Viewer
from forecaster.api.acts.jobs import ask_for, retry, sees_job
from forecaster.api.forms import AdminForm, AnalystForm
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import ladders_seen
from forecaster.api.problems import Refusal
from forecaster.api.service import Service, Surroundings
from forecaster.errors import NotFoundError, RequestError
from forecaster.store.ledger import JobRun
from forecaster.store.markings import Visibility

router = APIRouter(include_in_schema=False, prefix="/jobs")

_MOST = 100
_LOOKED_AT = 400
_FIRST = ("dead", "failed", "running", "queued")
"""The states that somebody may have to act on, before those that are over."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A job that may be asked for, with the subjects that it may be about."""

    value: str
    name: str


@router.get("")
def every(request: Request, service: Surroundings, seen: Seen) -> Response:
    """Show the job ledger, what needs somebody first, and the form to ask for a job."""
    return _page(request, service, seen, failed="", typed={})


@router.post("")
def ask(request: Request, service: Surroundings, seen: Seen, fields: AnalystForm) -> Response:
    """Queue a job for whichever scheduler looks first."""
    job, _, subject = fields.get("job", "").partition(" ")
    try:
        ask_for(request, seen.principal, job, subject, refit=fields.get("refit") == "yes")
    except (NotFoundError, RequestError, Refusal) as error:
        said = str(error.detail) if isinstance(error, Refusal) else str(error)
        return _page(request, service, seen, failed=said, typed=fields)
    return RedirectResponse("/jobs", HTTPStatus.SEE_OTHER)


@router.post("/retry")
def again(
    request: Request, service: Surroundings, seen: Seen, admin: Viewer, fields: AdminForm
) -> Response:
    """Queue a job run again that failed or is dead."""
    number = fields.get("number", "")
    try:
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            raise RequestError(f"a job run has a number, got {number[:40]!r}")
        retry(request, admin, int(number))
    except (NotFoundError, RequestError) as error:
        return _page(request, service, seen, failed=str(error), typed={})
    return RedirectResponse("/jobs", HTTPStatus.SEE_OTHER)


def _page(
    request: Request,
    service: Service,
    seen: Visibility,
    *,
    failed: str,
    typed: Mapping[str, str],
) -> Response:
    with service.reading() as work:
        ladders = ladders_seen(service, work, seen)
        runs = [run for run in work.ledger.list(limit=_LOOKED_AT) if sees_job(service, seen, run)]
        dead = [
            run
            for run in work.ledger.list(state="dead", limit=_MOST)
            if sees_job(service, seen, run)
        ]
    known = {run.id for run in runs}
    runs += [run for run in dead if run.id not in known]
    values = {
        "runs": sorted(runs, key=_place)[:_MOST],
        "choices": _choices(service, seen, tuple(ladders)),
        "failed": failed,
        "typed": typed,
    }
    marking = seen.marking(*(("ladder", id) for id in ladders))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return page(request, "jobs.html.j2", seen.principal, values, marking=marking, status=status)


def _choices(service: Service, seen: Visibility, ladders: tuple[str, ...]) -> list[Choice]:
    """Return every job with every subject that the person may ask for."""
    kept = service.ports.ladders()
    sources = {
        id: note.name
        for ladder in kept.values()
        for id, note in service.ports.sources(ladder).items()
        if ladder.id in ladders and seen.sees(("source", id))
    }
    found = []
    for job in service.ports.jobs():
        if job.per == "ladder":
            found += [
                Choice(f"{job.id} {id}", f"{job.id}, {ladder.name}")
                for id, ladder in kept.items()
                if id in ladders
            ]
        elif job.per == "source":
            found += [Choice(f"{job.id} {id}", f"{job.id}, {name}") for id, name in sources.items()]
        elif seen.principal.may("admin"):
            found.append(Choice(job.id, job.id))
    return found


def _place(run: JobRun) -> tuple[int, float, int]:
    place = _FIRST.index(run.state) if run.state in _FIRST else len(_FIRST)
    return place, -run.slot.timestamp(), -run.id
