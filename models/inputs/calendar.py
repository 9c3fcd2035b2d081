"""The steps of a ladder: days, weeks from Monday, or months, counted from the ladder's start."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Step

type Days = NDArray[np.datetime64]

_MONDAY = np.datetime64("1970-01-05", "D")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Numbered steps: step 0 holds `starts`, step `last` holds the day of `as_of`.

    `edges` are the first days of steps 0 … last + 1 (`datetime64[D]`), so that step t covers the
    days from `edges[t]` up to, not including, `edges[t + 1]`.
    """

    step: Step
    starts: date
    as_of: datetime
    edges: Days

    @property
    def last(self) -> int:
        """The step in which `as_of` falls."""
        return len(self.edges) - 2

    @property
    def days_in_step(self) -> NDArray[np.float64]:
        """Length of each step in days; the first one counts only from `starts`."""
        edges = self.edges.copy()
        edges[0] = max(edges[0], np.datetime64(self.starts, "D"))
        return np.diff(edges).astype(np.float64)

    @property
    def usual_days(self) -> float:
        """The usual length of a whole step in days."""
        return float(np.median(np.diff(self.edges).astype(float)))

    def step_of(self, days: Days) -> NDArray[np.int64]:
        """Return the step of each day; below 0 or above `last` means outside."""
        return np.searchsorted(self.edges, days.astype("datetime64[D]"), side="right") - 1

    def window_of(self, days: Days) -> NDArray[np.int64]:
        """Return the window of each day: whole steps that end on the day of `as_of`.

        Window t ends on that weekday of step t, so that the last window is as whole
        as any other. Days and months have the windows of their steps.
        """
        if self.step != "week":
            return self.step_of(days)
        today = np.datetime64(self.as_of.date(), "D")
        ago = (today - days.astype("datetime64[D]")).astype(np.int64)
        return self.last - ago // 7

    def start_of(self, step: int) -> datetime:
        """Return the first instant of `step`, which may lie in the future."""
        return _as_datetime(_edge(self.step, self.starts, step))

    def end_of(self, step: int) -> datetime:
        """Return the last microsecond of `step`, which may lie in the future."""
        return self.start_of(step + 1) - timedelta(microseconds=1)


def make_calendar(*, step: Step, starts: date, as_of: datetime) -> Calendar:
    """Return the steps from the one that holds `starts` to the one that holds `as_of`.

    Raises:
        ValueError: `as_of` lies before `starts`.
    """
    if as_of.date() < starts:
        raise ValueError(f"as of {as_of.date()} lies before the ladder's start {starts}")
    today = np.datetime64(as_of.date(), "D")
    count = 1
    while _edge(step, starts, count) <= today:
        count += max(1, int((today - _edge(step, starts, count)).astype(int)) // _LONGEST[step])
    edges = np.array([_edge(step, starts, t) for t in range(count + 1)], dtype="datetime64[D]")
    return Calendar(step=step, starts=starts, as_of=as_of, edges=edges)


_LONGEST = {"day": 1, "week": 7, "month": 31}


def _edge(step: Step, starts: date, number: int) -> np.datetime64:
    day = np.datetime64(starts, "D")
    if step == "month":
        month = day.astype("datetime64[M]") + np.timedelta64(number, "M")
        return np.datetime64(month, "D")
    if step == "week":
        since = (day - _MONDAY) // np.timedelta64(7, "D")
        return _MONDAY + np.timedelta64(7 * (int(since) + number), "D")
    return day + np.timedelta64(number, "D")


def _as_datetime(day: np.datetime64) -> datetime:
    return datetime.combine(day.astype(date), datetime.min.time(), UTC)
