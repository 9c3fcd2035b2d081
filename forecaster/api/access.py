"""Who is asking, and may they: every route names the role that it needs and gets a `Principal`.

A browser sends its cookie with whatever page makes it ask, so a write by cookie, or where nobody
logs in, must carry the token of its form (field `form_token` or header `X-Form-Token`) and come
from a page of ours. A key is sent on purpose, so it needs neither.
"""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from time import monotonic
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from forecaster import credentials
from forecaster.api.bounds import SAFE, Limits
from forecaster.api.problems import Refusal
from forecaster.api.service import Service, service_of
from forecaster.domain.account import Principal, Role
from forecaster.store.markings import Visibility

COOKIE = "forecaster_session"
TOKEN_FIELD = "form_token"  # noqa: S105 — the name of a field
TOKEN_HEADER = "x-form-token"  # noqa: S105 — the name of a header
LOCAL_NAME = "local"
_KEY_SECONDS = 5.0
_MOST_KEYS = 1_000


class Keyring:
    """Keys that were looked up a moment ago, so that a poller does not read the database twice.

    A key that is revoked opens nothing after `_KEY_SECONDS` at the latest.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Principal]] = {}

    def principal(self, service: Service, key: str) -> Principal | None:
        """Return whom a key stands for, None if it opens nothing."""
        digest = credentials.digest_of(key)
        seen = self._known.get(digest)
        if seen is not None and monotonic() - seen[0] < _KEY_SECONDS:
            return seen[1]
        with service.reading() as work:
            found = work.accounts.by_key(credentials.prefix_of(key), service.clock())
        if found is None or not credentials.same(found[0], digest):
            self._known.pop(digest, None)
            return None
        if len(self._known) >= _MOST_KEYS:
            self._known.clear()
        self._known[digest] = (monotonic(), found[1])
        return found[1]


def whoever(request: Request) -> Principal | None:
    """Return who is asking, None for somebody unknown.

    Raises:
        Refusal: a key was sent that opens nothing.
    """
    service = service_of(request.app)
    header = request.headers.get("authorization", "")
    if header:
        return _by_header(request, service, header)
    token = request.cookies.get(COOKIE, "")
    if token:
        with service.reading() as work:
            found = work.accounts.by_session(credentials.digest_of(token), service.clock())
        if found is not None:
            return found
    if service.open_use:
        return Principal(LOCAL_NAME, "admin", "TLP:RED", "local", token=service.local_token)
    return None


def _by_header(request: Request, service: Service, header: str) -> Principal:
    scheme, _, key = header.partition(" ")
    keyring: Keyring = request.app.state.keyring
    if scheme.lower() == "bearer" and credentials.prefix_of(key):
        found = keyring.principal(service, key)
        if found is not None:
            return found
        limits: Limits = request.app.state.limits
        limits.count_login(address_of(request))
    raise Refusal(
        HTTPStatus.UNAUTHORIZED,
        "this API key opens nothing: it is unknown, revoked or past its end",
        {"WWW-Authenticate": "Bearer"},
    )


def address_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else "unknown"


@cache
def needs(role: Role) -> Callable[[Request], Principal]:
    """Return a dependency that answers who is asking, if they hold `role`.

    The same role gives the same one, so that a request which asks twice is looked at once.
    It counts the request, refuses a write that another site may have sent, and lets nobody with
    a one-time password do anything but change it.
    """

    def principal(request: Request) -> Principal:
        found = whoever(request)
        limits: Limits = request.app.state.limits
        limits.count(found.name if found else address_of(request), request.method)
        if found is None:
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "log in, or send an API key as `Authorization: Bearer …`",
                {"WWW-Authenticate": "Bearer"},
            )
        if found.one_time and request.url.path != "/account":
            raise Refusal(HTTPStatus.FORBIDDEN, "change your one-time password first: /account")
        if not found.may(role):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                f"this needs the role {role}, and {found.name} has the role {found.role}: "
                "ask an administrator",
            )
        if request.method not in SAFE:
            _require_ours(request, found)
        return found

    principal.__name__ = f"needs_{role}"
    return principal


def _require_ours(request: Request, principal: Principal) -> None:
    """Refuse a write that a browser may have been made to send by somebody else's page.

    The token of a form is looked at where the form is read (`forms.checked`); what is checked
    here holds for every write.
    """
    if principal.way == "key":
        return
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = bool(origin) and urlsplit(origin).netloc != request.headers.get("host", "")
    if foreign or site not in {"same-origin", "none"}:
        raise Refusal(HTTPStatus.FORBIDDEN, "another site sent this: do it from a page of ours")
    is_data = request.url.path.startswith("/api/")
    # A page's form carries its token as a field, which the route checks; a program, as a header.
    if is_data and principal.way == "session":
        require_token(principal, request.headers.get(TOKEN_HEADER, ""))


def require_token(principal: Principal, sent: str) -> None:
    """Refuse a write that does not carry the token of the person's own pages.

    Raises:
        Refusal: it carries none, or another's.
    """
    if principal.way != "key" and not credentials.same(sent, principal.token):
        raise Refusal(HTTPStatus.FORBIDDEN, "this form is not of your session: load the page again")


def _visible(request: Request, principal: Principal) -> Visibility:
    service = service_of(request.app)
    with service.reading() as work:
        return work.markings.visible_to(principal)


def _viewer_sees(
    request: Request, principal: Annotated[Principal, Depends(needs("viewer"))]
) -> Visibility:
    return _visible(request, principal)


Viewer = Annotated[Principal, Depends(needs("viewer"))]
Analyst = Annotated[Principal, Depends(needs("analyst"))]
Reviewer = Annotated[Principal, Depends(needs("reviewer"))]
Admin = Annotated[Principal, Depends(needs("admin"))]
Seen = Annotated[Visibility, Depends(_viewer_sees)]
"""For the signature of a read: what the person may see, at least as a viewer."""
