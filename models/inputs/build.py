"""All inputs of one update, put together from what was known as of a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from forecaster.errors import ModelError
from models.inputs.calendar import Calendar, make_calendar
from models.inputs.indicators import IndicatorPanel, build_indicators
from models.inputs.judged import JudgedPanel, build_judged
from models.inputs.measure import MeasurePanel, build_measures
from models.inputs.series import index_series


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a family may look at: nothing in it was recorded after `calendar.as_of`."""

    ladder: Ladder
    calendar: Calendar
    measures: MeasurePanel
    indicators: IndicatorPanel
    judged: JudgedPanel

    @property
    def steps_open(self) -> int:
        """Steps from the first one not seen whole up to the longest horizon."""
        return self.calendar.last + max(self.ladder.horizons) + 1 - self.measures.first_open_step


def build_inputs(
    ladder: Ladder, *, readings: Readings, judgements: Sequence[Judgement], as_of: datetime
) -> Inputs:
    """Return the inputs of an update of `ladder` as of a moment.

    Raises:
        ModelError: a reading or judgement was recorded after `as_of` (it would leak the future),
            or `as_of` lies before the ladder's start.
    """
    if len(readings) and readings.recorded_at.max() > _moment(as_of):
        raise ModelError(f"readings hold values recorded after {as_of}: read them as of that time")
    if any(j.recorded_at > as_of for j in judgements):
        raise ModelError(f"judgements hold ones recorded after {as_of}: read them as of that time")
    try:
        calendar = make_calendar(step=ladder.step, starts=ladder.starts, as_of=as_of)
    except ValueError as error:
        raise ModelError(f"{error}: give a later --as-of") from None
    index = index_series(readings)
    measures = build_measures(ladder, index, calendar)
    indicators = build_indicators(
        ladder, measures.theatres, index, calendar, steps_ahead=max(ladder.horizons)
    )
    judged = build_judged(ladder, judgements, calendar)
    return Inputs(ladder, calendar, measures, indicators, judged)


def _moment(when: datetime) -> np.datetime64:
    return np.datetime64(when.replace(tzinfo=None), "us")
