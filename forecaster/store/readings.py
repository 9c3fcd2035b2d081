"""The repository of readings: what sources said, when it was known, and nothing edited since."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import numpy as np
from sqlmodel import Session, col, select

from forecaster.clock import Clock, require_utc
from forecaster.domain.reading import Readings
from forecaster.errors import StoreError
from forecaster.store import bulk, bulk_read
from forecaster.store.columns import Columns, from_readings, series_runs
from forecaster.store.merge import new_rows
from forecaster.store.reading_reads import ReadingReader
from forecaster.store.sql import lock
from forecaster.store.tables.observations import BatchRow, SeriesRow


class ReadingRepository(ReadingReader):
    """Readings, append-only. `merge` says when a reading counts as new."""

    def __init__(self, session: Session, clock: Clock) -> None:
        super().__init__(session)
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
