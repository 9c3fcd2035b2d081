"""Whether what is served is fresh and complete, for whoever watches the service."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api import bodies
from forecaster.api.access import whoever
from forecaster.api.problems import Refusal
from forecaster.api.schemas.work import Health
from forecaster.api.service import Surroundings
from forecaster.api.standing import standing
from forecaster.domain.account import UNMARKED, Principal
from forecaster.health.freshness import LadderHealth
from forecaster.store.markings import Visibility

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

    Ladders that whoever asks may not see count, and are not listed; of a run that they may not
    see, nothing is told but how its ladder stands.
    """
    ladders = standing(service)
    ok = bool(ladders) and all(_is_well(one) for one in ladders)
    with service.reading() as work:
        seen = work.markings.visible_to(_asker(request))
    content = {
        "ok": ok,
        "at": service.clock(),
        "ladders": [_line(one, seen) for one in ladders if seen.sees(("ladder", one.ladder))],
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


def _is_well(found: LadderHealth) -> bool:
    return found.state == "fresh" and found.complete


def _line(found: LadderHealth, seen: Visibility) -> dict[str, Any]:
    shown = _sees(seen, found.run_id)
    told = shown and _sees(seen, found.refused) and not _is_well(found)
    return {
        "ladder": found.ladder,
        "run_id": (found.run_id or "") if shown else "",
        "state": found.state,
        "fresh_until": found.fresh_until if shown else None,
        "fresh": found.state == "fresh",
        "complete": found.complete,
        "reason": found.finding.detail if told else "",
    }


def _sees(seen: Visibility, run_id: str | None) -> bool:
    return run_id is None or seen.sees(("run", run_id))
