"""Keep secrets out of what is written: by what they are called, and by what they look like."""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote

from pydantic import SecretStr
from structlog.typing import Processor

from forecaster.settings import Settings

MASK = "***"

_NAMES = r"password|passwd|passphrase|secret|token|api[_-]?key|authorization|cookie|credentials?"
_NAMED = re.compile(_NAMES, re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^\s@]*@")
_ASSIGNED = re.compile(rf"((?:{_NAMES})[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;]+", re.IGNORECASE)
_LEAST = 4
"""Shorter secrets are not looked for in texts: they would blot out ordinary words."""


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Return every secret of the settings as it may stand in a text, the longest first.

    Of the database's URL that is the password; its host may be told. A receiver's URL may hold its
    secret anywhere.
    """
    found: set[str] = set()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        for one in value if isinstance(value, list | tuple | set | frozenset) else (value,):
            if isinstance(one, SecretStr):
                secret = one.get_secret_value()
                found |= _passwords(secret) | ({secret} if name != "database_url" else set())
    return tuple(sorted((s for s in found if len(s) >= _LEAST), key=len, reverse=True))


def _passwords(secret: str) -> set[str]:
    """Return the password of a secret that is a URL, as it is written and as it is meant."""
    inside = _USER_INFO.search(secret)
    password = inside.group()[:-1].partition(":")[2] if inside else ""
    return {password, unquote(password)}


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text without the secrets given, without users of URLs, and without `password=…`."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _ASSIGNED.sub(rf"\1{MASK}", _USER_INFO.sub(f"{MASK}@", text))


def mask_event(secrets: Iterable[str] = ()) -> Processor:
    """Return a processor of structlog that masks every field of an event, however deep."""
    known = tuple(secrets)

    def process(
        _logger: Any,  # noqa: ANN401 — structlog's own
        _method: str,
        event: MutableMapping[str, Any],
    ) -> Mapping[str, Any]:
        return {name: _masked(name, value, known) for name, value in event.items()}

    return process


def _masked(name: str, value: object, secrets: tuple[str, ...]) -> object:
    if isinstance(value, SecretStr | bytes) or (_NAMED.search(name) and value is not None):
        return MASK
    if isinstance(value, Mapping):
        return {str(key): _masked(str(key), inner, secrets) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(name, inner, secrets) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(str(value), secrets)
