"""Readings of one series as they were known at a time, and a value given by hand."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from forecaster.api import cursors
from forecaster.api.access import Analyst, Seen, Viewer
from forecaster.api.acts import readings as acts
from forecaster.api.listing import Listed, answered
from forecaster.api.parameters import AsOf, Cursor, Format, Limit, Moment, moment_of
from forecaster.api.schemas.common import FORMS, PROBLEMS
from forecaster.api.schemas.observations import NewReading, ReadingAdded, ReadingsPage
from forecaster.api.service import Surroundings
from forecaster.api.tables import Columns
from forecaster.domain.reading import Readings
from forecaster.errors import NotFoundError

router = APIRouter(prefix="/api/v1", tags=["observations"], responses=PROBLEMS)

_COLUMNS: Columns = {
    "observed_at": "time",
    "recorded_at": "time",
    "value": "real",
    "estimated": "truth",
}
_INSTANT = timedelta(microseconds=1)
Series = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f]+$")]


@router.get(
    "/readings",
    operation_id="readings",
    summary="A series as it was known at a time",
    response_model=ReadingsPage,
    responses=FORMS,
)
def readings(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    seen: Seen,
    series: Series,
    known_at: AsOf,
    observed_from: Moment | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 1_000,
    format: Format = None,
) -> Response:
    """Answer the value known at `as_of` (now, if not given) for every period of a series."""
    start = None if observed_from is None else _start(observed_from)
    if cursor is not None:
        known, last = cursors.decode("readings", cursor, (datetime, datetime))
        known_at, start = cast(datetime, known), cast(datetime, last) + _INSTANT
    with service.reading() as work:
        source = work.watched.sources_of([series]).get(series)
        if source is None or not seen.sees(("source", source)):
            raise NotFoundError(f"no series {series!r} is stored: the ladder names its series")
        found = work.readings.as_of([series], known_at, start)
    rows = [_row(found, place) for place in range(min(limit, len(found)))]
    next = None
    if len(found) > limit:
        next = cursors.encode("readings", (known_at, rows[-1]["observed_at"]))
    head = {
        "series": series,
        "source": source,
        "as_of": known_at,
        "marking": seen.marking(("source", source)),
    }
    return answered(request, principal, Listed("readings", _COLUMNS, rows, next, head), format)


@router.post(
    "/readings",
    operation_id="add_reading",
    summary="Add a value by hand",
    response_model=ReadingAdded,
    status_code=201,
)
def add(request: Request, principal: Analyst, given: NewReading) -> ReadingAdded:
    """Store a value of a series that is fed by hand, as known from now on."""
    added = acts.add_reading(
        request,
        principal,
        given.ladder,
        series=given.series,
        observed_at=given.observed_at,
        value=given.value,
        reason=given.reason,
    )
    return ReadingAdded(added=added)


def _start(text: str) -> datetime:
    """Return the instant from which on; a day means its beginning."""
    found = moment_of(text, what="observed_from")
    if found.microsecond == 999_999 and found.hour == 23:
        return found.replace(hour=0, minute=0, second=0, microsecond=0)
    return found


def _row(found: Readings, place: int) -> dict[str, Any]:
    return {
        "observed_at": _instant(found.observed_at[place]),
        "recorded_at": _instant(found.recorded_at[place]),
        "value": float(found.value[place]),
        "estimated": bool(found.estimated[place]),
    }


def _instant(moment: np.datetime64) -> datetime:
    plain: datetime = moment.astype("datetime64[us]").item()
    return plain.replace(tzinfo=UTC)
