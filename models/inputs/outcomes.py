"""What happened, read from inputs as they were known when it was settled."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from models.inputs.build import Inputs
from models.inputs.calendar import make_calendar
from models.inputs.judged import build_judged
from models.inputs.judged_track import JudgedTrack, judged_track

type Array = NDArray[np.float64]


def resolved(inputs: Inputs) -> tuple[NDArray[np.int64], Array]:
    """Return the rung and the measure of every whole step, both (step, theatre).

    rung: index into `inputs.measures.rungs`, -1 where a step was not seen whole. measure: in the
    ladder's unit, NaN there. A panel's unit is seen from its first event on, because a forecast
    made while it was at risk is settled even if nothing happened until it was so no more.
    """
    panel = inputs.measures
    measure = panel.count if panel.is_level else panel.measure
    measure = np.where(panel.covered, measure, np.nan)
    return np.where(panel.covered, panel.rung_of(measure), -1), measure


def resolved_judged(
    ladder: Ladder, domain: str, judgements: Sequence[Judgement], end: datetime
) -> JudgedTrack:
    """Return the record of a wholly judged domain up to the end of a step: its last row settles it.

    The step is settled by the highest rung in force at its end, the lowest rung of the domain
    where none was. A judgement without an end holds until a later one closes it.

    Args:
        ladder: the ladder, opened if it is a panel.
        domain: the domain.
        judgements: as they stood when the step was due to be settled.
        end: the step's end, on or after the ladder's start.
    """
    calendar = make_calendar(step=ladder.step, starts=ladder.starts, as_of=end)
    return judged_track(ladder, domain, build_judged(ladder, judgements, calendar))
