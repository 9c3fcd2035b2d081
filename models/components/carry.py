"""Draws of latent tension and its kin made to serve later inputs: parameters stay, shocks follow.

Common shocks of steps that were still open at the fit, or closed just before it, are dropped from
its draws: later days say more of them. They are drawn anew given all that is seen then, which is
exact given the parameters (`components.common_shocks`).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from forecaster.errors import ModelError
from models.components.common_shocks import ShockBelief
from models.components.pushed import Acting
from models.components.tension_states import unknown_shocks
from models.family import Carried, Draws
from models.inputs import Inputs
from models.threads import pool

type Array = NDArray[np.float64]
type SoFar = Callable[[Inputs, Draws], Acting]
"""What acts on tension up to the present step."""

TOGETHER = 100
"""Draws that are filtered together: so few that their arrays stay close to the processor."""

THREADS = 2

UNSETTLED = 2
"""Closed steps before a fit whose shocks are dropped too: late reports still change them."""


def carry_draws(
    then: Inputs, draws: Draws, now: Inputs, rng: np.random.Generator, *, so_far: SoFar
) -> Carried:
    """Return draws that `simulate` can use with later inputs, and log p(measures seen now | them).

    Shocks that were not settled then are integrated out of the likelihood, whatever the draws say
    of them, so that the difference of two moments is the predictive likelihood of what came
    between.

    Raises:
        ModelError: theatres or judged rungs have changed: fit anew.
    """
    require_same(then, now)
    if not now.measures.theatres:
        return Carried(dict(draws), np.zeros(len(next(iter(draws.values())))))
    shock = _opened(then, draws, now)
    belief = _believed(now, {**draws, "shock": shock}, so_far)
    drawn = belief.draw(rng)
    shock[:, shock.shape[1] - drawn.shape[1] :] = drawn
    return Carried({**draws, "shock": shock}, belief.loglik)


def _believed(now: Inputs, draws: Draws, so_far: SoFar) -> ShockBelief:
    """Return what all that was seen says of the open shocks: some draws at a time, in any order."""

    def one(first: int) -> ShockBelief:
        part = {name: values[first : first + TOGETHER] for name, values in draws.items()}
        return unknown_shocks(now, part, so_far(now, part))

    with pool(THREADS) as threads:  # compiled loops leave the other free to run
        parts = range(0, len(draws["shock"]), TOGETHER)
        return ShockBelief.joined(list(threads.map(one, parts)))


def require_same(then: Inputs, now: Inputs) -> None:
    """Do nothing if draws fitted on one inputs can serve the other.

    Raises:
        ModelError: theatres or judged rungs have changed: fit anew.
    """
    same = then.measures.theatres == now.measures.theatres and then.judged.cells == now.judged.cells
    if not same:
        raise ModelError("theatres or judged rungs have changed since the fit: fit the family anew")


def _opened(then: Inputs, draws: Draws, now: Inputs) -> Array:
    """Return shocks that are open (NaN) from the first step that was not settled then."""
    settled = max(then.measures.first_open_step - UNSETTLED, 0)
    shock = np.full((len(draws["shock"]), now.calendar.last + 1), np.nan)
    shock[:, :settled] = draws["shock"][:, :settled]
    return shock
