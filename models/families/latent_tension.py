"""Latent tension: fast deviations around a slowly wandering level, moved with the neighbours.

Each theatre has a log tension of two parts: a level that wanders over seasons, and a deviation
that fades within weeks, is pushed by common shocks shared with all theatres, and drifts with the
indicators known the step before. Levels, volatilities and noise are pooled over theatres. The
states are integrated out (`components.local_level`), so that the sampler sees only parameters and
the common shocks. Judged rungs stand beside it.

Concurrent indicators act on what is seen in their own step alone: many missiles make many events
that week, and say nothing of the next.

What is missing widens the answer: an unseen step is no observation, a step seen in part is a
noisier one, and an indicator that was not known adds the variance of its effect to the innovation
instead of a zero.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pymc as pm

from forecaster.domain.prior import PriorSet
from models.components import tension
from models.components.carry import carry_draws
from models.components.effects import passing, pushes
from models.components.generate_tension import generate_tension
from models.components.judged import judged_log_likelihood, judged_rates
from models.components.simulate_tension import acting_so_far, simulate_tension
from models.family import Carried, Draws, Family
from models.inputs import Inputs, require_theatre


def build(inputs: Inputs, priors: PriorSet) -> pm.Model:
    """Return the model of a ladder's measured and judged rungs, whichever it has.

    Raises:
        ModelError: the ladder has neither, or exposes too few priors.
    """
    require_theatre(inputs)
    with pm.Model(coords=_coordinates(inputs)) as model:
        if inputs.measures.theatres:
            every = range(len(inputs.indicators.indicators))
            drift, extra = pushes(inputs, priors, every) if every else (0.0, 0.0)
            beside, veil = passing(inputs, priors) if inputs.concurrent.indicators else (0.0, 0.0)
            tension.tension_side(
                inputs, priors, drift=drift, extra=extra, passing=beside, veil=veil
            )
        if inputs.judged.rungs:
            judged_rates(priors, inputs.judged)
    return model


def _coordinates(inputs: Inputs) -> dict[str, Any]:
    return {
        "theatre": list(inputs.measures.theatres),
        "region": list(dict.fromkeys(inputs.measures.regions)),
        "indicator": list(inputs.indicators.indicators),
        "concurrent": list(inputs.concurrent.indicators),
        "step": list(range(tension.padded_steps(inputs))),
        "judged_cell": list(inputs.judged.cells),
    }


def carry(then: Inputs, draws: Draws, now: Inputs, rng: np.random.Generator) -> Carried:
    """Return draws that serve later inputs, with log p(what is known now | draws); see `Family`.

    Raises:
        ModelError: theatres or judged rungs have changed: fit anew.
    """
    carried = carry_draws(then, draws, now, rng, so_far=acting_so_far)
    assert carried.log_likelihood is not None  # noqa: S101 - other theatres were refused
    found = carried.log_likelihood
    if now.judged.rungs:
        found = found + judged_log_likelihood(now.judged, draws)
    return replace(carried, log_likelihood=found)


_EFFECTS = ("effect", "effects", "passing", "passing_effects")

FAMILY = Family(
    id="latent_tension",
    version="5",
    name="Latent tension with wandering levels and common shocks",
    build=build,
    simulate=simulate_tension,
    needs=(*tension.NEEDS, "effects", "passing_effects", "enter", "leave"),
    published=(*tension.PUBLISHED, *_EFFECTS, "enter", "leave"),
    carry=carry,
    generate=generate_tension,
)
