"""How large a request may be, how often one may ask, and under which name the service answers."""

from http import HTTPStatus

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from forecaster.api.problems import Refusal, problem
from forecaster.errors import RequestError
from forecaster.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})


class Limits:
    """Counts who asked how often in this process; a proxy in front bounds several together."""

    def __init__(self, settings: Settings) -> None:
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._read: RateLimitItem = parse(settings.read_limit)
        self._write: RateLimitItem = parse(settings.write_limit)
        self._login: RateLimitItem = parse(settings.login_limit)

    def count(self, who: str, method: str) -> None:
        """Count one request.

        Raises:
            Refusal: there were too many in the window; `Retry-After` says when to come back.
        """
        self._hit(self._read if method in SAFE else self._write, who)

    def count_login(self, *who: str) -> None:
        """Count an attempt to log in, for the address and for the name.

        Raises:
            Refusal: there were too many.
        """
        for one in who:
            self._hit(self._login, f"login:{one}")

    def _hit(self, limit: RateLimitItem, who: str) -> None:
        if self._counter.hit(limit, who):
            return
        wait = max(1, limit.get_expiry())
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"more than {limit} were asked for: wait, and ask less often",
            {"Retry-After": str(wait)},
        )


class Bounds:
    """Refuses a request that is too large, or that names a host that the service is not."""

    def __init__(self, app: ASGIApp, *, most_bytes: int, hosts: frozenset[str]) -> None:
        self._app = app
        self._most = most_bytes
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless the request is out of bounds; a body is counted while it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refused = self._refused(request)
        if refused is not None:
            status, detail = refused
            await problem(request, status, detail)(scope, receive, send)
            return
        await self._app(scope, _counting(receive, self._most), send)

    def _refused(self, request: Request) -> tuple[int, str] | None:
        host = host_name(request.headers.get("host", ""))
        if self._hosts and host not in self._hosts:
            return HTTPStatus.MISDIRECTED_REQUEST, (
                f"this service does not answer as {host[:100]!r}: "
                "add the name to FORECASTER_TRUSTED_HOSTS if it should"
            )
        length = request.headers.get("content-length", "0")
        if not length.isdigit():
            return HTTPStatus.BAD_REQUEST, "the length of the request is no number"
        if int(length) > self._most:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, (
                f"a request holds at most {self._most} bytes, got {length}: send less"
            )
        return None


def _counting(receive: Receive, most: int) -> Receive:
    """Return `receive`, which fails once more bytes came than the head of the request may say."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise RequestError(f"a request holds at most {most} bytes: send less")
        return message

    return counted


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port, in small letters."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()
