"""Latent tension as one writes it in PyMC without more ado: every weekly state is a parameter.

The same priors, data and named quantities as `models.families.latent_tension`, for a ladder whose
theatres lie in one region; only the states are not integrated out. There are other ways to write
them. With the levels themselves as parameters a single short run did worse; innovations of
deviations instead of the deviations were not run to an end. Neither was compared with care.
"""

from typing import Any

import pymc as pm
import pytensor.tensor as pt

from forecaster.domain.prior import PriorSet
from models.components.effects import passing, pushes
from models.components.judged import judged_rates
from models.components.observation import log_observations
from models.components.priors import as_variable, log_moments, prior_of
from models.components.tension import LOADING_SPREAD, WANDER_SPREAD, padded_steps
from models.inputs import Inputs


def plain_tension(inputs: Inputs, priors: PriorSet) -> pm.Model:
    """Return the model with a parameter for each state of each week and theatre."""
    if len(set(inputs.measures.regions)) != 1:
        raise ValueError("the plain model knows one region: give it a ladder of one")
    with pm.Model(coords=_coordinates(inputs)) as model:
        scales = _scales(priors)
        drift, extra = _pushes(inputs, priors)
        shock = pm.Normal("shock", dims="week")
        level = _levels(priors, scales["wander"])
        push = drift + shock[:, None] * scales["loading"]
        deviation = _deviations(scales, push, extra)
        beside, veil = _beside(inputs, priors)
        _observe(inputs, level + deviation + beside, scales["noise"], veil)
        if inputs.judged.rungs:
            judged_rates(priors, inputs.judged)
    return model


def _coordinates(inputs: Inputs) -> dict[str, Any]:
    return {
        "theatre": list(inputs.measures.theatres),
        "region": list(dict.fromkeys(inputs.measures.regions)),
        "indicator": list(inputs.indicators.indicators),
        "concurrent": list(inputs.concurrent.indicators),
        "step": list(range(padded_steps(inputs))),
        "week": list(range(inputs.calendar.last + 1)),
        "judged_cell": list(inputs.judged.cells),
    }


def _scales(priors: PriorSet) -> dict[str, Any]:
    """Return persistence, wandering, volatility, noise and loading of each theatre."""
    centre, spread = {}, {}
    for name in ("volatility", "noise"):
        centre[name] = pm.Normal(f"{name}_centre", *log_moments(prior_of(priors, f"{name}.median")))
        spread[name] = as_variable(prior_of(priors, f"{name}.spread"), f"{name}_spread")
    centre["wander"] = pm.Normal("wander_centre", *log_moments(prior_of(priors, "level.wander")))
    scale = as_variable(prior_of(priors, "common.loading"), "loading_scale")
    centre["loading"], spread["wander"] = pt.log(scale), WANDER_SPREAD
    spread["loading"] = LOADING_SPREAD
    found = {"phi": as_variable(prior_of(priors, "persistence"), "phi", dims="theatre")}
    for name in ("volatility", "noise", "wander", "loading"):
        z = pm.Normal(f"{name}_z", dims="theatre")
        value = pt.exp(centre[name] + spread[name] * z)
        found[name] = pm.Deterministic(name, value, dims="theatre")
    return found


def _pushes(inputs: Inputs, priors: PriorSet) -> tuple[Any, Any]:
    steps = inputs.calendar.last + 1
    drift, extra = pushes(inputs, priors, range(len(inputs.indicators.indicators)))
    return drift[:steps], extra[:steps]


def _beside(inputs: Inputs, priors: PriorSet) -> tuple[Any, Any]:
    """Return what concurrent indicators add to what is seen, and its variance (week, theatre)."""
    steps = inputs.calendar.last + 1
    if not inputs.concurrent.indicators:
        nothing = pt.zeros((steps, len(inputs.measures.theatres)))
        return nothing, nothing
    beside, veil = passing(inputs, priors)
    return beside[:steps], veil[:steps]


def _levels(priors: PriorSet, wander: Any) -> Any:
    """Return the wandering levels, as sums of standard innovations: the data tell them badly."""
    mean = as_variable(prior_of(priors, "level.mean"), "level_mean")
    spread = as_variable(prior_of(priors, "level.spread"), "level_spread")
    base = pm.Deterministic("level", mean + pt.zeros_like(wander), dims="theatre")
    start = base + spread * pm.Normal("start_z", dims="theatre")
    return start + pt.cumsum(wander * pm.Normal("level_z", dims=("week", "theatre")), axis=0)


def _deviations(scales: dict[str, Any], push: Any, extra: Any) -> Any:
    """Return the deviations as parameters with the density of their moves: they are seen well."""
    phi = scales["phi"]
    innovation = scales["volatility"] ** 2 + extra
    begun = (scales["volatility"] ** 2 + scales["loading"] ** 2) * phi**2 / (1.0 - phi**2)
    spread = pt.sqrt(pt.inc_subtensor(innovation[0], begun))
    states = pm.Flat("deviation", dims=("week", "theatre"))
    before = pt.concatenate([pt.zeros_like(states[:1]), states[:-1]])
    moved = pm.logp(pm.Normal.dist(phi * before + push, spread), states)
    pm.Potential("deviation_moves", moved.sum())
    return states


def _observe(inputs: Inputs, tension: Any, noise: Any, veil: Any) -> None:
    seen = log_observations(inputs.measures)
    spread = pt.sqrt(noise**2 / seen.exposure + seen.counting + veil)
    at = seen.observed.nonzero()
    pm.Normal("seen", tension[at], spread[at], observed=seen.y[at])
