"""What moving one lever does, if it is done: an intervention, not an observation.

The lever is put `by` above where it would otherwise be and held there, and no longer answers
anybody; all else answers as estimated. Everything is linear, so the difference of the two
expected futures follows the same recursions without noise, and is exact for every draw.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecaster.errors import ModelError
from models.components import tension_states
from models.components.lever_paths import LeverPaths
from models.components.levers import Levers, levers_of
from models.components.movement import Movement, groups
from models.components.reaction_paths import MovementRecord, lever_push
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]


def impulse_response(
    inputs: Inputs,
    draws: Draws,
    indicator: str,
    by: float,
    *,
    steps: int | None = None,
    after: int = 0,
) -> Array:
    """Return the change of expected log tension in the steps after the present one.

    Bounds on how far an indicator can go (`CLIP`) are left out: a response to twice the move is
    twice the response.

    Args:
        inputs: of a ladder with measured theatres.
        draws: posterior draws of `action_reaction`.
        indicator: id of a controlled indicator with a series.
        by: how far it is moved, in its standard deviations, those of its source's errors left out.
        steps: how far to look; the longest horizon if None.
        after: steps from the present one until it has moved.

    Returns:
        (draw, step, theatre); row 0 is the first step after the present one.

    Raises:
        ModelError: no controlled indicator with a series has that id.
    """
    levers = levers_of(inputs)
    if indicator not in levers.indicators:
        known = ", ".join(levers.indicators) or "none"
        raise ModelError(f"no controlled indicator with a series is called {indicator!r}: {known}")
    steps = max(inputs.ladder.horizons) if steps is None else steps
    moved = levers.indicator == levers.indicators.index(indicator)
    # What is moved is the thing itself, not what a source says of it: that is signal alone.
    levers = replace(levers, reliability=np.where(moved, 1.0, levers.reliability))
    moving = _differences(levers, draws, {int(j): by for j in np.flatnonzero(moved)}, after)
    return _responses(inputs, draws, levers, moving, steps)


def _differences(levers: Levers, draws: Draws, held: dict[int, float], after: int) -> LeverPaths:
    """Return levers as differences from where they would be: all nothing, without noise."""
    nothing = replace(
        levers,
        known=np.zeros_like(levers.known),
        rest=np.where(np.isfinite(levers.rest), 0.0, np.nan),
        fresh=levers.fresh | _ends(levers),
    )
    silent = {
        **draws,
        "reaction_rest": np.zeros_like(draws["reaction_rest"]),
        "reaction_spread": np.zeros_like(draws["reaction_spread"]),
    }
    still = np.random.default_rng(0)  # multiplied by a spread of nothing
    return LeverPaths(nothing, silent, (1, 1), still, held=held, held_after=after, bounded=False)


def _ends(levers: Levers) -> NDArray[np.bool_]:
    """Mark the last step of a lever that never had a new value: it needs one to start from."""
    mark = np.zeros_like(levers.fresh)
    mark[-1] = ~levers.fresh.any(axis=0)
    return mark


def _responses(
    inputs: Inputs, draws: Draws, levers: Levers, moving: LeverPaths, steps: int
) -> Array:
    last = inputs.calendar.last
    _, weights = groups(inputs.measures)
    zero = np.zeros(len(weights))
    seen = MovementRecord(
        np.zeros((last + 1, 2 * len(weights))), Movement(weights, zero, zero, zero), last + 1
    )
    state = tension_states.at_rest(draws)
    out = np.empty((state.shape[0], steps, state.shape[-1]))
    for h in range(steps):
        moving.advance(last + 1 + h, seen.at)
        push = lever_push(draws, levers, moving, last + 1 + h)
        state = tension_states.respond(draws, state, push)
        out[:, h] = tension_states.deviation(state)[:, 0]
        seen.add(tension_states.deviation(state))
    return out
