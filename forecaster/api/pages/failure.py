"""A failure as a page: the same sentence that programs get, and a way on."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from forecaster.api.pages.frame import page


def failure_page(
    request: Request, status: int, title: str, detail: str, headers: Mapping[str, str] | None
) -> Response:
    """Return the page, or the way to the login for somebody unknown who only wants to read."""
    if status == HTTPStatus.UNAUTHORIZED and request.method in {"GET", "HEAD"}:
        query = f"?next={request.url.path}" if request.url.path != "/" else ""
        return RedirectResponse(f"/login{query}", HTTPStatus.SEE_OTHER)
    values = {"title": title, "status": status, "detail": detail}
    return page(request, "failure.html.j2", None, values, status=status, headers=headers)
