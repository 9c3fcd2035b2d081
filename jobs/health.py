"""How every source of a ladder stood as of an instant, whether or not it was ever fetched.

A status is stored by each fetch. As of an earlier day, or with the packaged sample alone, there
is none; then it follows from the age of the newest reading that was known.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.domain.reading import SourceStatus

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork
    from indicators.source import Source


def statuses(
    work: "UnitOfWork", sources: "Mapping[str, Source]", *, as_of: datetime
) -> tuple[SourceStatus, ...]:
    """Return one status per source, in the order of `sources`."""
    stored = {status.source: status for status in work.sources.latest()}
    return tuple(
        _status(source, stored.get(source.id), work.readings.last_observed(source.id, as_of), as_of)
        for source in sources.values()
    )


def _status(
    source: "Source", stored: SourceStatus | None, last: datetime | None, as_of: datetime
) -> SourceStatus:
    from indicators.ingest import status_of

    if stored is not None and stored.checked_at <= as_of:
        return stored
    status = status_of(source, None, rows_new=0, now=as_of, last_observed=last)
    status = replace(status, rows_expected=0)  # nothing was asked for, so no rows were expected
    if last is not None:
        return status
    reason = f"no reading of it is stored: run `forecaster ingest {source.id}`"
    return replace(status, state="no source", reason=reason)
