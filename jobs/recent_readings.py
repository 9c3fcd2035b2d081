"""Readings of a ladder kept between the runs of one process: only what changed is read again."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecaster.domain.reading import Readings
    from forecaster.store.unit_of_work import UnitOfWork

KEPT = 8
"""How many sets of series a process keeps: those of a few ladders and their neighbours."""

type Key = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An as-of read: its moment, the batch stored last before it, and what it found."""

    as_of: datetime
    batch: int
    batch_digest: str
    readings: "Readings"


_kept: "OrderedDict[Key, _Kept]" = OrderedDict()
_keeping = Lock()


def recent_readings(work: "UnitOfWork", series: Collection[str], as_of: datetime) -> "Readings":
    """Return exactly what `work.readings.as_of(series, as_of)` would.

    Where this process has read the same series of the same database as of an earlier moment, only
    what came since is read and laid over it. A moment before the last one, as a backtest begins
    with, and a database that was restored from a backup meanwhile are read whole.
    """
    key = (work.database, frozenset(series))
    held = _kept.get(key)
    if held is not None and (
        as_of < held.as_of or work.readings.batch_digest(held.batch) != held.batch_digest
    ):
        held = None
    batch = work.readings.newest_batch()
    found = _read(work, series, as_of, held)
    digest = work.readings.batch_digest(batch)
    with _keeping:  # a fleet updates its ladders from several threads
        _kept[key] = _Kept(as_of, batch, digest, found)
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _read(
    work: "UnitOfWork", series: Collection[str], as_of: datetime, held: _Kept | None
) -> "Readings":
    from forecaster.domain.overlay import overlaid

    if held is None:
        return work.readings.as_of(series, as_of)
    later = work.readings.since(series, held.as_of, as_of, after_batch=held.batch)
    return overlaid(held.readings, later)
