"""One careful HTTP GET: allowed hosts only, bounded in size, time, redirects and tries.

Nothing but `http` and `https` is spoken, no redirect leaves the allowed hosts, and no message
repeats the user, password or query of an address.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

import httpx2
import stamina

from forecaster.errors import SourceError
from indicators.hosts import require_allowed, shown

MAX_REDIRECTS = 5
LONGEST_WAIT_SECONDS = 60.0

_RETRIED = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}
_AGENT = "escalation-forecaster (conditional requests; a few times a day)"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a publisher said of a file's version, to ask next time only for a newer one."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The conditional request headers that these validators make."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """One file as fetched; `body` is None if the publisher said that it has not changed."""

    body: bytes | None
    validators: Validators


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how often and how much: see the settings of the same names.

    timeout: seconds for one connection, read or write. attempts: tries in all. max_bytes: of the
    unpacked body. wait_seconds: before the second try, doubling from there.
    """

    timeout: float = 30.0
    attempts: int = 3
    max_bytes: int = 200_000_000
    wait_seconds: float = 1.0


class _PassingError(SourceError):
    """A failure that may pass: the same request is worth another try."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def get(
    url: str, *, hosts: Collection[str], validators: Validators | None, limits: Limits
) -> Answer:
    """Return what `url` answers, tried again while its failures may pass.

    Raises:
        HostNotAllowedError: the address, or one it redirects to, is not allowed.
        SourceError: no answer, an error status, too large, or redirects too often or nowhere.
    """
    require_allowed(url, hosts)
    headers = {"User-Agent": _AGENT, **(validators.headers if validators else {})}
    with httpx2.Client(timeout=limits.timeout, follow_redirects=False, headers=headers) as client:
        for attempt in stamina.retry_context(
            on=_worth_waiting,
            attempts=limits.attempts,
            timeout=None,
            wait_initial=limits.wait_seconds,
            wait_max=LONGEST_WAIT_SECONDS,
            wait_jitter=limits.wait_seconds,
        ):
            with attempt:
                return _follow(client, url, hosts=hosts, limits=limits)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _worth_waiting(error: Exception) -> bool | float:
    if not isinstance(error, _PassingError):
        return False
    return True if error.wait is None else error.wait


def _follow(client: httpx2.Client, url: str, *, hosts: Collection[str], limits: Limits) -> Answer:
    place = url
    for _ in range(MAX_REDIRECTS + 1):
        answer = _once(client, place, limits=limits)
        if isinstance(answer, Answer):
            return answer
        require_allowed(answer, hosts)
        place = answer
    raise SourceError(f"{shown(url)} redirects more than {MAX_REDIRECTS} times: check the address")


def _once(client: httpx2.Client, url: str, *, limits: Limits) -> Answer | str:
    """Return the answer, or the address that it redirects to."""
    try:
        with client.stream("GET", url) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                return Answer(body=None, validators=_validators(response))
            if response.is_redirect:
                return _target(response, url)
            _require_success(response, url)
            body = _read(response, url, limits=limits)
            return Answer(body=body, validators=_validators(response))
    except httpx2.InvalidURL:
        raise SourceError(f"{shown(url)} redirects to an address that cannot be read") from None
    except httpx2.DecodingError:
        raise SourceError(f"{shown(url)} sent a body that cannot be unpacked") from None
    except httpx2.TransportError as error:
        raise _PassingError(
            f"{shown(url)} did not answer ({type(error).__name__}): check the network,"
            " or read a folder with --from-dir"
        ) from None


def _target(response: httpx2.Response, url: str) -> str:
    """Return where a redirect leads; not every answer of 3xx says so, and then nobody knows."""
    place = response.headers.get("location", "")
    if not place:
        raise SourceError(
            f"{shown(url)} answered {response.status_code} without saying where to: "
            "check the address"
        )
    return str(response.url.join(place))


def _require_success(response: httpx2.Response, url: str) -> None:
    status = response.status_code
    if response.is_success:
        return
    message = f"{shown(url)} answered {status}: try again later, or check the address"
    if status in _RETRIED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _PassingError(message, wait=_retry_after(response))
    raise SourceError(message)


def _retry_after(response: httpx2.Response) -> float | None:
    told = response.headers.get("retry-after", "")
    return min(float(told), LONGEST_WAIT_SECONDS) if told.isdigit() else None


def _read(response: httpx2.Response, url: str, *, limits: Limits) -> bytes:
    """Return the body, never holding more than the limit nor reading on for ever."""
    told = response.headers.get("content-length", "")
    if told.isdigit() and int(told) > limits.max_bytes:
        raise SourceError(_too_large(url, limits))
    deadline = time.monotonic() + 20 * limits.timeout
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > limits.max_bytes:
            raise SourceError(_too_large(url, limits))
        if time.monotonic() > deadline:
            raise SourceError(
                f"{shown(url)} sends too slowly: raise FORECASTER_FETCH_TIMEOUT_SECONDS"
            )
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(url: str, limits: Limits) -> str:
    return (
        f"{shown(url)} is larger than {limits.max_bytes} bytes:"
        " raise FORECASTER_FETCH_MAX_BYTES if that is right"
    )


def _validators(response: httpx2.Response) -> Validators:
    return Validators(
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )
