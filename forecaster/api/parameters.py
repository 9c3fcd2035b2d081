"""What is asked in an address: names, days, instants, and how much of a list."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import Depends, Path, Query

from forecaster.api.access import Seen
from forecaster.api.acts.scope import visible_ladder
from forecaster.api.cursors import LONGEST
from forecaster.api.issued import the_ladder
from forecaster.api.service import Surroundings
from forecaster.clock import end_of_day
from forecaster.domain.ladder import Ladder
from forecaster.errors import RequestError

_PRINTED = r"^[^\x00-\x1f]*$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
MOST_ROWS = 5_000
MOST_NUMBER = 2**31 - 1

type Form = Literal["json", "csv", "parquet", "arrow"]

Name = Annotated[str, Query(max_length=200, pattern=_PRINTED)]
InPath = Annotated[str, Path(max_length=200, pattern=_PRINTED)]
Day = Annotated[str, Query(pattern=_DAY, json_schema_extra={"format": "date"})]
DayInPath = Annotated[str, Path(pattern=_DAY, json_schema_extra={"format": "date"})]
Moment = Annotated[
    str,
    Query(
        max_length=40,
        pattern=_PRINTED,
        description="A day, which means its end, or an instant with its time zone.",
        examples=["2026-01-31", "2026-01-31T12:00:00Z"],
    ),
]
Cursor = Annotated[
    str, Query(max_length=LONGEST, pattern=_PRINTED, description="As a former answer gave it.")
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="How many rows at most.")]
Steps = Annotated[int, Query(ge=0, le=100_000, description="How many steps ahead.")]
Number = Annotated[int, Path(ge=1, le=MOST_NUMBER)]
Before = Annotated[int, Query(ge=1, le=MOST_NUMBER, description="Only what has a smaller number.")]
Format = Annotated[
    Form | None,
    Query(alias="format", description="The form of the answer; else that of the header `Accept`."),
]


def day_of(text: str, *, what: str) -> date:
    """Return the day that is meant.

    Raises:
        RequestError: there is no such day.
    """
    try:
        found = date.fromisoformat(text) if re.match(_DAY, text) else None
    except ValueError:
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise RequestError(f"{what} is no day, got {text[:40]!r}: give one as 2026-01-31")
    return found


def moment_of(text: str, *, what: str) -> datetime:
    """Return the instant that is meant: the end of a day, or an instant with its time zone.

    Raises:
        RequestError: it is neither.
    """
    if re.match(_DAY, text):
        return end_of_day(day_of(text, what=what))
    try:
        # A plus sign in an address reads as a blank.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise RequestError(
            f"{what} is no instant, got {text[:40]!r}: give a day, or one as 2026-01-31T12:00:00Z"
        )
    return found.astimezone(UTC)


async def _known_at(service: Surroundings, as_of: Moment | None = None) -> datetime:
    return service.clock() if as_of is None else moment_of(as_of, what="as_of")


def _one_ladder(service: Surroundings, seen: Seen, ladder: Name | None = None) -> Ladder:
    return visible_ladder(service, seen, the_ladder(service, seen, ladder))


AsOf = Annotated[datetime, Depends(_known_at)]
"""For the signature of a read: the instant that `as_of` means, now if it is not given."""

OneLadder = Annotated[Ladder, Depends(_one_ladder)]
"""For the signature of a read: the ladder called `ladder`, or the only one that may be seen."""
