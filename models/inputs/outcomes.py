"""What happened, read from inputs as they were known when it was settled."""

import numpy as np
from numpy.typing import NDArray

from models.inputs.build import Inputs

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
