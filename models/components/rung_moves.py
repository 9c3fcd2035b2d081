"""One step of competing hazards: which theatres move, in which direction, and how far."""

import numpy as np
from numpy.typing import NDArray

from models.components.jumps import drawn_sizes
from models.components.route_hazards import Hazards
from models.family import Draws

type Index = NDArray[np.int64]


def moved(rung: Index, route: Hazards, draws: Draws, rng: np.random.Generator) -> Index:
    """Return the rungs after one step (draw, path, theatre).

    A theatre moves with probability 1 - exp(-sum of hazards), upward in proportion to the hazards
    upward; hazards beyond the ends of the ladder are zero, and no jump is longer than its room.

    Args:
        rung: where theatres stand (draw, path, theatre).
        route: the hazards of the step.
        draws: holds `jump_up` and `jump_down` (draw, rung, size).
        rng: the generator to draw from.
    """
    up, down = route.purposeful + route.inadvertent, route.descent
    either = up + down
    moving = -np.expm1(-either)
    chance = rng.random(rung.shape)
    rising = chance * np.maximum(either, 1e-300) < moving * up
    falling = ~rising & (chance < moving)
    after = rung.copy()
    highest = draws["jump_up"].shape[1] - 1
    for there, sign, name in ((rising, 1, "jump_up"), (falling, -1, "jump_down")):
        where = np.nonzero(there)
        start = rung[where]
        room = highest - start if sign > 0 else start
        after[where] += sign * drawn_sizes(draws[name], where[0], start, room, rng)
    return after
