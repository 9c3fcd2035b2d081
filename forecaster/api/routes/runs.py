"""Runs: the list of all, the latest of a ladder, and one by its id."""

import math
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api import issued, tables
from forecaster.api.access import Seen, Viewer
from forecaster.api.listing import Listed, answered, as_json, page_of
from forecaster.api.parameters import Cursor, Format, InPath, Limit, Name
from forecaster.api.schemas.common import FORMS, PROBLEMS
from forecaster.api.schemas.runs import LatestRun, RunDetail, Runs
from forecaster.api.service import Service, Surroundings
from forecaster.domain.run import RunState
from forecaster.store.markings import Visibility
from forecaster.store.views import RUN_LOG, Asked

router = APIRouter(prefix="/api/v1", tags=["runs"], responses=PROBLEMS)

_ORDER = ("issued_at", "run_id")
_COLUMNS = {**tables.columns_of(RUN_LOG), "fresh_until": "time", "marking": "text"}


@router.get(
    "/runs",
    operation_id="runs",
    summary="Runs of every state",
    response_model=Runs,
    responses=FORMS,
)
def runs(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    seen: Seen,
    ladder: Name | None = None,
    state: RunState | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 100,
    format: Format = None,
) -> Response:
    """Answer runs, the one issued last first; refused ones say why."""
    asked = Asked(
        RUN_LOG,
        _ORDER,
        where={"ladder": ladder, "state": state},
        without={"ladder": seen.hidden("ladder"), "run_id": seen.hidden("run")},
        newest_first=True,
        limit=limit,
    )
    with service.reading() as work:
        page, next = page_of(work, "run-list", asked, cursor, (datetime, str))
    rows = [_line(service, seen, dict(row)) for row in page.rows]
    return answered(request, principal, Listed("runs", _COLUMNS, rows, next), format)


@router.get(
    "/runs/latest",
    operation_id="latest_run",
    summary="The run that readers of a ladder see",
    response_model=LatestRun,
)
def latest(
    request: Request, service: Surroundings, seen: Seen, ladder: Name | None = None
) -> Response:
    """Answer which run is served of a ladder now, and whether a newer one was refused."""
    with service.reading() as work:
        name = issued.the_ladder(service, seen, ladder)
        issue = issued.latest(request, seen.principal, work, name)
        rows = 0 if issue.run is None else work.pointers.rows(issue.run.run_id)
    return as_json(request, issue.content(service) | {"rows": rows})


@router.get("/runs/{run_id}", operation_id="run", summary="One run", response_model=RunDetail)
def run(request: Request, service: Surroundings, seen: Seen, run_id: InPath) -> Response:
    """Answer what a run was made of, and how it went."""
    with service.reading() as work:
        issue = issued.of_id(work, seen, run_id)
        found = work.runs.get(run_id)
        rows = work.pointers.rows(run_id)
    made = ("family", "family_version", "prior_set", "data_digest", "code_version", "seed")
    content = issue.content(service) | {name: getattr(found, name) for name in made}
    return as_json(
        request,
        content
        | {
            "wall_seconds": found.wall_seconds,
            "state_reason": found.state_reason,
            "diagnostics": {n: _finite(v) for n, v in asdict(found.diagnostics).items()},
            "rows": rows,
        },
    )


def _line(service: Service, seen: Visibility, row: dict[str, Any]) -> dict[str, Any]:
    marking = seen.marking(("ladder", row["ladder"]), ("run", row["run_id"]))
    return row | {"fresh_until": service.fresh_until(row["as_of"]), "marking": marking}


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
