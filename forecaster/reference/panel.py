"""Panels: theatres that are found in the data instead of listed in the ladder file."""

from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Ladder, Measure, Panel, Theatre
from forecaster.domain.reading import Readings
from forecaster.reference.states import pair_of

type Days = NDArray[np.datetime64]


def open_panel(
    ladder: Ladder, readings: Readings, *, as_of: datetime, since: datetime | None = None
) -> Ladder:
    """Return `ladder` with a theatre for every unit at risk; itself without a panel.

    A unit is a series that no indicator names. It is at risk from an event on, that day included,
    for the panel's risk window. What was recorded after `as_of` is not looked at.

    Args:
        ladder: any ladder.
        readings: of the panel's drop, and of the indicators if there are any.
        as_of: what may be known.
        since: units at risk at any time from then to `as_of` are opened, such as all that a
            backtest meets; None for those at risk on `as_of`.
    """
    panel = ladder.panel
    if panel is None:
        return ladder
    watched = {s for i in ladder.indicators for _, names in i.series for s in names}
    alive = (readings.recorded_at <= _moment(as_of)) & (readings.observed_at <= _moment(as_of))
    alive &= risk_ends(readings.observed_at, panel) > _moment(since or as_of)
    units = sorted(set(readings.series[alive].tolist()) - watched)
    return replace(ladder, theatres=tuple(theatre_of(unit, panel) for unit in units))


def theatre_of(unit: str, panel: Panel) -> Theatre:
    """Return the theatre of a unit: its name, its region, and the level that its series shows."""
    name, region = unit, panel.region
    pair = pair_of(unit) if panel.naming == "cow-pair" else None
    if pair:
        first, second = pair
        name = f"{first.name} – {second.name}"
        region = first.region if first.region == second.region else region
    return Theatre(unit, name, region, Measure(kind="level", series=(unit,), unit="level"))


def risk_ends(events: Days, panel: Panel) -> Days:
    """Return, for each event's moment, the first day on which it puts its unit at risk no more."""
    day = events.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    later = month + np.timedelta64(12 * panel.risk_window_years, "M")
    within = day - month.astype("datetime64[D]")
    ends: Days = later.astype("datetime64[D]") + within
    return ends


def _moment(when: datetime) -> np.datetime64:
    return np.datetime64(when.replace(tzinfo=None), "us")
