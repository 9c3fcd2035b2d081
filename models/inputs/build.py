"""All inputs of one update, put together from what was known as of a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import numpy as np

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from forecaster.errors import ModelError
from models.inputs.calendar import Calendar, make_calendar
from models.inputs.indicators import IndicatorPanel, build_indicators
from models.inputs.judged import JudgedPanel, build_judged
from models.inputs.measure import build_measures
from models.inputs.measure_panel import MeasurePanel
from models.inputs.neighbours import Neighbour, NeighbourPanel, build_neighbours
from models.inputs.series import index_series

ALL_SIGNAL: Mapping[str, float] = MappingProxyType({})
"""Reliability ratios where nothing is known of any source: all that is read is signal."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a family may look at: nothing in it was recorded after `calendar.as_of`.

    indicators: those that push what lasts. concurrent: those that act in their own step alone.
    """

    ladder: Ladder
    calendar: Calendar
    measures: MeasurePanel
    indicators: IndicatorPanel
    judged: JudgedPanel
    neighbours: NeighbourPanel
    concurrent: IndicatorPanel

    @property
    def steps_open(self) -> int:
        """Steps from the first one not seen whole up to the longest horizon."""
        return self.calendar.last + max(self.ladder.horizons) + 1 - self.measures.first_open_step


def build_inputs(
    ladder: Ladder,
    *,
    readings: Readings,
    judgements: Sequence[Judgement],
    as_of: datetime,
    neighbours: Sequence[Neighbour] = (),
    reliability: Mapping[str, float] = ALL_SIGNAL,
) -> Inputs:
    """Return the inputs of an update of `ladder` as of a moment.

    Args:
        ladder: the ladder.
        readings: all that it names, as of the moment.
        judgements: its own, as of the moment.
        as_of: the moment.
        neighbours: ladders that its couplings name; one that is missing stands at its usual height.
        reliability: reliability ratios of indicators' series by id; 1 for one that is not named.
            Measures take none: their noise is a parameter that the data inform.

    Raises:
        ModelError: a reading or judgement was recorded after `as_of` (it would leak the future),
            or `as_of` lies before the ladder's start.
    """
    _require_known(readings, judgements, as_of)
    for neighbour in neighbours:
        _require_known(neighbour.readings, neighbour.judgements, as_of)
    try:
        calendar = make_calendar(step=ladder.step, starts=ladder.starts, as_of=as_of)
    except ValueError as error:
        raise ModelError(f"{error}: give a later --as-of") from None
    index = index_series(readings)
    measures = build_measures(ladder, index, calendar)
    ahead = max(ladder.horizons)
    indicators, concurrent = (
        build_indicators(
            ladder,
            measures.theatres,
            index,
            calendar,
            steps_ahead=ahead,
            reliability=reliability,
            concurrent=kind,
        )
        for kind in (False, True)
    )
    judged = build_judged(ladder, judgements, calendar)
    beside = build_neighbours(ladder, neighbours, calendar, steps_ahead=ahead)
    return Inputs(ladder, calendar, measures, indicators, judged, beside, concurrent)


def _require_known(readings: Readings, judgements: Sequence[Judgement], as_of: datetime) -> None:
    if len(readings) and readings.recorded_at.max() > _moment(as_of):
        raise ModelError(f"readings hold values recorded after {as_of}: read them as of that time")
    if any(j.recorded_at > as_of for j in judgements):
        raise ModelError(f"judgements hold ones recorded after {as_of}: read them as of that time")


def require_theatre(inputs: Inputs) -> None:
    """Do nothing if there is a measured theatre or a judged rung to estimate.

    Raises:
        ModelError: there is neither.
    """
    if not inputs.measures.theatres and not inputs.judged.rungs:
        raise ModelError(f"ladder {inputs.ladder.id} has no theatre to estimate: add one")


def _moment(when: datetime) -> np.datetime64:
    return np.datetime64(when.replace(tzinfo=None), "us")
