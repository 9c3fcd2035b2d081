"""The only place that reads the wall clock, and the rules of time.

All times inside the product are timezone-aware UTC. A date given by a person means the whole
of that day: `end_of_day` turns it into the last instant at which something can be known.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

type Clock = Callable[[], datetime]
"""A function that answers the present instant in UTC; tests hand in a fixed one."""


def utc_now() -> datetime:
    """Return the present instant, timezone-aware, in UTC."""
    return datetime.now(UTC)


def end_of_day(day: date) -> datetime:
    """Return the last microsecond of `day` in UTC: what is known as of that day."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1) - timedelta(microseconds=1)


def require_utc(moment: datetime, *, what: str) -> datetime:
    """Return `moment` in UTC, or raise `ValueError` if it carries no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{what} has no time zone, got {moment.isoformat()}: give it in UTC")
    return moment.astimezone(UTC)
