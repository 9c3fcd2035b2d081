"""What other ladders do to this one: their heights push tension and the rates of judged rungs.

    log rate of entering a judged rung, step t:   log enter + coupling_rate' height[t]
    drift of tension, step t:                     coupling_tension' height[t]

One coefficient per neighbour for each, under shrinkage (`components.shrinkage`): seldom are there
events enough to tell more apart. `enter` is the rate while all neighbours stand at their usual
height. Judged entries are Poisson, so that the exposure of each step is weighted by the push.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.ladder import Coupling
from forecaster.domain.prior import Prior, PriorSet
from models.components.observation import padded
from models.components.priors import normal_moments, optional_prior
from models.components.shrinkage import kept_shares, shrunk
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]

RATE_SPREAD = 0.5
"""Default spread of a rate's coefficient: one rung more multiplies rates by about 1.6."""

TENSION_SPREAD = 0.02
"""Default spread of tension's coefficient: one rung more adds about 2 % a step."""

_DIRECTIONS = {"+": 0.5, "-": -0.5, "free": 0.0}
"""Default mean in spreads, by the sign that the ladder file expects."""


def coupled_tension(inputs: Inputs, priors: PriorSet, rows: int) -> Any:
    """Return the push on tension in each of `rows` steps; registers `coupling_tension`."""
    return _height(inputs, rows) @ _coefficients(inputs, priors, "tension", TENSION_SPREAD)


def coupled_exposure(inputs: Inputs, priors: PriorSet, rows: int) -> Any:
    """Return the exposure of each judged cell, weighted by the push on its rate (cell).

    Registers `coupling_rate` and what the push says of the steps in which entries fell.
    """
    push = _height(inputs, rows) @ _coefficients(inputs, priors, "rate", RATE_SPREAD)
    judged = inputs.judged
    entered = pm.Data("coupling_entered", padded(judged.entered_by_step, rows, fill=0.0))
    exposure = pm.Data("coupling_exposure", padded(judged.exposure_by_step, rows, fill=0.0))
    pm.Potential("coupling_entries", (entered.sum(axis=1) * push).sum())
    return exposure.T @ pt.exp(push)


def _height(inputs: Inputs, rows: int) -> Any:
    """Return heights as data, shared by both uses (step, coupling)."""
    model = pm.modelcontext(None)
    if "coupling_height" in model.named_vars:
        return model["coupling_height"]
    return pm.Data("coupling_height", padded(inputs.neighbours.height, rows, fill=0.0))


def _coefficients(inputs: Inputs, priors: PriorSet, what: str, spread: float) -> Any:
    couplings = inputs.neighbours.couplings
    found = [
        optional_prior(priors, f"coupling.{what}.{c.id}", _default(c, spread)) for c in couplings
    ]
    mean, sd = np.array([normal_moments(prior) for prior in found]).T
    kept = kept_shares(f"coupling_{what}", dims="coupling")
    return shrunk(f"coupling_{what}", kept, mean, sd, dims="coupling")


def _default(coupling: Coupling, spread: float) -> Prior:
    mean = _DIRECTIONS[coupling.sign] * spread
    parameters = (("mean", mean), ("sd", spread))
    return Prior("coupling", "What does one rung more there do here?", "normal", parameters)


def rate_factor(inputs: Inputs, draws: Draws) -> Array:
    """Return by what the rates of entering are multiplied, as the neighbours stand now (draw)."""
    return np.exp(_push(draws, "coupling_rate", inputs.neighbours.ahead[:1])[:, 0])


def rate_push_so_far(inputs: Inputs, draws: Draws) -> Array:
    """Return what is added to the log rates of entering up to the present step (draw, step)."""
    return _push(draws, "coupling_rate", inputs.neighbours.height)


def coupled_record(inputs: Inputs, draws: Draws) -> tuple[Array, Array]:
    """Return each judged cell's exposure weighted by the push (draw, cell), and what the push says.

    The second is what it adds to log p(entries) in the steps in which they fell (draw).
    """
    push, judged = rate_push_so_far(inputs, draws), inputs.judged
    said = push @ judged.entered_by_step.sum(axis=1)
    return np.exp(push) @ judged.exposure_by_step, said


def push_so_far(inputs: Inputs, draws: Draws) -> Array:
    """Return the push on tension up to the present step (draw, step)."""
    return _push(draws, "coupling_tension", inputs.neighbours.height)


def push_ahead(inputs: Inputs, draws: Draws) -> Array:
    """Return the push on tension in the steps after the present one (draw, step)."""
    return _push(draws, "coupling_tension", inputs.neighbours.ahead)


def _push(draws: Draws, name: str, height: Array) -> Array:
    if name not in draws or not height.shape[1]:
        return np.zeros((1, len(height)))
    pushed: Array = draws[name] @ height.T
    return pushed
