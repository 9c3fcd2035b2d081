"""Latent tension: a mean-reverting level per theatre that moves with its neighbours.

Each theatre has a log tension that reverts to its own level, is pushed by common shocks shared
with all theatres, and drifts with the indicators known the step before. Levels, volatilities and
noise are pooled over theatres. The states are integrated out (`components.local_level`), so that
the sampler sees only parameters and the common shocks. Judged rungs stand beside it.

What is missing widens the answer: an unseen step is no observation, and an indicator that was
not known adds the variance of its effect to the innovation instead of a zero.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import PriorSet
from forecaster.errors import ModelError
from models.components.effects import pooled_effects
from models.components.generate_tension import generate_tension
from models.components.judged import judged_rates
from models.components.local_level import local_level_loglik
from models.components.observation import LogObservations, log_observations, padded
from models.components.priors import as_variable, log_moments, prior_of
from models.components.simulate_tension import simulate_tension
from models.family import Family
from models.inputs import Inputs

type Index = NDArray[np.int64]

BLOCK = 52
"""The time axis grows in blocks, so that shapes, and with them compiled code, change rarely."""

LOADING_SPREAD = 0.5
"""Spread of the logarithm of loadings between theatres."""


def build(inputs: Inputs, priors: PriorSet) -> pm.Model:
    """Return the model of a ladder's measured and judged rungs, whichever it has.

    Raises:
        ModelError: the ladder has neither, or exposes too few priors.
    """
    if not inputs.measures.theatres and not inputs.judged.rungs:
        raise ModelError(f"ladder {inputs.ladder.id} has no theatre to estimate: add one")
    with pm.Model(coords=_coordinates(inputs)) as model:
        if inputs.measures.theatres:
            _measured(inputs, priors)
        if inputs.judged.rungs:
            judged_rates(priors, inputs.judged)
    return model


def _coordinates(inputs: Inputs) -> dict[str, Any]:
    measures, judged = inputs.measures, inputs.judged
    steps = BLOCK * (inputs.calendar.last // BLOCK + 1)
    groups = [f"{t}/{d}" for t, d in zip(judged.theatres, judged.domains, strict=True)]
    cells = [f"{groups[g]}/{r}" for g, r in zip(judged.group, judged.rungs, strict=True)]
    return {
        "theatre": list(measures.theatres),
        "region": list(dict.fromkeys(measures.regions)),
        "indicator": list(inputs.indicators.indicators),
        "step": list(range(steps)),
        "judged_cell": cells,
    }


def _measured(inputs: Inputs, priors: PriorSet) -> None:
    region_of = _region_of(inputs)
    level = _levels(priors, region_of)
    phi = as_variable(prior_of(priors, "persistence"), "phi", dims="theatre")
    volatility = _volatilities(priors, region_of)
    noise = _noises(priors)
    loading = _loadings(priors)
    shock = pm.Normal("shock", dims="step")
    data = _as_data(inputs)
    drift, extra = shock[:, None] * loading[None, :], 0.0
    if inputs.indicators.indicators:
        effects = _effects(inputs, priors, region_of)
        drift = drift + _weighted(data["value"], effects)
        extra = _weighted(data["missing"], effects**2)
    loglik = local_level_loglik(
        y=data["y"],
        observed=data["observed"],
        level=level,
        phi=phi,
        drift=drift,
        q=volatility[None, :] ** 2 + extra,
        r=noise[None, :] ** 2 / data["exposure"] + data["counting"],
    )
    pm.Potential("likelihood", loglik.sum())


def _weighted(values: Any, weights: Any) -> Any:
    """Return the weighted sum over indicators, (step, theatre), as one matrix product each."""
    return pt.matmul(values, weights[:, :, None])[:, :, 0].T


def _region_of(inputs: Inputs) -> Index:
    """Return the index of each measured theatre's region."""
    regions = list(dict.fromkeys(inputs.measures.regions))
    return np.array([regions.index(region) for region in inputs.measures.regions])


def _by_region(name: str, spread: Any, region_of: Index) -> Any:
    """How far each theatre's region lies from the mean of all; nothing if there is one region."""
    if len(np.unique(region_of)) < 2:
        return 0.0
    return spread * pm.Normal(f"{name}_region_z", dims="region")[region_of]


def _levels(priors: PriorSet, region_of: Index) -> Any:
    """Level per theatre around its region's, centred: the data inform each level well."""
    mean = as_variable(prior_of(priors, "level.mean"), "level_mean")
    spread = as_variable(prior_of(priors, "level.spread"), "level_spread")
    regional = mean + _by_region("level", spread, region_of)
    return pm.Normal("level", regional, spread, dims="theatre")


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


def _noises(priors: PriorSet) -> Any:
    """Noise per theatre beyond counting, centred: the data inform it well."""
    mean, sd = log_moments(prior_of(priors, "noise.median"))
    centre = pm.Normal("noise_centre", mean, sd)
    spread = as_variable(prior_of(priors, "noise.spread"), "noise_spread")
    log_noise = pm.Normal("noise_log", centre, spread, dims="theatre")
    return pm.Deterministic("noise", pt.exp(log_noise), dims="theatre")


def _effects(inputs: Inputs, priors: PriorSet, region_of: Index) -> Any:
    effects = pooled_effects(priors, inputs.indicators.indicators, region_of)
    return pm.Deterministic("effects", effects, dims=("theatre", "indicator"))


def _as_data(inputs: Inputs) -> dict[str, Any]:
    seen: LogObservations = log_observations(inputs.measures)
    rows = BLOCK * (inputs.calendar.last // BLOCK + 1)
    by_theatre = ("step", "theatre")
    columns = {
        "y": padded(seen.y, rows, fill=0.0),
        "observed": padded(seen.observed, rows, fill=0.0),
        "counting": padded(seen.counting, rows, fill=0.0),
        "exposure": padded(seen.exposure, rows, fill=1.0),
    }
    data = {name: pm.Data(name, column, dims=by_theatre) for name, column in columns.items()}
    if inputs.indicators.indicators:
        by_indicator = ("theatre", "step", "indicator")
        value = padded(inputs.indicators.value, rows, fill=0.0).swapaxes(0, 1)
        missing = padded(inputs.indicators.missing, rows, fill=0.0).swapaxes(0, 1)
        data["value"] = pm.Data("indicator_value", value, dims=by_indicator)
        data["missing"] = pm.Data("indicator_missing", missing, dims=by_indicator)
    return data


FAMILY = Family(
    id="latent_tension",
    version="2",
    name="Latent tension with common shocks",
    build=build,
    simulate=simulate_tension,
    generate=generate_tension,
    needs=(
        "level",
        "phi",
        "volatility",
        "noise",
        "loading",
        "shock",
        "effects",
        "enter",
        "leave",
    ),
    published=(
        "level",
        "phi",
        "volatility",
        "noise",
        "loading",
        "effect",
        "effects",
        "enter",
        "leave",
    ),
)
