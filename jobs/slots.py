"""When a schedule is due: pure enumeration of slots, so that a missed one can be caught up.

A slot is an instant that follows from the schedule alone, never from when a process started;
two schedulers therefore name the same slots, and the ledger lets one of them have each.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from jobs.job import ByHand, Cron, Schedule

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_SOURCE_LEAD = timedelta(hours=1)


def due_slots(
    schedule: Schedule,
    *,
    after: datetime,
    until: datetime,
    hour: int,
    cadence_days: float = 1.0,
    limit: int,
) -> tuple[datetime, ...]:
    """Return the slots in (after, until], oldest first: at most the last `limit` of them.

    hour: of the daily cycle, UTC; sources are due one hour before it. cadence_days: of the
    source, for schedules by cadence; under a day it still means every day.
    """
    slots = slots_after(schedule, after, hour=hour, cadence_days=cadence_days)
    return tuple(takewhile(lambda slot: slot <= until, slots))[-limit:]


def next_slot(
    schedule: Schedule, *, after: datetime, hour: int, cadence_days: float = 1.0
) -> datetime | None:
    """Return the first slot later than `after`, or None if the schedule has none."""
    return next(slots_after(schedule, after, hour=hour, cadence_days=cadence_days), None)


def slots_after(
    schedule: Schedule, after: datetime, *, hour: int, cadence_days: float = 1.0
) -> Iterator[datetime]:
    """Yield every slot later than `after`, oldest first, without end unless there are none."""
    if isinstance(schedule, ByHand):
        return iter(())
    if isinstance(schedule, Cron):
        return _cron(schedule.expression.format(hour=hour), after)
    return _every(max(1, round(cadence_days)), after, start=_first(hour))


def _first(hour: int) -> datetime:
    return _EPOCH + timedelta(hours=hour) - _SOURCE_LEAD


def _cron(expression: str, after: datetime) -> Iterator[datetime]:
    from cronsim import CronSim

    yield from CronSim(expression, after)


def _every(days: int, after: datetime, *, start: datetime) -> Iterator[datetime]:
    step = timedelta(days=days)
    slot = start + max(0, (after - start) // step + 1) * step
    while True:
        yield slot
        slot += step
