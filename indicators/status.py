"""Status: how a source stood after a fetch, in one word and a plain reason.

No data is never zero: an answer that is missing, empty, short or old has a state that says so,
and what was stored before stays.
"""

from datetime import UTC, datetime, timedelta

import numpy as np

from forecaster.domain.reading import Batch, SourceState, SourceStatus
from indicators.moments import end_of_period
from indicators.source import Source

STALE_AFTER = 4
"""Cadences without anything new after which a source counts as stale, not late."""


def status_of(
    source: Source,
    batch: Batch | None,
    *,
    rows_new: int,
    now: datetime,
    last_observed: datetime | None,
    rows_before: int | None = None,
    failure: str = "",
) -> SourceStatus:
    """Return how the source stands.

    batch: what cleaning made of the answer; None if there was no new one (not modified, or a
    failure). rows_new: how many readings the store had not known. last_observed: the newest time
    stored. rows_before: how many rows its last whole answer held, to notice one that shrinks.
    failure: why there is no answer, as the error says it.
    """
    received = 0 if batch is None else len(batch.readings) + len(batch.rejects)
    newest = _newest(batch, last_observed)
    state, reason = _judge(
        source, batch, received, rows_new, now, newest, rows_before=rows_before, failure=failure
    )
    return SourceStatus(
        source=source.id,
        state=state,
        reason=reason,
        checked_at=now,
        last_observed_at=newest,
        rows_received=received,
        rows_new=rows_new,
        rows_rejected=0 if batch is None else len(batch.rejects),
        rows_expected=source.expected_rows,
    )


def _judge(
    source: Source,
    batch: Batch | None,
    received: int,
    rows_new: int,
    now: datetime,
    newest: datetime | None,
    *,
    rows_before: int | None,
    failure: str,
) -> tuple[SourceState, str]:
    if failure:
        return "failed", failure
    if batch is not None:
        if received == 0:
            return "empty", "the answer held no rows"
        if len(batch.readings) == 0:
            return "empty", f"none of the {received} rows could be read"
        if received < source.expected_rows:
            return "short", f"{received} rows, at least {source.expected_rows} expected"
        if rows_before is not None and received < rows_before:
            return "short", f"{received} rows, {rows_before} before; nothing stored is removed"
    if newest is None:
        return "empty", "nothing has ever come from this source"
    return _by_age(source, rows_new, now, newest)


def _by_age(
    source: Source, rows_new: int, now: datetime, newest: datetime
) -> tuple[SourceState, str]:
    due = next_due(source, newest)
    overdue = now - due
    cadence = timedelta(days=source.cadence_days)
    last = f"the newest row speaks of {newest.date().isoformat()}"
    if overdue > (STALE_AFTER - 1) * cadence:
        return "stale", f"only old rows: {last}, newer ones were due on {due.date().isoformat()}"
    if rows_new > 0:
        return "fresh", f"{rows_new} new rows; {last}"
    if overdue > cadence:
        return "late", f"{last}, the next was due on {due.date().isoformat()}"
    return "unchanged", f"nothing new and nothing overdue; {last}"


def next_due(source: Source, newest: datetime) -> datetime:
    """Return when something newer than `newest` is due: a cadence after it was published."""
    start = np.array([newest.astimezone(UTC).replace(tzinfo=None)], dtype="datetime64[us]")
    end: datetime = end_of_period(start, source.period)[0].item()
    return end.replace(tzinfo=UTC) + timedelta(days=source.lag_days + source.cadence_days)


def _newest(batch: Batch | None, last_observed: datetime | None) -> datetime | None:
    found = [] if last_observed is None else [last_observed]
    if batch is not None and len(batch.readings):
        newest: datetime = batch.readings.observed_at.max().item()
        found.append(newest.replace(tzinfo=UTC))
    return max(found, default=None)
