"""Numbers that may be missing: not-a-number in the domain is null in a table, and back."""

import math


def to_column(number: float | None) -> float | None:
    """Return a plain float for a column, None where the number is missing."""
    return None if number is None or math.isnan(number) else float(number)


def from_column(number: float | None) -> float:
    """Return the number of a column, not-a-number where it is null."""
    return math.nan if number is None else number
