"""What a command needs of the user's own store: a ladder's readings as of a day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from forecaster.settings import load_settings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.known import readings_as_of, reliability_of
from jobs.wiring import open_database


def end_of(day: date) -> datetime:
    """Return the last microsecond of a day."""
    return datetime.combine(day, time.max, UTC)


def stored_readings(ladder: Ladder, as_of: datetime) -> Readings:
    """Return what was known of the ladder's series as of a moment."""
    with UnitOfWork(open_database(load_settings()), read_only=True) as work:
        return readings_as_of(work, ladder, as_of)


def stored_reliability(ladder: Ladder, readings: Readings) -> Mapping[str, float]:
    """Return the reliability ratios of the ladder's series among `readings`, by their sources."""
    with UnitOfWork(open_database(load_settings()), read_only=True) as work:
        return reliability_of(work, ladder, readings)


def weeks_before(last: datetime, count: int, every: int) -> list[datetime]:
    """Return `count` moments, `every` weeks apart, the last of which is `last`."""
    return [last - timedelta(weeks=every * i) for i in reversed(range(count))]
