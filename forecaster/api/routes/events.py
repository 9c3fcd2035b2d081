"""The stream of what happens: runs and jobs."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from forecaster.api.access import Viewer
from forecaster.api.events import Events
from forecaster.api.problems import Refusal
from forecaster.api.schemas.common import PROBLEMS

router = APIRouter(prefix="/api/v1", tags=["events"], responses=PROBLEMS)


@router.get(
    "/events",
    operation_id="events",
    summary="What happens, as it happens",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events until the end."}},
)
async def events(
    request: Request,
    principal: Viewer,
    last_event_id: Annotated[str, Header(max_length=100)] = "",
) -> StreamingResponse:
    """Stream `run.published`, `run.refused`, `run.superseded`, `run.withdrawn` and `job.…`.

    Send the id of the last one as `Last-Event-ID` to go on from there; `reset` says that too much
    was missed: read anew.
    """
    kept: Events = request.app.state.events
    if kept.full:
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            "as many listen as can: poll instead, or come back later",
            {"Retry-After": "60"},
        )
    return StreamingResponse(
        kept.listen(principal, last_event_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
