"""Administration of accounts and keys.

A password or key that was made is shown once, in the answer to the form that made it: it is kept
nowhere from where a later page could show it. Every other form ends with a redirect.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine

from forecaster.administration.accounts import (
    add_account,
    change_account,
    disable_account,
    reset_password,
)
from forecaster.administration.keys import MOST_DAYS, make_key, revoke_key
from forecaster.api.access import Admin
from forecaster.api.forms import AdminForm, Fields
from forecaster.api.pages.frame import page
from forecaster.api.record import actor_of
from forecaster.api.service import Service, Surroundings
from forecaster.credentials import Told
from forecaster.domain.account import MARKINGS, ROLES, Actor, Principal
from forecaster.errors import AccessError, NotFoundError

router = APIRouter(include_in_schema=False, prefix="/admin")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a form: what is told once, or why nothing was done; and what was typed."""

    told: Told | None = None
    failed: str = ""
    typed: Fields = field(default_factory=dict)


type _Show = Callable[[Request, Service, Principal, _Outcome], Response]


@dataclass(frozen=True, slots=True)
class _Form:
    """A form as an administrator sent it."""

    request: Request
    service: Surroundings
    admin: Admin
    fields: AdminForm

    @property
    def by(self) -> tuple[Engine, Actor]:
        """Where something is done, and by whom: as every act of administration begins."""
        return self.service.engine, actor_of(self.request, self.admin)

    def text(self, name: str) -> str:
        """Return what was typed in a field, empty if there is none."""
        return self.fields.get(name, "")

    def answered(self, act: Callable[[], object], show: _Show, address: str) -> Response:
        """Act; show the page at `address` with a secret or failure, else lead to it."""
        try:
            made = act()
        except (AccessError, NotFoundError) as error:
            return self._shown(show, _Outcome(failed=str(error), typed=self.fields))
        if isinstance(made, Told):
            return self._shown(show, _Outcome(told=made, typed=self.fields))
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)

    def _shown(self, show: _Show, outcome: _Outcome) -> Response:
        return show(self.request, self.service, self.admin, outcome)


Form = Annotated[_Form, Depends()]


@router.get("")
def accounts(request: Request, service: Surroundings, admin: Admin) -> Response:
    """Show every account, with what may be done to it."""
    return _accounts(request, service, admin, _Outcome())


@router.post("/accounts")
def add(form: Form) -> Response:
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
def change(form: Form) -> Response:
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
def disable(form: Form) -> Response:
    """Let an account log in no more."""
    return form.answered(
        lambda: disable_account(*form.by, form.text("account")), _accounts, "/admin"
    )


@router.post("/accounts/reset")
def reset(form: Form) -> Response:
    """Give an account a new one-time password and show it."""
    return form.answered(
        lambda: reset_password(*form.by, form.text("account")), _accounts, "/admin"
    )


@router.get("/keys")
def keys(request: Request, service: Surroundings, admin: Admin) -> Response:
    """Show every key by its first letters."""
    return _keys(request, service, admin, _Outcome())


@router.post("/keys")
def add_key(form: Form) -> Response:
    """Make a key and show it, this once."""

    def act() -> Told:
        return make_key(
            *form.by,
            owner=form.text("owner"),
            role=form.text("role"),
            clearance=form.text("clearance"),
            label=form.text("label"),
            days=_days(form.text("days")),
        )

    return form.answered(act, _keys, "/admin/keys")


@router.post("/keys/revoke")
def revoke(form: Form) -> Response:
    """Let a key open nothing any more."""
    return form.answered(lambda: revoke_key(*form.by, form.text("prefix")), _keys, "/admin/keys")


def _accounts(request: Request, service: Service, admin: Principal, outcome: _Outcome) -> Response:
    with service.reading() as work:
        found = work.accounts.list()
    return _shown(request, "accounts.html.j2", admin, outcome, accounts=found)


def _keys(request: Request, service: Service, admin: Principal, outcome: _Outcome) -> Response:
    with service.reading() as work:
        found, owners = work.accounts.keys(), work.accounts.list()
    names = [account.name for account in owners if account.disabled_at is None]
    now = service.clock()
    return _shown(request, "keys.html.j2", admin, outcome, keys=found, owners=names, now=now)


def _days(text: str) -> int | None:
    """Return how many days a form says, None where it is left empty."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > len(str(MOST_DAYS)):
        raise AccessError(
            f"a key lasts 1 to {MOST_DAYS} days, got {text[:20]!r}: leave it empty for no end"
        )
    return int(text)


def _shown(
    request: Request,
    template: str,
    admin: Principal,
    outcome: _Outcome,
    **values: Any,  # noqa: ANN401 — whatever the template names
) -> Response:
    common: dict[str, Any] = {
        "roles": ROLES,
        "markings": MARKINGS,
        "told": outcome.told,
        "failed": outcome.failed,
        "typed": outcome.typed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if outcome.failed else HTTPStatus.OK
    return page(request, template, admin, common | values, status=status)
