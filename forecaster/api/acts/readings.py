"""Adding a reading by hand, to a series that is fed by hand.

A series belongs to one source for good, so only a series whose name begins with `manual.` is fed
this way: no publisher's figures can be mixed with somebody's, and a fetch never undoes one.
"""

import math
from datetime import UTC, datetime

import numpy as np
from fastapi import Request

from forecaster.api.acts.given import past, said
from forecaster.api.acts.scope import visible_ladder
from forecaster.api.record import note
from forecaster.api.service import service_of
from forecaster.domain.account import Principal
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from forecaster.errors import NotFoundError, RequestError

SOURCE = "manual"
"""The source of every series that people feed."""


def add_reading(
    request: Request,
    principal: Principal,
    ladder_id: str,
    *,
    series: str,
    observed_at: datetime,
    value: float,
    reason: str,
) -> bool:
    """Store a value as known from now on, and return whether it says anything new.

    A later value about the same time is a correction; both stay on record. The reason is kept in
    the audit log.

    Raises:
        NotFoundError: no such ladder is to be seen.
        RequestError: the ladder watches no such series by hand, or the value or time is none.
    """
    service = service_of(request.app)
    now, why = service.clock(), said(reason, what="the reason")
    observed = past(observed_at, what="the time observed", now=now)
    if not math.isfinite(value):
        raise RequestError(f"a reading is a finite number, got {value}: leave out what is missing")
    with service.writing() as work:
        seen = work.markings.visible_to(principal)
        ladder = visible_ladder(service, seen, ladder_id)
        if not seen.sees(("source", SOURCE)):
            raise NotFoundError(f"ladder {ladder.id} has no series that is fed by hand")
        _require_manual(ladder, series)
        added = work.readings.add(_one(series, observed, value, now), at=now)
        detail = f"{observed.isoformat()}: {value:g}; {why}"
        note(work, request, principal, "reading added", f"{ladder.id}/{series}", detail)
        work.commit()
    return added > 0


def manual_series(ladder: Ladder) -> tuple[str, ...]:
    """Return the series of a ladder that are fed by hand, sorted."""
    return tuple(sorted(s for s in watched(ladder) if s.startswith(f"{SOURCE}.")))


def watched(ladder: Ladder) -> frozenset[str]:
    """Return every series that a ladder's measures and indicators name."""
    measures = [theatre.measure for theatre in ladder.theatres if theatre.measure is not None]
    measured = {s for m in measures for s in (*m.series, *m.denominator)}
    indicated = {s for i in ladder.indicators for _, series in i.series for s in series}
    return frozenset(measured | indicated)


def _require_manual(ladder: Ladder, series: str) -> None:
    known = manual_series(ladder)
    if series not in known:
        raise RequestError(
            f"ladder {ladder.id} has no series {series!r} that is fed by hand; there are: "
            f"{', '.join(known) or 'none'}. Give an indicator a series called {SOURCE}.… to have "
            "one"
        )


def _one(series: str, observed: datetime, value: float, now: datetime) -> Readings:
    return Readings(
        source=SOURCE,
        series=np.array([series], object),
        observed_at=np.array([_plain(observed)], "datetime64[us]"),
        recorded_at=np.array([_plain(now)], "datetime64[us]"),
        value=np.array([value], np.float64),
        estimated=np.array([False]),
    )


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
