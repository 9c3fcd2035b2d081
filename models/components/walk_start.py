"""Where theatres stand when a walk begins: as last seen, or drawn from the hierarchy."""

import numpy as np
from numpy.typing import NDArray

from models.components.memory import INCIDENTS, SPANS, Means, keeps, settled
from models.components.route_hazards import Carried
from models.components.rung_history import RungHistory
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]

LONGEST_GAP = 52
"""Steps without sight of a theatre that are walked through; what lies before is forgotten."""


def first_unseen(inputs: Inputs, history: RungHistory) -> int:
    """Return the step after the one in which some theatre was last seen whole, not too long ago.

    Theatres never seen do not count. At most `inputs.measures.first_open_step`.
    """
    first = inputs.measures.first_open_step
    last = _last_seen(history, first)
    known = last[last >= 0]
    return first if not len(known) else max(int(known.min()) + 1, first - LONGEST_GAP, 1)


def standing_at(
    step: int,
    inputs: Inputs,
    history: RungHistory,
    draws: Draws,
    paths: int,
    rng: np.random.Generator,
) -> Carried:
    """Return where theatres stood when `step` began (draw, path, theatre).

    A theatre of which nothing was ever seen stands at a usual level drawn for each parameter draw.
    """
    last = _last_seen(history, step)
    seen, shape = last >= 0, (len(draws["ascent"]), paths, len(last))
    present = history.rung[np.maximum(last, 0), np.arange(len(last))]
    drawn = _usual(inputs, draws, shape, rng)
    lines = np.log(inputs.measures.thresholds)
    total, weight = history.means.total[step], history.means.weight[step]
    always = settled(drawn, keeps(SPANS[inputs.ladder.step]))
    own = history.incidents[step][:, : len(INCIDENTS[inputs.ladder.step])]
    return Carried(
        rung=np.where(seen, present, np.searchsorted(lines, drawn, side="right")),
        means=Means(
            np.where(seen[:, None], total, always.total),
            np.where(seen[:, None], weight, always.weight),
        ),
        incidents=np.broadcast_to(own, (*shape, own.shape[-1])),
    )


def _last_seen(history: RungHistory, before: int) -> NDArray[np.int64]:
    """Return the last step before another that saw each theatre whole; -1 if there is none."""
    seen = history.rung[:before] >= 0
    steps = np.arange(len(seen))[:, None]
    last: NDArray[np.int64] = np.where(seen, steps, -1).max(axis=0, initial=-1)
    return last


def _usual(
    inputs: Inputs, draws: Draws, shape: tuple[int, int, int], rng: np.random.Generator
) -> Array:
    """Return usual log measures from the hierarchy, one per draw; of levels the lowest."""
    if inputs.measures.is_level:
        return np.full(shape, -np.inf)
    apart = rng.standard_normal((shape[0], 1, shape[2]))
    spread = draws["level_spread"][:, None, None]
    return np.broadcast_to(draws["level_mean"][:, None, None] + spread * apart, shape)
