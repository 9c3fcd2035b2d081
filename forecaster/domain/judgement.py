"""A judgement: an analyst's dated statement of the rung a theatre stood on, with evidence."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """The theatre stood on judged `rung` from `starts_at` to `ends_at` (open if None).

    It was known from `recorded_at` on, which the `as_of` rule compares.
    """

    ladder: str
    theatre: str
    domain: str
    rung: str
    starts_at: datetime
    ends_at: datetime | None
    author: str
    evidence: str
    recorded_at: datetime
