"""Panels of a few units with levels, as an events-only source reports them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

import numpy as np

from forecaster.domain.ladder import Ladder, Measure, Panel, Theatre
from forecaster.domain.reading import Readings
from forecaster.reference.load import load_ladder
from forecaster.reference.panel import open_panel
from models.inputs import Inputs, build_inputs
from tests.builders_models import known_at

type Events = Mapping[str, Sequence[tuple[str, float]]]
"""For each unit the months with an event, such as 1949-03, each with its level."""

LAG_DAYS = 30


def level_ladder(*, panel: Panel | None, units: Sequence[str] = ()) -> Ladder:
    """The packaged ladder of state pairs with another panel and, if asked, listed units."""
    theatres = tuple(
        Theatre(unit, unit, "asia", Measure("level", (unit,), unit="level")) for unit in units
    )
    return replace(load_ladder("state-pairs"), panel=panel, theatres=theatres)


def panel_ladder(window: int = 20) -> Ladder:
    """The packaged ladder of state pairs with another risk window."""
    ladder = load_ladder("state-pairs")
    assert ladder.panel is not None
    return replace(ladder, panel=replace(ladder.panel, risk_window_years=window))


def level_readings(events: Events) -> Readings:
    """Readings known `LAG_DAYS` after their month; the highest of a month comes last or first."""
    rows = sorted((unit, month, level) for unit, found in events.items() for month, level in found)
    months = np.array([month for _, month, _ in rows], dtype="datetime64[M]")
    ends = (months + np.timedelta64(1, "M")).astype("datetime64[us]")
    return Readings(
        "mie-dyad-month",
        np.array([unit for unit, _, _ in rows], dtype=object),
        months.astype("datetime64[us]"),
        ends + np.timedelta64(LAG_DAYS, "D"),
        np.array([level for *_, level in rows], dtype=float),
        np.ones(len(rows), dtype=bool),
    )


def open_inputs(events: Events, *, as_of: str, window: int = 20) -> Inputs:
    """Inputs of the opened panel as of the end of a day, from what was known then."""
    moment = datetime.combine(date.fromisoformat(as_of), time.max, UTC)
    known = known_at(level_readings(events), moment)
    opened = open_panel(panel_ladder(window), known, as_of=moment)
    return build_inputs(opened, readings=known, judgements=(), as_of=moment)
