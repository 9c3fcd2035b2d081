"""When a schedule is due: pure enumeration of slots, so that a missed one can be caught up.

A slot is an instant that follows from the schedule and the calendar of a time zone alone, never
from when a process started; two schedulers therefore name the same slots, and the ledger lets one
of them have each. An hour that the clocks leave out is made good at the first instant after it;
one that comes twice counts the first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from jobs.job import Cadence, Cron, OnNews, Schedule

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_SOURCE_LEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """By whose clock jobs are due.

    hour: of the daily cycle in `zone`; sources are due one hour before it. minutes: how often is
    looked for news, 0 for never.
    """

    hour: int
    zone: ZoneInfo
    minutes: int = 60


def due_slots(
    schedule: Schedule,
    calendar: Calendar,
    *,
    after: datetime,
    until: datetime,
    cadence_days: float = 1.0,
) -> tuple[datetime, ...]:
    """Return every slot in (after, until] in UTC, oldest first.

    cadence_days: of the source, for schedules by cadence; under a day it still means every day.
    """
    if isinstance(schedule, OnNews):
        newest = _on_grid(calendar.minutes, until)
        return (newest,) if newest is not None and newest > after else ()
    slots = slots_after(schedule, calendar, after, cadence_days=cadence_days)
    return tuple(takewhile(lambda slot: slot <= until, slots))


def next_slot(
    schedule: Schedule, calendar: Calendar, *, after: datetime, cadence_days: float = 1.0
) -> datetime | None:
    """Return the first slot later than `after` in UTC, or None if the schedule has none."""
    return next(slots_after(schedule, calendar, after, cadence_days=cadence_days), None)


def slots_after(
    schedule: Schedule, calendar: Calendar, after: datetime, *, cadence_days: float = 1.0
) -> Iterator[datetime]:
    """Yield every slot later than `after`, oldest first, without end unless there are none."""
    if isinstance(schedule, Cron):
        expression = schedule.expression.format(hour=calendar.hour)
        moments = _cron(expression, calendar.zone, after + schedule.lead)
        return (moment - schedule.lead for moment in moments)
    if isinstance(schedule, Cadence):
        return _every(max(1, round(cadence_days)), calendar, after)
    if isinstance(schedule, OnNews) and calendar.minutes:
        return _grid(calendar.minutes, after)
    return iter(())


def _cron(expression: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the times of an expression once each; CronSim alone may name an instant twice."""
    from cronsim import CronSim

    last = after
    for local in CronSim(expression, after.astimezone(zone)):
        moment = local.astimezone(UTC)
        if moment > last:
            yield moment
            last = moment


def _every(days: int, calendar: Calendar, after: datetime) -> Iterator[datetime]:
    first = _EPOCH.date()
    # Two days early, because the date in a zone may be another than in UTC.
    count = max(0, ((after - _EPOCH).days - 2) // days)
    while True:
        at_hour = datetime.combine(
            first + timedelta(days=count * days), time(calendar.hour), calendar.zone
        )
        slot = at_hour.astimezone(UTC) - _SOURCE_LEAD
        if slot > after:
            yield slot
        count += 1


def _grid(minutes: int, after: datetime) -> Iterator[datetime]:
    step = timedelta(minutes=minutes)
    slot = _EPOCH + ((after - _EPOCH) // step + 1) * step
    while True:
        yield slot
        slot += step


def _on_grid(minutes: int, moment: datetime) -> datetime | None:
    if not minutes:
        return None
    step = timedelta(minutes=minutes)
    return _EPOCH + (moment - _EPOCH) // step * step
