"""How much of the expected ascent comes by accident: the inadvertent route's share of moves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.simulate_transitions import walk
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RouteShares:
    """Moves upward after the present step, up to each horizon: arrays (theatre, horizon).

    ascents: expected number of moves. inadvertent: the inadvertent route's share of them, 0 … 1;
    NaN where no path rose.
    """

    theatres: tuple[str, ...]
    horizons: tuple[int, ...]
    ascents: Array
    inadvertent: Array


def route_shares(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> RouteShares:
    """Return each theatre's expected ascents per horizon and how many nobody would have meant.

    A simulated move counts for a route in proportion to the route's hazard in that step, so that
    the share carries no noise of labelling.
    """
    walked = walk(inputs, draws, paths, rng)
    present = inputs.calendar.last + 1 - walked.first
    ascents = np.cumsum(walked.ascents[present:], axis=0)
    inadvertent = np.cumsum(walked.inadvertent[present:], axis=0)
    rows = np.array(inputs.ladder.horizons) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(ascents > 0, inadvertent / ascents, np.nan)
    return RouteShares(
        inputs.measures.theatres, inputs.ladder.horizons, ascents[rows].T, share[rows].T
    )
