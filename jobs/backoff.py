"""How long a failed job waits before it is tried again: exponential backoff with jitter."""

import random
from datetime import timedelta

LONGEST = timedelta(hours=6)
_SPREAD = 0.25
_MOST_DOUBLINGS = 30


def wait_after(failures: int, *, first_seconds: float, key: str) -> timedelta:
    """Return how long to wait after the `failures`-th failure of a slot.

    It is `first_seconds` doubled with each failure, a quarter more or less by `key` and number, so
    that slots that failed together do not come back together; at most `LONGEST`, and equal
    arguments give equal waits.
    """
    seconds = first_seconds * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
    seconds = min(seconds, LONGEST.total_seconds())
    # Not a secret: it only spreads load, and must be the same in every process.
    share = random.Random(f"{key}/{failures}").uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311
    return min(timedelta(seconds=seconds * share), LONGEST)
