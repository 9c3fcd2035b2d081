"""Hosts: where a fetch may go, and how an address is shown without its secrets."""

from collections.abc import Collection

import httpx2

from forecaster.errors import HostNotAllowedError


def host_of(url: str) -> str:
    """Return the host that `url` names, in lower case."""
    try:
        return httpx2.URL(url).host.lower()
    except httpx2.InvalidURL:
        return ""


def shown(url: str) -> str:
    """Return `url` without user, password and query, fit for a message."""
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        return "an address that cannot be read"
    port = "" if parsed.port is None else f":{parsed.port}"
    return f"{parsed.scheme}://{parsed.host}{port}{parsed.path}"


def require_allowed(url: str, hosts: Collection[str]) -> None:
    """Return quietly if `url` is http(s) to one of `hosts`.

    Raises:
        HostNotAllowedError: another scheme or host; the message says how to allow it.
    """
    scheme = url.split(":", 1)[0].lower()
    if scheme not in {"http", "https"}:
        raise HostNotAllowedError(f"{shown(url)} is not http or https: give a web address")
    host = host_of(url)
    if not host or host not in {name.lower() for name in hosts}:
        raise HostNotAllowedError(
            f"{shown(url)} is on the host {host!r}, which is not allowed:"
            " add it to FORECASTER_ALLOWED_HOSTS if it should be"
        )
