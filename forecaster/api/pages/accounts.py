"""Administration of accounts and keys.

A password or key that was made is shown once, in the answer to the form that made it: it is kept
nowhere from where a later page could show it. Every other form ends with a redirect.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

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
from forecaster.domain.account import MARKINGS, ROLES, Principal
from forecaster.errors import AccessError, NotFoundError

router = APIRouter(include_in_schema=False, prefix="/admin")

_CHOICES = {"roles": ROLES, "markings": MARKINGS}


@router.get("")
def accounts(request: Request, service: Surroundings, admin: Admin) -> Response:
    """Show every account, with what may be done to it."""
    return _accounts(request, service, admin)


@router.post("/accounts")
def add(request: Request, service: Surroundings, admin: Admin, fields: AdminForm) -> Response:
    """Make an account and show its one-time password."""
    return _accounts(
        request,
        service,
        admin,
        typed=fields,
        act=lambda: add_account(
            service.engine,
            actor_of(request, admin),
            name=fields.get("name", ""),
            role=fields.get("role", ""),
            clearance=fields.get("clearance", ""),
        ),
    )


@router.post("/accounts/change")
def change(request: Request, service: Surroundings, admin: Admin, fields: AdminForm) -> Response:
    """Give an account another role and clearance."""

    def act() -> None:
        change_account(
            service.engine,
            actor_of(request, admin),
            fields.get("account", ""),
            role=fields.get("role", ""),
            clearance=fields.get("clearance", ""),
        )

    return _accounts(request, service, admin, typed=fields, act=act)


@router.post("/accounts/disable")
def disable(request: Request, service: Surroundings, admin: Admin, fields: AdminForm) -> Response:
    """Let an account log in no more."""

    def act() -> None:
        disable_account(service.engine, actor_of(request, admin), fields.get("account", ""))

    return _accounts(request, service, admin, typed=fields, act=act)


@router.post("/accounts/reset")
def reset(request: Request, service: Surroundings, admin: Admin, fields: AdminForm) -> Response:
    """Give an account a new one-time password and show it."""
    return _accounts(
        request,
        service,
        admin,
        typed=fields,
        act=lambda: reset_password(
            service.engine, actor_of(request, admin), fields.get("account", "")
        ),
    )


@router.get("/keys")
def keys(request: Request, service: Surroundings, admin: Admin) -> Response:
    """Show every key by its first letters."""
    return _keys(request, service, admin)


@router.post("/keys")
def add_key(request: Request, service: Surroundings, admin: Admin, fields: AdminForm) -> Response:
    """Make a key and show it, this once."""
    return _keys(
        request,
        service,
        admin,
        typed=fields,
        act=lambda: make_key(
            service.engine,
            actor_of(request, admin),
            owner=fields.get("owner", ""),
            role=fields.get("role", ""),
            clearance=fields.get("clearance", ""),
            label=fields.get("label", ""),
            days=_days(fields.get("days", "")),
        ),
    )


@router.post("/keys/revoke")
def revoke(request: Request, service: Surroundings, admin: Admin, fields: AdminForm) -> Response:
    """Let a key open nothing any more."""

    def act() -> None:
        revoke_key(service.engine, actor_of(request, admin), fields.get("prefix", ""))

    return _keys(request, service, admin, typed=fields, act=act)


type _Act = Callable[[], Told | None]


def _accounts(
    request: Request,
    service: Service,
    admin: Principal,
    *,
    typed: Fields | None = None,
    act: _Act | None = None,
) -> Response:
    told, failed = _done(act)
    if act is not None and told is None and not failed:
        return RedirectResponse("/admin", HTTPStatus.SEE_OTHER)
    with service.reading() as work:
        found = work.accounts.list()
    values = {"accounts": found, "told": told, "failed": failed, "typed": typed or {}, **_CHOICES}
    return _shown(request, "accounts.html.j2", admin, values)


def _keys(
    request: Request,
    service: Service,
    admin: Principal,
    *,
    typed: Fields | None = None,
    act: _Act | None = None,
) -> Response:
    told, failed = _done(act)
    if act is not None and told is None and not failed:
        return RedirectResponse("/admin/keys", HTTPStatus.SEE_OTHER)
    with service.reading() as work:
        found, owners = work.accounts.keys(), work.accounts.list()
    values = {
        "keys": found,
        "owners": [account.name for account in owners if account.disabled_at is None],
        "now": service.clock(),
        "told": told,
        "failed": failed,
        "typed": typed or {},
        **_CHOICES,
    }
    return _shown(request, "keys.html.j2", admin, values)


def _done(act: _Act | None) -> tuple[Told | None, str]:
    """Return what an act tells once, and why it failed, empty if it did not."""
    if act is None:
        return None, ""
    try:
        return act(), ""
    except (AccessError, NotFoundError) as error:
        return None, str(error)


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
    request: Request, template: str, admin: Principal, values: Mapping[str, Any]
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if values["failed"] else HTTPStatus.OK
    return page(request, template, admin, values, status=status)
