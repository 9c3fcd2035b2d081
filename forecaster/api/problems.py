"""Failures as RFC 9457 problem details: what failed, what was got, and what to do.

A person's browser gets the same sentence as a page. Nothing of a bug is told to whoever asked.
"""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from forecaster.errors import (
    AccessError,
    ForecasterError,
    LadderError,
    NotFoundError,
    PriorError,
    ReportError,
    RequestError,
    StoreError,
)

MEDIA_TYPE = "application/problem+json"

_STATUS: Mapping[type[ForecasterError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    RequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PriorError: HTTPStatus.UNPROCESSABLE_ENTITY,
    LadderError: HTTPStatus.UNPROCESSABLE_ENTITY,
    AccessError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReportError: HTTPStatus.CONFLICT,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
}

type FailurePage = Callable[[Request, int, str, str, Mapping[str, str] | None], Response]
"""Makes a page of a status, its title, the sentence, and what else the head of the answer says."""

log = logging.getLogger("forecaster.api")


class Refusal(HTTPException):
    """An answer that is a refusal, with the sentence that explains it."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status.value, detail, dict(headers or {}))


def problem(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a failure in the form that the asker reads: a page for people, JSON for programs."""
    title = HTTPStatus(status).phrase
    if _wants_page(request):
        made: FailurePage = request.app.state.failure_page
        return made(request, status, title, detail, headers)
    content = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(content, status, dict(headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI, *, failure_page: FailurePage) -> None:
    """Let `app` answer every failure as a problem, and as `failure_page` where people read it."""
    app.state.failure_page = failure_page

    @app.exception_handler(ForecasterError)
    async def _(request: Request, error: ForecasterError) -> Response:
        known = (status for kind, status in _STATUS.items() if isinstance(error, kind))
        status = next(known, HTTPStatus.INTERNAL_SERVER_ERROR)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("failed", extra={"path": request.url.path, "reason": str(error)})
        return problem(request, status, str(error))

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        return problem(request, error.status_code, str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, _sentence(error))

    @app.exception_handler(Exception)
    async def _(request: Request, error: Exception) -> Response:
        log.exception("a bug of ours", extra={"path": request.url.path})
        detail = "a bug of ours; it is in the log of the service, with its time and address"
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _sentence(error: RequestValidationError) -> str:
    """Return one sentence for all that is wrong with what was sent."""
    parts = []
    for found in error.errors():
        where = ".".join(str(part) for part in found["loc"][1:]) or str(found["loc"][0])
        got = found.get("input")
        said = f", got {str(got)[:80]!r}" if isinstance(got, str | int | float) else ""
        parts.append(f"{where}: {found['msg']}{said}")
    return "; ".join(parts[:10])


def _wants_page(request: Request) -> bool:
    path = request.url.path
    is_data = path.startswith(("/api/", "/health")) or path == "/metrics"
    return not is_data and "text/html" in request.headers.get("accept", "")
