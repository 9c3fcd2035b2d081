"""Quarantine: rows that could not become readings, each with its reason."""

from fastapi import APIRouter, Query, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.service import Surroundings
from forecaster.errors import NotFoundError

router = APIRouter(include_in_schema=False)

_AT_ONCE = 50


@router.get("/quarantine")
def quarantine(
    request: Request,
    service: Surroundings,
    seen: Seen,
    source: str = "",
    before: int | None = Query(default=None, ge=1, lt=2**31),
) -> Response:
    """Show refused rows, the one seen last first, counted by reason."""
    hidden = seen.hidden("source")
    if source in hidden:
        raise NotFoundError(f"no source {source!r}: see the list of sources")
    with service.reading() as work:
        counts = work.history.reject_counts()
        rows = work.history.rejects(
            source=source or None, hidden=hidden, before=before, limit=_AT_ONCE + 1
        )
    groups = [
        (of, reason, n)
        for (of, reason), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if of not in hidden and source in ("", of)
    ]
    values = {
        "source": source,
        "sources": sorted({of for of, _ in counts if of not in hidden}),
        "groups": groups,
        "total": sum(n for _, _, n in groups),
        "rows": rows[:_AT_ONCE],
        "older": rows[_AT_ONCE - 1].id if len(rows) > _AT_ONCE else None,
    }
    marking = seen.marking(*(("source", of) for of, _, _ in groups))
    return page(request, "quarantine.html.j2", seen.principal, values, marking=marking)
