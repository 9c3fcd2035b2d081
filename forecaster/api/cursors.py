"""Places in a list, given out as text that means nothing to whoever holds it.

A cursor is no secret and opens nothing: whoever asks with it is asked for their rights anew.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime

from forecaster.errors import RequestError

LONGEST = 1_000
_TIME = "t:"
_TEXT = "s:"

type Part = str | int | float | datetime


def encode(kind: str, parts: Sequence[Part]) -> str:
    """Return a cursor of one kind of list."""
    plain = [_plain(part) for part in parts]
    text = json.dumps([kind, *plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(kind: str, cursor: str, types: Sequence[type]) -> tuple[Part, ...]:
    """Return the parts of a cursor of that kind of list, one of each type.

    Raises:
        RequestError: it is no cursor of that list.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = json.loads(text)
        if not isinstance(found, list) or len(found) != len(types) + 1 or found[0] != kind:
            raise ValueError(kind)
        return tuple(_part(value, type) for value, type in zip(found[1:], types, strict=True))
    except (ValueError, binascii.Error, RecursionError, OverflowError):
        raise RequestError(
            f"{cursor[:40]!r} is no cursor of this list: take the one that its answer gave"
        ) from None


def _plain(part: Part) -> str | int | float:
    if isinstance(part, datetime):
        return _TIME + part.isoformat()
    return _TEXT + part if isinstance(part, str) else part


def _part(value: object, wanted: type) -> Part:
    if wanted is datetime and isinstance(value, str) and value.startswith(_TIME):
        moment = datetime.fromisoformat(value.removeprefix(_TIME))
        if moment.tzinfo is None or not 1000 <= moment.year <= 9000:
            raise ValueError(value)
        return moment
    if wanted is str and isinstance(value, str) and value.startswith(_TEXT):
        text = value.removeprefix(_TEXT)
        if "\x00" in text:
            raise ValueError(value)
        text.encode()
        return text
    if wanted is int and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 2**31:
            raise ValueError(value)
        return value
    raise ValueError(value)
