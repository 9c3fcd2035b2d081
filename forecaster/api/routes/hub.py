"""Results as a Hubverse hub reads them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from forecaster.api import bodies, hub, issued, tables
from forecaster.api.access import Seen, Viewer
from forecaster.api.hub import OutputType
from forecaster.api.hub_tasks import tasks as tasks_of
from forecaster.api.issued import Issue
from forecaster.api.listing import as_json
from forecaster.api.parameters import Name, OneLadder
from forecaster.api.record import note_read
from forecaster.api.schemas.common import PROBLEMS
from forecaster.api.service import Surroundings
from forecaster.errors import RequestError
from forecaster.store.unit_of_work import UnitOfWork
from forecaster.store.views import RESULTS, Asked

router = APIRouter(prefix="/api/v1/hub", tags=["hub"], responses=PROBLEMS)

_MEDIA = {name: media for name, media in tables.MEDIA.items() if name in {"csv", "parquet"}}
_KINDS: tuple[OutputType, ...] = ("pmf", "cdf", "sample")
_ORDER = ("theatre", "domain", "horizon_steps", "kind", "rung")
_MOST = 50_000


@router.get(
    "/tasks.json",
    operation_id="hub_tasks",
    summary="The hub's tasks",
    response_model=dict[str, Any],
)
def tasks(request: Request, service: Surroundings, seen: Seen, ladder: OneLadder) -> Response:
    """Answer `tasks.json` of a hub that takes what `model-output` gives."""
    with service.reading() as work:
        origins = work.pointers.origins(ladder.id, hidden=seen.hidden("run"))
    return as_json(request, tasks_of(ladder, origins))


@router.get(
    "/model-output",
    operation_id="hub_model_output",
    summary="Model output of one run",
    response_class=Response,
    responses={200: {"content": {media: {} for media in _MEDIA.values()}}},
)
def model_output(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    seen: Seen,
    ladder: Name | None = None,
    run_id: Name | None = None,
    output_type: Annotated[list[OutputType] | None, Query()] = None,
    format: Literal["csv", "parquet"] | None = None,
) -> Response:
    """Answer the probability mass, cumulative distribution and samples of every task of a run."""
    form = bodies.preferred(request, format, _MEDIA)
    with service.reading() as work:
        if run_id is None:
            name = issued.the_ladder(service, seen, ladder)
            issue = issued.latest(request, principal, work, name)
        else:
            issue = issued.of_id(work, seen, run_id)
        rows = _rows(work, issue)
        run = issue.run
        kept = None if run is None else work.ladders.get(run.ladder, run.ladder_version)
    lines = [] if kept is None else hub.model_output(kept, rows, output_type or _KINDS)
    note_read(request, principal, "export", f"hub model output of {issue.ladder} as {form}")
    plain = tables.written(form, hub.COLUMNS, lines)
    return bodies.tagged(request, plain, _MEDIA[form], issue.headers(service))


def _rows(work: UnitOfWork, issue: Issue) -> tuple[Any, ...]:
    if issue.run is None:
        return ()
    where = {"run_id": issue.run.run_id, "kind": "at"}
    page = work.views.page(Asked(RESULTS, _ORDER, where=where, limit=_MOST))
    if page.next is not None:
        raise RequestError(f"run {issue.run.run_id} has more than {_MOST} rows: read /results")
    return page.rows
