"""Administration of markings, and the audit log."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from forecaster.administration.markings import mark
from forecaster.api.access import Admin
from forecaster.api.forms import AdminForm
from forecaster.api.pages.frame import page
from forecaster.api.record import actor_of
from forecaster.api.service import Service, Surroundings
from forecaster.domain.account import MARKED_KINDS, MARKINGS, Principal
from forecaster.errors import AccessError

router = APIRouter(include_in_schema=False, prefix="/admin")

_AT_ONCE = 100


@router.get("/markings")
def markings(request: Request, service: Surroundings, admin: Admin) -> Response:
    """Show what is marked, how it came to be, and the form to mark something."""
    return _markings(request, service, admin, failed="", typed={})


@router.post("/markings")
def set_marking(
    request: Request, service: Surroundings, admin: Admin, fields: AdminForm
) -> Response:
    """Mark a ladder, a source or a run."""
    try:
        mark(
            service.engine,
            actor_of(request, admin),
            kind=fields.get("kind", ""),
            subject=fields.get("subject", ""),
            marking=fields.get("marking", ""),
            reason=fields.get("reason", ""),
        )
    except AccessError as error:
        return _markings(request, service, admin, failed=str(error), typed=fields)
    return RedirectResponse("/admin/markings", HTTPStatus.SEE_OTHER)


@router.get("/audit")
def audit(
    request: Request,
    service: Surroundings,
    admin: Admin,
    actor: str = "",
    before: int | None = Query(default=None, ge=1, lt=2**31),
) -> Response:
    """Show what everybody did or tried, the newest first."""
    with service.reading() as work:
        found = work.audit.list(actor=actor or None, before=before, limit=_AT_ONCE + 1)
    values = {
        "entries": [entry for _, entry in found[:_AT_ONCE]],
        "actor": actor,
        "older": found[_AT_ONCE - 1][0] if len(found) > _AT_ONCE else None,
    }
    return page(request, "audit.html.j2", admin, values)


def _markings(
    request: Request,
    service: Service,
    admin: Principal,
    *,
    failed: str,
    typed: Mapping[str, str],
) -> Response:
    with service.reading() as work:
        history = work.markings.history()
        sources = work.readings.sources()
        runs = [run.run_id for run in work.runs.list(limit=20)]
    values = {
        "history": history,
        "suggested": [*service.ports.ladders(), *sources, *runs],
        "kinds": MARKED_KINDS,
        "markings": MARKINGS,
        "failed": failed,
        "typed": typed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return page(request, "markings.html.j2", admin, values, status=status)
