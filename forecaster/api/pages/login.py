"""Logging in and out: a cookie that scripts cannot read and other sites cannot send."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from forecaster import credentials
from forecaster.api.access import COOKIE, address_of, whoever
from forecaster.api.bounds import LOOPBACK, Limits, host_name
from forecaster.api.forms import ViewerForm
from forecaster.api.pages.frame import page
from forecaster.api.problems import Refusal
from forecaster.api.record import note
from forecaster.api.service import Service, Surroundings
from forecaster.domain.account import AuditEntry

router = APIRouter(include_in_schema=False)


@router.get("/login")
def form(request: Request, next: str = "/") -> Response:
    """Show the form."""
    return page(request, "login.html.j2", None, {"next": _ours(next), "failed": ""})


@router.post("/login")
def log_in(
    request: Request,
    service: Surroundings,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1_000)],
    next: Annotated[str, Form(max_length=2_000)] = "/",
) -> Response:
    """Begin a session, or say that name and password do not fit, without saying which."""
    _require_same_site(request)
    limits: Limits = request.app.state.limits
    limits.count_login(address_of(request), name)
    with service.reading() as work:
        kept = work.accounts.password_hash(name)
    fits = credentials.verify_password(password, kept)
    token = _begin(request, service, name, kept) if fits and kept is not None else None
    if token is None:
        _note(request, service, name, "login refused")
        values = {"next": _ours(next), "failed": "Name and password do not fit."}
        return page(request, "login.html.j2", None, values, status=HTTPStatus.UNAUTHORIZED)
    answer = RedirectResponse(_ours(next), HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(service.settings.session_hours * 3600),
        path="/",
        secure=_only_encrypted(request),
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/logout")
def log_out(request: Request, service: Surroundings, _fields: ViewerForm) -> Response:
    """End the session and forget its cookie."""
    principal = whoever(request)
    with service.writing() as work:
        work.accounts.end_session(
            credentials.digest_of(request.cookies.get(COOKIE, "")), service.clock()
        )
        if principal is not None:
            note(work, request, principal, "logout", principal.name)
        work.commit()
    answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _begin(request: Request, service: Service, name: str, verified: str) -> str | None:
    """Return the token of a new session, None if the hash that was verified holds no more."""
    token, now = credentials.new_token(), service.clock()
    with service.writing() as work:
        # Verifying takes long enough for the password to be changed meanwhile.
        if not work.accounts.still_opens(name, verified):
            return None
        work.accounts.begin_session(
            name,
            digest=credentials.digest_of(token),
            form_token=credentials.new_token(),
            at=now,
            until=now + timedelta(hours=service.settings.session_hours),
        )
        work.audit.add(_entry(request, service, name, "login"))
        work.commit()
    return token


def _only_encrypted(request: Request) -> bool:
    """Return whether the cookie may travel by encrypted connections alone: but on this machine."""
    on_this_machine = host_name(request.headers.get("host", "")) in LOOPBACK
    return request.url.scheme == "https" or not on_this_machine


def _require_same_site(request: Request) -> None:
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Refusal(HTTPStatus.FORBIDDEN, "another site sent this: log in on a page of ours")


def _ours(next: str) -> str:
    """Return where to go after the login: an address of this service, or its first page."""
    parts = urlsplit(next)
    plain = next.startswith("/") and not next.startswith(("//", "/\\"))
    return next if plain and not parts.netloc and "\\" not in next else "/"


def _note(request: Request, service: Service, name: str, action: str) -> None:
    with service.writing() as work:
        work.audit.add(_entry(request, service, name, action))
        work.commit()


def _entry(request: Request, service: Service, name: str, action: str) -> AuditEntry:
    return AuditEntry(service.clock(), name, "session", action, name, "", address_of(request))
