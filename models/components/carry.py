"""Draws fitted on earlier inputs made to serve later ones: parameters stay, states come anew."""

import numpy as np

from forecaster.errors import ModelError
from models.family import Draws
from models.inputs import Inputs


def carry_draws(then: Inputs, draws: Draws, now: Inputs, rng: np.random.Generator) -> Draws:
    """Return draws that `simulate` can use with later inputs of the same ladder.

    Common shocks are known for the steps that were fitted; later ones are marked unknown (NaN),
    which widens the answer (`components.tension_states`). Nothing is random here.

    Raises:
        ModelError: theatres or judged rungs have changed: fit anew.
    """
    same = then.measures.theatres == now.measures.theatres and then.judged.cells == now.judged.cells
    if not same:
        raise ModelError("theatres or judged rungs have changed since the fit: fit the family anew")
    if "shock" not in draws:
        return dict(draws)
    fitted, steps = then.calendar.last + 1, now.calendar.last + 1
    shock = np.full((len(draws["shock"]), steps), np.nan)
    shock[:, : min(fitted, steps)] = draws["shock"][:, : min(fitted, steps)]
    return {**draws, "shock": shock}
