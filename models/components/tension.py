"""The tension side of a model: latent states of the log measure, integrated out, open to drift.

Whoever builds on it says what pushes the states (`drift`) and by how much that is uncertain
(`extra`), and knows nothing of how many states there are: to change that is to change this file
and `tension_states`. Here a theatre has two: a level that wanders over years, and a deviation
that fades, moved by shocks shared with all theatres; before the first step it has its long-run
distribution. `components.local_level` gives the likelihood.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import PriorSet
from models.components.local_level import local_level_loglik
from models.components.local_level_filter import long_run_variance
from models.components.observation import log_observations, padded
from models.components.priors import as_variable, log_moments, prior_of
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

BLOCK = 52
"""The time axis grows in blocks, so that shapes, and with them compiled code, change rarely."""

LOADING_SPREAD = 0.5
"""Spread of the logarithm of loadings between theatres."""

WANDER_SPREAD = 0.3
"""Spread of the logarithm of the levels' wandering between theatres."""

CENTRED_FROM = 6
"""How many theatres inform the spread of noises well enough for the centred form."""

PUBLISHED = ("level", "level_spread", "wander", "phi", "volatility", "noise", "loading")
"""Variables that feed a published number."""

NEEDS = (*PUBLISHED, "shock")
"""Variables that simulation reads."""


def padded_steps(inputs: Inputs) -> int:
    """Return the length of the time axis, in whole blocks."""
    return BLOCK * (inputs.calendar.last // BLOCK + 1)


def region_index(inputs: Inputs) -> Index:
    """Return the index of each measured theatre's region."""
    regions = list(dict.fromkeys(inputs.measures.regions))
    return np.array([regions.index(region) for region in inputs.measures.regions])


def tension_side(
    inputs: Inputs,
    priors: PriorSet,
    *,
    drift: Any = 0.0,
    extra: Any = 0.0,
    passing: Any = 0.0,
    veil: Any = 0.0,
) -> None:
    """Add the states of all measured theatres, and what was seen of them, to the current model.

    Needs the coordinates `theatre`, `region` and `step`.

    Args:
        inputs: what was seen.
        priors: those that a ladder with a measure must have.
        drift: expected push of each state (step, theatre), over `padded_steps`.
        extra: variance of that push (step, theatre).
        passing: what is seen in a step beside its state, and gone with it (step, theatre).
        veil: variance of that (step, theatre).
    """
    region_of = region_index(inputs)
    level, spread = _levels(priors, region_of)
    wander = _wanderings(priors)
    phi = as_variable(prior_of(priors, "persistence"), "phi", dims="theatre")
    volatility = _volatilities(priors, region_of)
    noise = _noises(priors, len(region_of))
    loading = _loadings(priors)
    shock = pm.Normal("shock", dims="step")
    data = _as_data(inputs)
    begun = phi**2 * long_run_variance(phi, volatility**2 + loading**2)
    first = np.eye(padded_steps(inputs), 1)
    loglik = local_level_loglik(
        y=data["y"],
        observed=data["observed"],
        level=level,
        start=spread**2,
        w=wander**2,
        phi=phi,
        drift=shock[:, None] * loading[None, :] + drift,
        q=volatility[None, :] ** 2 + extra + first * begun[None, :],
        r=noise[None, :] ** 2 / data["exposure"] + data["counting"] + veil,
        passing=passing,
    )
    pm.Potential("likelihood", loglik.sum())


def _by_region(name: str, spread: Any, region_of: Index) -> Any:
    """How far each theatre's region lies from the mean of all; nothing if there is one region."""
    if len(np.unique(region_of)) < 2:
        return 0.0
    return spread * pm.Normal(f"{name}_region_z", dims="region")[region_of]


def _levels(priors: PriorSet, region_of: Index) -> tuple[Any, Any]:
    """Mean of each theatre's level before the first step, its region's, and its spread."""
    mean = as_variable(prior_of(priors, "level.mean"), "level_mean")
    spread = as_variable(prior_of(priors, "level.spread"), "level_spread")
    regional = mean + _by_region("level", spread, region_of) + np.zeros(len(region_of))
    return pm.Deterministic("level", regional, dims="theatre"), spread


def _wanderings(priors: PriorSet) -> Any:
    """How far each theatre's level wanders in a step, around one scale."""
    mean, sd = log_moments(prior_of(priors, "level.wander"))
    centre = pm.Normal("wander_centre", mean, sd)
    z = pm.Normal("wander_z", dims="theatre")
    return pm.Deterministic("wander", pt.exp(centre + WANDER_SPREAD * z), dims="theatre")


def _loadings(priors: PriorSet) -> Any:
    """How far one common shock moves each theatre: one scale, and positive ratios around it.

    Ratios are log-normal, so that no loading sits at zero, where its shocks would lose meaning.
    """
    scale = as_variable(prior_of(priors, "common.loading"), "loading_scale")
    z = pm.Normal("loading_z", dims="theatre")
    return pm.Deterministic("loading", scale * pt.exp(LOADING_SPREAD * z), dims="theatre")


def _volatilities(priors: PriorSet, region_of: Index) -> Any:
    """Volatility per theatre and its region, not centred: weakly informed, so that it mixes."""
    mean, sd = log_moments(prior_of(priors, "volatility.median"))
    centre = pm.Normal("volatility_centre", mean, sd)
    spread = as_variable(prior_of(priors, "volatility.spread"), "volatility_spread")
    z = pm.Normal("volatility_z", dims="theatre")
    log_volatility = centre + _by_region("volatility", spread, region_of) + spread * z
    return pm.Deterministic("volatility", pt.exp(log_volatility), dims="theatre")


def _noises(priors: PriorSet, theatres: int) -> Any:
    """Noise per theatre beyond counting; centred where theatres enough tell how far they differ.

    A few leave a spread near nought possible, where a centred form has no room to move.
    """
    mean, sd = log_moments(prior_of(priors, "noise.median"))
    centre = pm.Normal("noise_centre", mean, sd)
    spread = as_variable(prior_of(priors, "noise.spread"), "noise_spread")
    if theatres >= CENTRED_FROM:
        log_noise = pm.Normal("noise_log", centre, spread, dims="theatre")
    else:
        z = pm.Normal("noise_z", dims="theatre")
        log_noise = pm.Deterministic("noise_log", centre + spread * z, dims="theatre")
    return pm.Deterministic("noise", pt.exp(log_noise), dims="theatre")


def _as_data(inputs: Inputs) -> dict[str, Any]:
    seen, rows = log_observations(inputs.measures), padded_steps(inputs)
    columns = {
        "y": padded(seen.y, rows, fill=0.0),
        "observed": padded(seen.observed, rows, fill=0.0),
        "counting": padded(seen.counting, rows, fill=0.0),
        "exposure": padded(seen.exposure, rows, fill=1.0),
    }
    return {name: pm.Data(name, c, dims=("step", "theatre")) for name, c in columns.items()}
