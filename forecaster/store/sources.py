"""The repository of source checks: how each source stood whenever it was asked."""

from datetime import datetime
from typing import cast

from sqlmodel import Session, col, func, select

from forecaster.domain.reading import SourceState, SourceStatus
from forecaster.store.quarantine import storable
from forecaster.store.tables.observations import SourceCheckRow


class SourceRepository:
    """The states of sources, append-only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, status: SourceStatus) -> None:
        """Store how a source stood."""
        self._session.add(
            SourceCheckRow(
                source=status.source,
                state=status.state,
                reason=storable(status.reason),
                checked_at=status.checked_at,
                last_observed_at=status.last_observed_at,
                rows_received=int(status.rows_received),
                rows_new=int(status.rows_new),
                rows_rejected=int(status.rows_rejected),
                rows_expected=int(status.rows_expected),
            )
        )
        self._session.flush()

    def latest(self) -> tuple[SourceStatus, ...]:
        """Return the newest state of every source that was ever asked, in order of id."""
        newest = select(func.max(SourceCheckRow.id)).group_by(SourceCheckRow.source)
        rows = self._session.exec(
            select(SourceCheckRow).where(col(SourceCheckRow.id).in_(newest))
        ).all()
        return tuple(status_of(row) for row in sorted(rows, key=lambda row: row.source))

    def first_fetch(self, source: str) -> datetime | None:
        """Return when `source` first answered with any row at all, None if it never did."""
        return self._session.exec(
            select(func.min(SourceCheckRow.checked_at))
            .where(SourceCheckRow.source == source)
            .where(SourceCheckRow.rows_received > 0)
        ).one()


def status_of(row: SourceCheckRow) -> SourceStatus:
    """Return the status that a row holds."""
    return SourceStatus(
        source=row.source,
        state=cast(SourceState, row.state),
        reason=row.reason,
        checked_at=row.checked_at,
        last_observed_at=row.last_observed_at,
        rows_received=row.rows_received,
        rows_new=row.rows_new,
        rows_rejected=row.rows_rejected,
        rows_expected=row.rows_expected,
    )
