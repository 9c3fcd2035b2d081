"""Panels: theatres that are found in the data instead of listed in the ladder file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from forecaster.domain.ladder import Ladder, Measure, Panel, Theatre


def open_panel(ladder: Ladder, *, events: Mapping[str, Sequence[date]], as_of: date) -> Ladder:
    """Return `ladder` with a theatre for every unit at risk on `as_of`; itself without a panel.

    A unit is at risk from an event on, that day included, for the panel's risk window. Its
    theatre is measured by the level that its series shows.

    Args:
        ladder: any ladder.
        events: for each series of the panel's drop the days that have a value; those after
            `as_of` are not looked at.
        as_of: the day that is asked about.
    """
    panel = ladder.panel
    if panel is None:
        return ladder
    since = _years_before(as_of, panel.risk_window_years)
    at_risk = sorted(s for s, days in events.items() if any(since < d <= as_of for d in days))
    return replace(ladder, theatres=tuple(_theatre(series, panel) for series in at_risk))


def _theatre(series: str, panel: Panel) -> Theatre:
    measure = Measure(kind="level", series=(series,), unit="level")
    return Theatre(id=series.lower(), name=series, region=panel.region, measure=measure)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=max(day.year - years, 1))
    except ValueError:  # 29 February has no counterpart in most years
        return day.replace(year=max(day.year - years, 1), day=28)
