"""The repository of readings: what sources said, when it was known, and nothing edited since."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlmodel import Session, col, func, select

from forecaster.clock import Clock, require_utc
from forecaster.domain.reading import Readings
from forecaster.errors import StoreError
from forecaster.store import bulk, bulk_read
from forecaster.store.columns import Columns, from_readings, series_runs, to_readings
from forecaster.store.merge import last_known, new_rows
from forecaster.store.sql import lock
from forecaster.store.tables.observations import BatchRow, ReadingRow, SeriesRow


@dataclass(frozen=True)
class _Asked:
    """The series asked for that are stored: name by key, and their source if it is one."""

    names: Mapping[int, str]
    source: str


class ReadingRepository:
    """Readings, append-only. `merge` says when a reading counts as new."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, readings: Readings, *, at: datetime | None = None) -> int:
        """Store what is new in `readings` and return how many rows that were.

        The batch that was the source's last one adds nothing and costs only its digest. Rows may
        come in any order and more than once. `at` (now, if not given) is when a revision became
        known whose own `recorded_at` is only estimated.

        Raises:
            StoreError: two values claim one noted moment, a value is not finite, a series belongs
                to another source, or the database failed. Nothing of the batch is stored then.
        """
        if len(readings) == 0:
            return 0
        if not np.isfinite(readings.value).all():
            raise StoreError(
                f"a reading of {readings.source} is not a finite number: "
                "leave out what is missing while cleaning"
            )
        digest = digest_of(readings)
        lock(self._session, BatchRow)
        if digest == self._last_digest(readings.source):
            return 0
        taken = self._clock() if at is None else require_utc(at, what="the time of ingest")
        batch = from_readings(readings, self._keys(readings))
        new = new_rows(self._overlapping(batch), batch, at=_numpy(taken))
        self._append(new, source=readings.source, digest=digest, at=taken)
        return len(new)

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

    def _asked(self, series: Collection[str]) -> "_Asked":
        rows = self._session.exec(
            select(SeriesRow).where(col(SeriesRow.name).in_(sorted(set(series))))
        ).all()
        sources = {row.source for row in rows}
        return _Asked(
            names={row.id: row.name for row in rows if row.id is not None},
            source=sources.pop() if len(sources) == 1 else "",
        )

    def _last_digest(self, source: str) -> str | None:
        asked = select(BatchRow.digest).where(BatchRow.source == source)
        return self._session.exec(asked.order_by(col(BatchRow.id).desc()).limit(1)).first()

    def _keys(self, readings: Readings) -> Mapping[str, int]:
        """Return the key of every series of `readings`, giving one to those that have none."""
        wanted = sorted(set(readings.series[series_runs(readings.series)].tolist()))
        known = self._known(wanted, source=readings.source)
        missing = [name for name in wanted if name not in known]
        if missing:
            self._session.add_all(SeriesRow(source=readings.source, name=name) for name in missing)
            self._session.flush()
            known = self._known(wanted, source=readings.source)
        return known

    def _known(self, names: Collection[str], *, source: str) -> dict[str, int]:
        rows = self._session.exec(select(SeriesRow).where(col(SeriesRow.name).in_(names))).all()
        foreign = [row for row in rows if row.source != source]
        if foreign:
            raise StoreError(
                f"series {foreign[0].name} belongs to source {foreign[0].source}, not {source}: "
                "give the new series a name of its own"
            )
        return {row.name: row.id for row in rows if row.id is not None}

    def _overlapping(self, batch: Columns) -> Columns:
        """Return what is stored of the batch's series about the periods that it speaks of."""
        return bulk_read.read(
            self._session,
            np.unique(batch.key).tolist(),
            since=_python(batch.observed_at.min()),
            until=_python(batch.observed_at.max()),
        )

    def _append(self, new: Columns, *, source: str, digest: str, at: datetime) -> None:
        row = BatchRow(source=source, digest=digest, rows=len(new), added_at=at)
        self._session.add(row)
        self._session.flush()
        if len(new):
            bulk.write(self._session, new, batch_id=_required(row.id))


def digest_of(readings: Readings) -> str:
    """Return the digest of a batch: equal batches in equal order have equal digests."""
    total = hashlib.blake2b(digest_size=32)
    for part in (readings.source, "\n".join(readings.series.tolist())):
        content = part.encode()
        total.update(len(content).to_bytes(8))
        total.update(content)
    for moments in (readings.observed_at, readings.recorded_at):
        total.update(moments.astype("datetime64[us]").tobytes())
    total.update(readings.value.astype(np.float64).tobytes())
    total.update(readings.estimated.tobytes())
    return total.hexdigest()


def _required(key: int | None) -> int:
    if key is None:
        raise StoreError("the database gave a new row no key: report this as a bug")
    return key


def _numpy(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def _python(moment: np.datetime64) -> datetime:
    micros: datetime = moment.astype("datetime64[us]").item()
    return micros.replace(tzinfo=UTC)
