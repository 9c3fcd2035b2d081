"""Whether what is served is fresh and complete, for whoever watches the service."""

from dataclasses import asdict
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from forecaster.api import bodies
from forecaster.api.access import whoever
from forecaster.api.problems import Refusal
from forecaster.api.schemas.work import Health
from forecaster.api.service import Surroundings
from forecaster.api.standing import standing
from forecaster.domain.account import UNMARKED, Principal

router = APIRouter(tags=["health"])

_NOBODY = Principal("nobody", "viewer", UNMARKED, "key")


@router.get(
    "/health",
    operation_id="health",
    summary="What is served is fresh and complete",
    response_model=Health,
    responses={503: {"model": Health, "description": "Something is stale, missing or away."}},
)
def health(request: Request, service: Surroundings) -> Response:
    """Answer 200 if every kept ladder is fresh and complete, 503 if not; nobody need log in.

    Ladders that whoever asks may not see count, and are not listed.
    """
    ladders = standing(service)
    ok = bool(ladders) and all(one.fresh and one.complete for one in ladders)
    with service.reading() as work:
        seen = work.markings.visible_to(_asker(request))
    content = {
        "ok": ok,
        "at": service.clock(),
        "ladders": [asdict(one) for one in ladders if seen.sees(("ladder", one.ladder))],
    }
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(bodies.dumped(content), status, media_type="application/json")


def _asker(request: Request) -> Principal:
    """Return who asks; somebody unknown, or with a key that opens nothing, sees what all may."""
    try:
        found = whoever(request)
    except Refusal:
        return _NOBODY
    return _NOBODY if found is None or found.one_time else found
