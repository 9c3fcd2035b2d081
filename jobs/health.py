"""How every source of a ladder stood as of an instant, whether or not it was ever fetched.

A status is stored by each fetch. As of an earlier day, or with the packaged sample alone, there
is none; then it follows from the age of the newest reading that was known.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.domain.reading import SourceState, SourceStatus

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork
    from indicators.source import Source

PERIOD_DAYS: Mapping[str, int] = {"instant": 0, "day": 1, "week": 7, "month": 31}


def statuses(
    work: "UnitOfWork", sources: "Mapping[str, Source]", *, as_of: datetime
) -> tuple[SourceStatus, ...]:
    """Return one status per source, in order of id."""
    stored = {status.source: status for status in work.sources.latest()}
    return tuple(
        _status(source, stored.get(source.id), work.readings.last_observed(source.id, as_of), as_of)
        for source in sources.values()
    )


def _status(
    source: "Source", stored: SourceStatus | None, last: datetime | None, as_of: datetime
) -> SourceStatus:
    if stored is not None and stored.checked_at <= as_of:
        return stored
    state, reason = _by_age(source, last, as_of)
    return without_rows(source, state, reason, at=as_of, last=last)


def without_rows(
    source: "Source", state: SourceState, reason: str, *, at: datetime, last: datetime | None
) -> SourceStatus:
    """Return the status of a source that has not answered with any row."""
    return SourceStatus(
        source=source.id,
        state=state,
        reason=reason,
        checked_at=at,
        last_observed_at=last,
        rows_received=0,
        rows_new=0,
        rows_rejected=0,
        rows_expected=source.expected_rows,
    )


def _by_age(source: "Source", last: datetime | None, as_of: datetime) -> tuple[SourceState, str]:
    if last is None:
        return "no source", f"nothing of it is stored: run `forecaster ingest {source.id}`"
    days = PERIOD_DAYS[source.period] + source.lag_days + source.cadence_days
    if as_of > last + timedelta(days=days):
        return "late", f"newest reading is of {last:%Y-%m-%d}, a newer one was due"
    return "unchanged", f"newest reading is of {last:%Y-%m-%d}, nothing newer was due"
