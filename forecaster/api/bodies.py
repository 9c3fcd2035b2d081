"""Answers that need not be made twice: kept bodies, their tags, and 304 for who has them already.

What an immutable run says is written once and copied from then on, so a poll costs one small
query. A tag is strong: it stands for the bytes, so the compressed body has one of its own.
"""

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from threading import Lock

from fastapi import Request, Response

_MOST_BYTES = 64_000_000
_WORTH_PRESSING = 1_000
_LEVEL = 6
_POLL = "private, no-cache"
"""Keep it, and ask each time whether it still holds: that is what costs next to nothing."""


@dataclass(frozen=True, slots=True)
class Body:
    """One body as it goes out: its bytes, those compressed (or none), and its media type.

    next: the cursor of the page after it; None if there is none.
    """

    plain: bytes
    pressed: bytes | None
    media: str
    next: str | None = None

    @property
    def size(self) -> int:
        """How many bytes it takes to keep."""
        return len(self.plain) + len(self.pressed or b"")


_MAKERS = 16
"""How many bodies may be made at once; those of one tag share a lock."""


class Shelf:
    """Bodies that were made lately, the ones asked for last; never more than `_MOST_BYTES`."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, Body] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._makers = tuple(Lock() for _ in range(_MAKERS))

    def get_or_make(self, tag: str, make: Callable[[], Body]) -> Body:
        """Return a body that is kept, or make it: one asker makes it, those beside wait for it.

        All pollers miss it at once when a run is published; each making it would stop the service.
        """
        kept = self.get(tag)
        if kept is not None:
            return kept
        with self._makers[hash(tag) % _MAKERS]:
            body = self.get(tag) or make()
            self.put(tag, body)
        return body

    def get(self, tag: str) -> Body | None:
        """Return a body that is kept, None if it is not."""
        with self._lock:
            if tag in self._kept:
                self._kept.move_to_end(tag)
            return self._kept.get(tag)

    def put(self, tag: str, body: Body) -> None:
        """Keep a body, and let go of those asked for longest ago where there is no room."""
        if body.size > self._most // 4:
            return
        with self._lock:
            held = self._kept.pop(tag, None)
            self._size += body.size - (held.size if held else 0)
            self._kept[tag] = body
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1].size


def body_of(plain: bytes, media: str, next: str | None = None) -> Body:
    """Return a body, compressed too if that is worth it."""
    worth = len(plain) >= _WORTH_PRESSING and media.startswith(("text/", "application/json"))
    pressed = gzip.compress(plain, _LEVEL, mtime=0) if worth else None
    return Body(plain, pressed, media, next)


def tag_of(*parts: object) -> str:
    """Return what stands for a body: equal parts, equal tag."""
    text = json.dumps(parts, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def not_changed(request: Request, tag: str, headers: Mapping[str, str]) -> Response | None:
    """Return 304 if whoever asks says that they hold the body already, None otherwise."""
    sent = request.headers.get("if-none-match", "")
    held = {part.strip().removeprefix("W/").strip('"') for part in sent.split(",")}
    known = next((one for one in (tag, f"{tag}-gzip") if one in held), tag if "*" in held else "")
    if not known:
        return None
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**_common(known), **headers})


def reply(request: Request, body: Body, tag: str, headers: Mapping[str, str]) -> Response:
    """Return a body, compressed if whoever asks can read that."""
    if body.pressed is not None and _reads_gzip(request):
        head = {**_common(f"{tag}-gzip"), "Content-Encoding": "gzip", **headers}
        return Response(body.pressed, headers=head, media_type=body.media)
    return Response(body.plain, headers={**_common(tag), **headers}, media_type=body.media)


def tagged(
    request: Request, plain: bytes, media: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer that was made anew, under a tag of its bytes; 304 if they are known."""
    tag = hashlib.sha256(plain).hexdigest()[:32]
    given = headers or {}
    return not_changed(request, tag, given) or reply(request, body_of(plain, media), tag, given)


def preferred(request: Request, form: str | None, media: Mapping[str, str]) -> str:
    """Return the form that is asked for, by name or by the header `Accept`; else the first."""
    if form is not None:
        return form
    wanted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    found = (name for want in wanted for name, one in media.items() if one == want)
    return next(found, next(iter(media)))


def dumped(value: object) -> bytes:
    """Return a value as JSON; times are ISO 8601, what is missing is null."""
    return json.dumps(value, default=_plain, allow_nan=False, separators=(",", ":")).encode()


def next_link(request: Request, cursor: str | None) -> Mapping[str, str]:
    """Return the header that names the next page (RFC 8288); none after the last one."""
    if cursor is None:
        return {}
    url = request.url.include_query_params(cursor=cursor)
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}


def _common(tag: str) -> dict[str, str]:
    return {
        "ETag": f'"{tag}"',
        "Cache-Control": _POLL,
        "Vary": "Accept, Accept-Encoding, Authorization, Cookie",
    }


def _reads_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence | set | frozenset):
        return list(value)
    raise TypeError(f"no form in JSON for {type(value).__name__}")
