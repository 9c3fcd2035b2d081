"""What reference families see: the logarithm of each theatre's measure in whole steps."""

import numpy as np
from numpy.typing import NDArray

from models.components.observation import log_observations, measure_of
from models.family import MeasurePaths, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]


def whole_history(inputs: Inputs) -> Array:
    """Return log measures of whole steps up to the first open one (step, theatre), NaN if unseen.

    There is at least one row.
    """
    seen = log_observations(inputs.measures)
    whole = (seen.observed > 0.5) & inputs.measures.complete
    past: Array = np.where(whole, seen.y, np.nan)[: max(inputs.measures.first_open_step, 1)]
    return past


def log_history(inputs: Inputs) -> Array:
    """Return `whole_history` with something in every theatre.

    A theatre that never reported has the mean of the others in the last step, so that a reference
    always has something to say; its standing says that it is not data.
    """
    past = whole_history(inputs)
    empty = ~np.isfinite(past).any(axis=0)
    known = past[np.isfinite(past)]
    past[-1, empty] = known.mean() if len(known) else 0.0
    return past


def as_simulation(inputs: Inputs, log_paths: Array) -> Simulation:
    """Wrap log measures (path, step, theatre) of the open steps as a family's answer."""
    first = inputs.measures.first_open_step
    return Simulation(paths=MeasurePaths(first, measure_of(inputs.measures, log_paths)[None]))
