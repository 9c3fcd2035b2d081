"""Who asks, and what everybody did."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Admin, Viewer
from forecaster.api.listing import as_json
from forecaster.api.parameters import Before, Limit, Name
from forecaster.api.schemas.common import PROBLEMS
from forecaster.api.schemas.work import Audit, Me
from forecaster.api.service import Surroundings

router = APIRouter(prefix="/api/v1", tags=["people"], responses=PROBLEMS)


@router.get("/me", operation_id="me", summary="Who asks", response_model=Me)
def me(request: Request, principal: Viewer) -> Response:
    """Answer who asks, what they may do, and what they may see."""
    return as_json(request, {name: getattr(principal, name) for name in Me.model_fields})


@router.get("/audit", operation_id="audit", summary="What everybody did", response_model=Audit)
def audit(
    request: Request,
    service: Surroundings,
    _principal: Admin,
    actor: Name | None = None,
    before: Before | None = None,
    limit: Limit = 100,
) -> Response:
    """Answer the audit log, the newest line first; only an administrator reads it."""
    with service.reading() as work:
        found = work.audit.list(actor=actor, before=before, limit=limit)
    return as_json(request, {"items": [{"id": id, **asdict(line)} for id, line in found]})
