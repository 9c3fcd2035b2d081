"""Action and reaction: people answer how tension moves, and what they do moves tension in turn.

Indicators that people control (aid, sanctions, posture) follow an autoregression each, pushed by
the recent change and the level of tension when they were decided (`components.reactions`), and
drive tension once their lag is over, by effects that are pooled and shrunk (`components.effects`).
Both signs are free: more force forward may deter or provoke. Where the data support neither,
both shrink away and the tension side (`components.tension`) is what is left. Indicators that
nobody controls are left out: nothing here could say how they go on; but concurrent ones act on
what is seen of their own step, which people answer too. Other ladders that the ladder is coupled to
drive tension and the judged rungs (`components.coupling`).
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pymc as pm

from forecaster.domain.prior import PriorSet
from models.components import tension
from models.components.carry import carry_draws
from models.components.coupling import (
    coupled_exposure,
    coupled_record,
    coupled_tension,
    rate_factor,
)
from models.components.effects import passing, pushes
from models.components.generate_reactions import generate_reactions
from models.components.judged import judged_log_likelihood, judged_rates
from models.components.levers import levers_of
from models.components.movement import feature_names, observed_movement
from models.components.reaction_paths import known_acting, reaction_paths
from models.components.reactions import reaction_log_likelihood, reactions
from models.family import Carried, Draws, Family, JudgedRates, Simulation
from models.inputs import Inputs, require_theatre


def build(inputs: Inputs, priors: PriorSet) -> pm.Model:
    """Return the model of a ladder's measured and judged rungs, whichever it has.

    Raises:
        ModelError: the ladder has neither, or exposes too few priors.
    """
    require_theatre(inputs)
    with pm.Model(coords=_coordinates(inputs)) as model:
        if inputs.measures.theatres:
            _measured(inputs, priors)
        if inputs.judged.rungs:
            rows = tension.padded_steps(inputs)
            exposure = (
                coupled_exposure(inputs, priors, rows) if inputs.neighbours.couplings else None
            )
            judged_rates(priors, inputs.judged, exposure=exposure)
    return model


def _coordinates(inputs: Inputs) -> dict[str, Any]:
    measures, levers = inputs.measures, levers_of(inputs)
    return {
        "theatre": list(measures.theatres),
        "region": list(dict.fromkeys(measures.regions)),
        "indicator": list(levers.indicators),
        "concurrent": list(inputs.concurrent.indicators),
        "lever": list(levers.ids),
        "movement": list(feature_names(measures)),
        "step": list(range(tension.padded_steps(inputs))),
        "judged_cell": list(inputs.judged.cells),
        "coupling": list(inputs.neighbours.ids),
    }


def _measured(inputs: Inputs, priors: PriorSet) -> None:
    levers = levers_of(inputs)
    drift: Any = 0.0
    extra: Any = 0.0
    if levers.ids:
        drift, extra = pushes(inputs, priors, levers.place)
        features, _ = observed_movement(inputs)
        reactions(priors, levers, features)
    if inputs.neighbours.couplings:
        push = coupled_tension(inputs, priors, tension.padded_steps(inputs))
        drift = drift + push[:, None]
    beside, veil = passing(inputs, priors) if inputs.concurrent.indicators else (0.0, 0.0)
    tension.tension_side(inputs, priors, drift=drift, extra=extra, passing=beside, veil=veil)


def simulate(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Simulation:
    """Return joint paths of all measured theatres and the rates of all judged cells."""
    measured = bool(inputs.measures.theatres)
    return Simulation(
        paths=reaction_paths(inputs, draws, paths, rng) if measured else None,
        judged=_judged(inputs, draws) if inputs.judged.rungs else None,
    )


def _judged(inputs: Inputs, draws: Draws) -> JudgedRates:
    """Return rates while the neighbours stand as they stand now."""
    return JudgedRates(draws["enter"] * rate_factor(inputs, draws)[:, None], draws["leave"])


def carry(then: Inputs, draws: Draws, now: Inputs, rng: np.random.Generator) -> Carried:
    """Return draws that serve later inputs, with log p(what is known now | draws); see `Family`.

    Raises:
        ModelError: theatres or judged rungs have changed: fit anew.
    """
    carried = carry_draws(then, draws, now, rng, so_far=known_acting)
    assert carried.log_likelihood is not None  # noqa: S101 - other theatres were refused
    found = carried.log_likelihood
    if now.measures.theatres and (levers := levers_of(now)).ids:
        found = found + reaction_log_likelihood(levers, observed_movement(now)[0], draws)
    if now.judged.rungs:
        exposure, said = coupled_record(now, draws)
        found = found + judged_log_likelihood(now.judged, draws, exposure=exposure) + said
    return replace(carried, log_likelihood=found)


_COUPLING = ("coupling_rate", "coupling_tension")
_EFFECTS = ("effect", "effects", "passing", "passing_effects")
_REACTION = ("reaction", "reaction_rest", "reaction_persistence", "reaction_spread")

FAMILY = Family(
    id="action_reaction",
    version="4",
    name="Action and reaction of controlled indicators",
    build=build,
    simulate=simulate,
    needs=(*tension.NEEDS, "effects", "passing_effects", *_REACTION, *_COUPLING, "enter", "leave"),
    published=(*tension.PUBLISHED, *_EFFECTS, *_REACTION, *_COUPLING, "enter", "leave"),
    carry=carry,
    generate=generate_reactions,
)
