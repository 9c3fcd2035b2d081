"""Small pieces of English: lists, dates, spans of steps and amounts of change."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from forecaster.domain.ladder import Step

STEP_DAYS: dict[Step, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}
"""Length of one step in days."""


def joined(items: Sequence[str]) -> str:
    """Return `a`, `a and b` or `a, b and c`; empty for no items."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capped(items: Sequence[str], *, most: int) -> str:
    """Return the first `most` items joined, and how many more there are."""
    if len(items) <= most:
        return joined(items)
    return joined([*items[:most], f"{len(items) - most} more"])


def short(name: str) -> str:
    """Return a name without what it explains in brackets at its end: `High North`."""
    return name.partition(" (")[0] if name.endswith(")") else name


def counted(number: int, noun: str) -> str:
    """Return `1 week`, `4 weeks`, `1,200 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def span(steps: int, step: Step) -> str:
    """Return a horizon in words: `4 weeks`."""
    return counted(steps, step)


def day(moment: datetime | date) -> str:
    """Return `30 June 2025`."""
    return f"{moment.day} {moment:%B %Y}"


def short_day(moment: datetime | date) -> str:
    """Return `30 Jun`, for heads of columns."""
    return f"{moment.day} {moment:%b}"


def moment(when: datetime) -> str:
    """Return `30 June 2025` for the end of a day, else `30 June 2025, 14:05 UTC`."""
    when = when.astimezone(UTC)
    if (when + timedelta(microseconds=1)).time() == datetime.min.time():
        return day(when)
    return f"{day(when)}, {when:%H:%M} UTC"


def points(delta: float) -> str:
    """Return a change of probability in percentage points, signed: `+14`, `−0.4`."""
    size = abs(delta) * 100
    shown = f"{size:.0f}" if size >= 0.95 else f"{size:.1f}"
    return f"{'+' if delta >= 0 else '−'}{shown}"


def signed(value: float, digits: int) -> str:
    """Return a number with its sign and a true minus: `+1.2`, `−0.03`; zero has no sign."""
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0.0:
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def capital(sentence: str) -> str:
    """Return `sentence` with its first letter raised and the rest left as it is."""
    return sentence[:1].upper() + sentence[1:]
