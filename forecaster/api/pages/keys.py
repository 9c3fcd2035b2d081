"""Administration of API keys."""

from fastapi import APIRouter, Request, Response

from forecaster.administration.keys import MOST_DAYS, make_key, revoke_key
from forecaster.api.access import Admin
from forecaster.api.pages.administering import Outcome, Sent, shown
from forecaster.api.service import Service, Surroundings
from forecaster.credentials import Told
from forecaster.domain.account import Principal
from forecaster.errors import AccessError

router = APIRouter(include_in_schema=False, prefix="/admin")


@router.get("/keys")
def keys(request: Request, service: Surroundings, admin: Admin) -> Response:
    """Show every key by its first letters."""
    return _keys(request, service, admin, Outcome())


@router.post("/keys")
def add_key(form: Sent) -> Response:
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
def revoke(form: Sent) -> Response:
    """Let a key open nothing any more."""
    return form.answered(lambda: revoke_key(*form.by, form.text("prefix")), _keys, "/admin/keys")


def _keys(request: Request, service: Service, admin: Principal, outcome: Outcome) -> Response:
    with service.reading() as work:
        found, owners = work.accounts.keys(), work.accounts.list()
    names = [account.name for account in owners if account.disabled_at is None]
    now = service.clock()
    return shown(request, "keys.html.j2", admin, outcome, keys=found, owners=names, now=now)


def _days(text: str) -> int | None:
    """Return how many days a form says, None where it is left empty."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > len(str(MOST_DAYS)):
        raise AccessError(
            f"a key lasts 1 to {MOST_DAYS} days, got {text[:20]!r}: leave it empty for no end"
        )
    return int(text)
