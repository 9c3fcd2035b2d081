"""When a plan's forecasts are made, and by when the last of them is resolved."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.clock import end_of_day

if TYPE_CHECKING:
    from forecaster.domain.backtest import Plan
    from forecaster.domain.ladder import Ladder

_LONGEST_DAYS = {"day": 1, "week": 7, "month": 31}


def origins_of(plan: "Plan", ladder: "Ladder") -> list[datetime]:
    """Return the last instants of the plan's days of origin, in order."""
    found, day = [], plan.first
    while day <= plan.last:
        found.append(end_of_day(day))
        day = _later(day, plan.every_steps, ladder)
    return found


def resolved_by(plan: "Plan", ladder: "Ladder") -> datetime:
    """Return the moment by which every forecast of the plan's last origin is resolved."""
    longest = _LONGEST_DAYS[ladder.step] * (max(ladder.horizons) + 1)
    return end_of_day(plan.last) + timedelta(days=longest + plan.resolve_after_days)


def _later(day: date, steps: int, ladder: "Ladder") -> date:
    """Return the day so many steps later; of months, the same day or else the month's last."""
    if ladder.step != "month":
        return day + timedelta(days=steps * _LONGEST_DAYS[ladder.step])
    year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
