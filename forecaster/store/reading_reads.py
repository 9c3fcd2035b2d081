"""Reading readings: as they were known at a time, what changed since, and what there is at all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from forecaster.clock import require_utc
from forecaster.domain.reading import Readings
from forecaster.store import bulk_read
from forecaster.store.columns import to_readings
from forecaster.store.merge import last_known
from forecaster.store.tables.observations import BatchRow, ReadingRow, SeriesRow


@dataclass(frozen=True)
class _Asked:
    """The series asked for that are stored: name by key, and their source if it is one."""

    names: Mapping[int, str]
    source: str


class ReadingReader:
    """Readings as they stand; reading them keeps nobody waiting."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def as_of(
        self, series: Collection[str], as_of: datetime, since: datetime | None = None
    ) -> Readings:
        """Return the value known at `as_of` of every period of `series`, or of those from `since`.

        A series that is not stored has no rows. The answer's `source` is empty where the series
        come from several.
        """
        known_at = require_utc(as_of, what="as_of")
        start = bulk_read.BEGINNING if since is None else require_utc(since, what="since")
        asked = self._asked(series)
        found = bulk_read.read_last(
            self._session, sorted(asked.names), known_at=known_at, since=start
        )
        return to_readings(found, source=asked.source, names=asked.names)

    def since(
        self, series: Collection[str], then: datetime, as_of: datetime, *, after_batch: int
    ) -> Readings:
        """Return what an as-of read at `as_of` knows and an earlier one at `then` did not.

        `forecaster.domain.overlay.overlaid` lays it over that earlier answer, which gives exactly
        what `as_of` would. `after_batch` is what `newest_batch` said before the earlier read: a
        reading stored since may have been recorded before `then`. Readings are never taken back,
        so nothing has to be removed.

        Raises:
            ValueError: `as_of` is before `then`, or one of them has no time zone.
        """
        known_at, before = require_utc(as_of, what="as_of"), require_utc(then, what="then")
        if known_at < before:
            raise ValueError(
                f"as_of is {known_at.isoformat()}, before the earlier read at "
                f"{before.isoformat()}: read all of it by as_of()"
            )
        asked = self._asked(series)
        found = bulk_read.read_changed(
            self._session,
            sorted(asked.names),
            then=before,
            known_at=known_at,
            after_batch=after_batch,
        )
        return to_readings(last_known(found), source=asked.source, names=asked.names)

    def newest_batch(self) -> int:
        """Return the number of the batch stored last, 0 if there is none; numbers only rise."""
        return self._session.exec(select(func.max(BatchRow.id))).one() or 0

    def batch_digest(self, number: int) -> str:
        """Return the digest of a batch, empty if there is none of that number."""
        row = self._session.get(BatchRow, number)
        return "" if row is None else row.digest

    def last_added(self, sources: Collection[str]) -> datetime | None:
        """Return when one of `sources` last gave a reading that was new, None if none ever did."""
        return self._session.exec(
            select(func.max(BatchRow.added_at))
            .where(col(BatchRow.source).in_(sorted(sources)))
            .where(BatchRow.rows > 0)
        ).one()

    def sources(self) -> tuple[str, ...]:
        """Return the ids of the sources that have any series, sorted."""
        return tuple(sorted(self._session.exec(select(SeriesRow.source).distinct())))

    def series(self, source: str | None = None) -> tuple[str, ...]:
        """Return the ids of all series, or those of one source, sorted."""
        asked = select(SeriesRow.name)
        if source is not None:
            asked = asked.where(SeriesRow.source == source)
        return tuple(sorted(self._session.exec(asked)))

    def last_observed(self, source: str, as_of: datetime) -> datetime | None:
        """Return the start of the newest period of `source` known at `as_of`, None if none is."""
        return self._session.exec(
            select(func.max(ReadingRow.observed_at))
            .join(SeriesRow, col(SeriesRow.id) == ReadingRow.series_id)
            .where(SeriesRow.source == source)
            .where(ReadingRow.recorded_at <= require_utc(as_of, what="as_of"))
        ).one()

    def count(self, source: str | None = None) -> int:
        """Return how many readings are stored, in all or of one source, every vintage counted."""
        asked = select(func.count()).select_from(ReadingRow)
        if source is not None:
            asked = asked.join(SeriesRow, col(SeriesRow.id) == ReadingRow.series_id).where(
                SeriesRow.source == source
            )
        return self._session.exec(asked).one()

    def _asked(self, series: Collection[str]) -> _Asked:
        rows = self._session.exec(
            select(SeriesRow).where(col(SeriesRow.name).in_(sorted(set(series))))
        ).all()
        sources = {row.source for row in rows}
        return _Asked(
            names={row.id: row.name for row in rows if row.id is not None},
            source=sources.pop() if len(sources) == 1 else "",
        )
