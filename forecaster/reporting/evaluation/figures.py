"""Numbers as they stand in a table: a true minus, a fixed number of digits, a dash for none."""

from math import isfinite

from forecaster.domain.backtest import Score
from forecaster.reporting.phrases import signed

DASH = "–"
"""Stands where there is no figure: it was not stored, or could not be computed."""


def number(score: Score | None, digits: int) -> str:
    """Return a score's value, a dash if there is none or it is no number."""
    return plain(None if score is None else score.value, digits)


def plain(value: float | None, digits: int) -> str:
    """Return a number with `digits` decimals and a true minus, a dash if there is none."""
    if value is None or not isfinite(value):
        return DASH
    return signed(value, digits).removeprefix("+")


def difference(score: Score | None, digits: int) -> str:
    """Return `−0.0021 (−0.0030 to −0.0012)`; without an interval the value alone."""
    if score is None or not isfinite(score.value):
        return DASH
    return f"{signed(score.value, digits)}{_interval(score, digits)}"


def percentage(score: Score | None, digits: int = 1) -> str:
    """Return a share as a signed percentage: `+5.1 %`."""
    return plain_percentage(None if score is None else score.value, digits)


def plain_percentage(value: float | None, digits: int = 1) -> str:
    """Return a share as a signed percentage, a dash if there is none."""
    if value is None or not isfinite(value):
        return DASH
    return f"{signed(100 * value, digits)} %"


def share(score: Score | None) -> str:
    """Return a share as an unsigned percentage with one decimal: `91.2 %`."""
    if score is None or not isfinite(score.value):
        return DASH
    return f"{100 * score.value:.1f} %"


def count(value: int | None) -> str:
    """Return a count with its thousands parted, a dash if there is none."""
    return DASH if value is None else f"{value:,}"


def _interval(score: Score, digits: int) -> str:
    low, high = score.lower, score.upper
    if low is None or high is None or not (isfinite(low) and isfinite(high)):
        return ""
    return f" ({signed(low, digits)} to {signed(high, digits)})"
