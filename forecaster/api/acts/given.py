"""What people give: text that any database can keep, and instants that mean something."""

from datetime import UTC, datetime

from forecaster.errors import RequestError
from forecaster.store.quarantine import storable

LONGEST = 4_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def said(text: str, *, what: str) -> str:
    """Return `text` without what no database keeps, stripped.

    Raises:
        RequestError: nothing is left of it, or it is longer than `LONGEST` letters.
    """
    kept = storable(text).strip()
    if not kept:
        raise RequestError(f"{what} is missing: say it in words")
    if len(kept) > LONGEST:
        raise RequestError(f"{what} has {len(kept)} letters, and at most {LONGEST} are kept")
    return kept


def instant(moment: datetime, *, what: str) -> datetime:
    """Return an instant in UTC.

    Raises:
        RequestError: it has no time zone, or no plausible year.
    """
    if moment.tzinfo is None:
        raise RequestError(f"{what} has no time zone, got {moment.isoformat()}: give it in UTC")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise RequestError(
            f"{what} is in the year {moment.year}: give one from {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    return moment.astimezone(UTC)


def past(moment: datetime, *, what: str, now: datetime) -> datetime:
    """Return an instant in UTC that is not after `now`.

    Raises:
        RequestError: it lies ahead, has no time zone, or no plausible year.
    """
    found = instant(moment, what=what)
    if found > now:
        raise RequestError(f"{what} lies ahead ({found.isoformat()}): state what has happened")
    return found
