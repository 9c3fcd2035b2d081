"""Administration of accounts."""

from fastapi import APIRouter, Request, Response

from forecaster.administration.accounts import (
    add_account,
    change_account,
    disable_account,
    reset_password,
)
from forecaster.api.access import Admin
from forecaster.api.pages.administering import Outcome, Sent, shown
from forecaster.api.service import Service, Surroundings
from forecaster.credentials import Told
from forecaster.domain.account import Principal

router = APIRouter(include_in_schema=False, prefix="/admin")


@router.get("")
def accounts(request: Request, service: Surroundings, admin: Admin) -> Response:
    """Show every account, with what may be done to it."""
    return _accounts(request, service, admin, Outcome())


@router.post("/accounts")
def add(form: Sent) -> Response:
    """Make an account and show its one-time password."""

    def act() -> Told:
        return add_account(
            *form.by,
            name=form.text("name"),
            role=form.text("role"),
            clearance=form.text("clearance"),
        )

    return form.answered(act, _accounts, "/admin")


@router.post("/accounts/change")
def change(form: Sent) -> Response:
    """Give an account another role and clearance."""

    def act() -> None:
        change_account(
            *form.by,
            form.text("account"),
            role=form.text("role"),
            clearance=form.text("clearance"),
        )

    return form.answered(act, _accounts, "/admin")


@router.post("/accounts/disable")
def disable(form: Sent) -> Response:
    """Let an account log in no more."""
    return form.answered(
        lambda: disable_account(*form.by, form.text("account")), _accounts, "/admin"
    )


@router.post("/accounts/reset")
def reset(form: Sent) -> Response:
    """Give an account a new one-time password and show it."""
    return form.answered(
        lambda: reset_password(*form.by, form.text("account")), _accounts, "/admin"
    )


def _accounts(request: Request, service: Service, admin: Principal, outcome: Outcome) -> Response:
    with service.reading() as work:
        found = work.accounts.list()
    return shown(request, "accounts.html.j2", admin, outcome, accounts=found)
