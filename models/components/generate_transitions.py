"""One simulated history of levels under rung transitions: moves from one parameter draw.

Every level that the likelihood takes as an outcome, one that was seen in the step after another,
is drawn from the hazards that the likelihood states, given the simulated past: memories of
incidents are those of the simulated levels, binned as the likelihood bins them. The first level
after a gap is a condition and stays as it was seen.

Measures with a place within their rung have no such history. The likelihood of their moves takes
that place as given and says nothing of it; how high theatres usually stand is a separate statement
about the same measures, which no history of moves fulfils as well; and the rung that others are
compared with is taken from the outcomes. So they are refused.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecaster.errors import ModelError
from models.components.generated import generated_judged
from models.components.memory import INCIDENTS, keeps
from models.components.route_hazards import hazards, lines_of, parameters_of, shifts_at
from models.components.rung_history import incidents_of, rung_history, with_neighbours
from models.components.rung_moves import moved
from models.components.transition_cells import binned
from models.family import Draws
from models.inputs import Inputs, MeasurePanel

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


def generate_transitions(inputs: Inputs, draws: Draws, rng: np.random.Generator) -> Inputs:
    """Return the inputs with levels and judged records simulated over the whole history.

    Args:
        inputs: calendar, exposures and indicators, all of which are kept.
        draws: one draw of the parameters that `simulate_transitions` reads (a draw axis of
            length 1).
        rng: the generator to draw from.

    Raises:
        ModelError: measured theatres have a measure with a place within its rung.
    """
    measures, judged = inputs.measures, inputs.judged
    if measures.theatres:
        _require_levels(measures)
        measures = _generated_levels(inputs, draws, rng)
    if judged.rungs:
        judged = generated_judged(judged, draws["enter"][0], draws["leave"][0], rng)
    return replace(inputs, measures=measures, judged=judged)


def _generated_levels(inputs: Inputs, draws: Draws, rng: np.random.Generator) -> MeasurePanel:
    panel, seen = inputs.measures, rung_history(inputs).rung
    rung = _walked(inputs, draws, seen, rng)
    return replace(panel, count=np.where(seen >= 0, panel.middles[rung], panel.count))


def _walked(inputs: Inputs, draws: Draws, seen: Index, rng: np.random.Generator) -> Index:
    """Return rungs (step, theatre), -1 where `seen` is: the latter where a move is no outcome."""
    p, lines = parameters_of(draws), lines_of(inputs)
    keep = keeps(INCIDENTS[inputs.ladder.step])
    rung, own = seen.copy(), np.zeros((seen.shape[1], len(keep)))
    before = np.full(seen.shape[1], -1)
    for t, there in enumerate(seen):
        felt = with_neighbours(binned(own), level=True)[None, None]
        shifts = shifts_at(inputs, p, t - inputs.calendar.last)
        stood = np.maximum(before, 0)[None, None]
        route = hazards(inputs, p, lines, stood, felt, None, shifts)
        after = moved(stood, route, draws, rng)[0, 0]
        rung[t] = np.where((there >= 0) & (before >= 0), after, there)
        own = keep * (own + incidents_of(before, rung[t], level=True)[:, None])
        before = rung[t]
    return rung


def _require_levels(measures: MeasurePanel) -> None:
    if not measures.is_level:
        raise ModelError(
            f"rung transitions cannot make up a history of {measures.theatres[0]}: its measure has "
            f"a place within its rung, of which their likelihood says nothing; calibrate them on a "
            f"ladder of levels"
        )
