"""How every source stands, and the raw rows that could not become readings."""

from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api import tables
from forecaster.api.access import Seen, Viewer
from forecaster.api.acts.scope import visible_ladders
from forecaster.api.listing import Listed, answered, as_json, page_of
from forecaster.api.parameters import Cursor, Format, Limit, Name
from forecaster.api.ports import SourceNote
from forecaster.api.schemas.common import FORMS, PROBLEMS
from forecaster.api.schemas.observations import Quarantine, Sources
from forecaster.api.service import Service, Surroundings
from forecaster.domain.reading import SourceStatus
from forecaster.store.markings import Visibility
from forecaster.store.views import REJECTS, Asked

router = APIRouter(prefix="/api/v1", tags=["observations"], responses=PROBLEMS)

_COLUMNS = {n: kind for n, kind in tables.columns_of(REJECTS).items() if n != "digest"}


@router.get(
    "/sources", operation_id="sources", summary="How every source stands", response_model=Sources
)
def sources(request: Request, service: Surroundings, seen: Seen) -> Response:
    """Answer every source that feeds a ladder, and how it stood when it was asked last."""
    with service.reading() as work:
        statuses = {status.source: status for status in work.sources.latest()}
    fed = _fed(service, seen)
    items = [
        _line(seen, note, names, statuses.get(id)) for id, (note, names) in sorted(fed.items())
    ]
    return as_json(request, {"items": items})


@router.get(
    "/quarantine",
    operation_id="quarantine",
    summary="Raw rows that could not become readings",
    response_model=Quarantine,
    responses=FORMS,
)
def quarantine(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    seen: Seen,
    source: Name | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 100,
    format: Format = None,
) -> Response:
    """Answer rejects with their reason, the one seen last first."""
    asked = Asked(
        REJECTS,
        ("id",),
        where={"source": source},
        without={"source": seen.hidden("source")},
        newest_first=True,
        limit=limit,
    )
    with service.reading() as work:
        page, next = page_of(work, "quarantine", asked, cursor, (int,))
    rows = [{n: row[n] for n in _COLUMNS} for row in page.rows]
    return answered(request, principal, Listed("quarantine", _COLUMNS, rows, next), format)


def _fed(service: Service, seen: Visibility) -> dict[str, tuple[SourceNote, list[str]]]:
    """Return every source that may be seen, with the ladders that it feeds."""
    found: dict[str, tuple[SourceNote, list[str]]] = {}
    for ladder in visible_ladders(service, seen).values():
        for id, note in service.ports.sources(ladder).items():
            if seen.sees(("source", id)):
                found.setdefault(id, (note, []))[1].append(ladder.id)
    return found


def _line(
    seen: Visibility, note: SourceNote, ladders: list[str], status: SourceStatus | None
) -> dict[str, Any]:
    counts = ("rows_received", "rows_new", "rows_rejected", "rows_expected")
    return {
        **{name: getattr(note, name) for name in SourceNote.__dataclass_fields__},
        "ladders": sorted(ladders),
        "marking": seen.marking(("source", note.id)),
        "state": status and status.state,
        "reason": status.reason if status else "it was never asked",
        "checked_at": status and status.checked_at,
        "last_observed_at": status and status.last_observed_at,
        **{name: getattr(status, name) if status else 0 for name in counts},
    }
