"""One's own account: changing the password."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from forecaster import credentials
from forecaster.api.access import Viewer
from forecaster.api.forms import ViewerForm
from forecaster.api.pages.frame import page
from forecaster.api.record import note
from forecaster.api.service import Surroundings
from forecaster.domain.account import Principal
from forecaster.errors import AccessError

router = APIRouter(include_in_schema=False)


@router.get("/account")
def form(request: Request, principal: Viewer) -> Response:
    """Show who is logged in, and the form of the password."""
    return page(request, "account.html.j2", principal, {"failed": ""})


@router.post("/account")
def change(
    request: Request, service: Surroundings, principal: Viewer, fields: ViewerForm
) -> Response:
    """Change the password; every session of the account ends, this one too."""
    try:
        _change(request, service, principal, fields.get("password", ""), fields.get("new", ""))
    except AccessError as error:
        values = {"failed": str(error)}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(request, "account.html.j2", principal, values, status=status)
    return RedirectResponse("/login", HTTPStatus.SEE_OTHER)


def _change(
    request: Request, service: Surroundings, principal: Principal, present: str, new: str
) -> None:
    if principal.way != "session":
        raise AccessError("only who logged in by password has one to change: log in first")
    with service.reading() as work:
        kept = work.accounts.password_hash(principal.name)
    if not credentials.verify_password(present, kept):
        raise AccessError("the present password is another one: type it again")
    if credentials.same(present, new):
        raise AccessError("the new password is the present one: choose another")
    hashed = credentials.hash_password(new)
    with service.writing() as work:
        work.accounts.set_password(principal.name, hashed, one_time=False, at=service.clock())
        note(work, request, principal, "password changed", principal.name)
        work.commit()
