"""One quantity per theatre, pooled over regions and all theatres; or on purpose not, or wholly.

    partial:  theatre ~ Normal(region, spread), region ~ Normal(centre, spread)
    none:     theatre ~ Normal(centre of the prior, ALONE), each on its own
    complete: every theatre has the centre

The last two are there to show what pooling is worth; nobody publishes them.
"""

from typing import Any, Literal

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import Prior
from models.components.priors import as_variable, log_moments

type Index = NDArray[np.int64]
type Pooling = Literal["partial", "none", "complete"]

ALONE = 2.0
"""Spread between theatres that learn nothing from one another: a factor of 7 either way."""


def per_theatre(
    name: str, centre: Prior, spread: Prior, region_of: Index, *, pooling: Pooling
) -> Any:
    """Return the logarithm of a positive quantity per theatre, inside the current model.

    Registers `name` (theatre), `name_region` (region), `name_centre` and `name_spread`: all that
    a theatre which comes later is drawn from (`components.carry`). Not centred, because many
    theatres say little.

    Args:
        name: of the variable.
        centre: log-normal prior of the quantity in a typical theatre.
        spread: prior of the standard deviation of its logarithm between theatres.
        region_of: index of each theatre's region.
        pooling: see this module.
    """
    mean, sd = log_moments(centre)
    middle = mean + sd * pm.Normal(f"{name}_z")
    if pooling == "none":
        middle = pt.as_tensor(mean)
    pm.Deterministic(f"{name}_centre", middle)
    scale = _spread(name, spread, pooling)
    region = middle
    if pooling == "partial" and len(np.unique(region_of)) > 1:
        region = middle + scale * pm.Normal(f"{name}_region_z", dims="region")
    region = pm.Deterministic(f"{name}_region", region + _zeros("region"), dims="region")
    if pooling == "complete":
        return pm.Deterministic(name, region[region_of], dims="theatre")
    own = pm.Normal(f"{name}_theatre_z", dims="theatre")
    return pm.Deterministic(name, region[region_of] + scale * own, dims="theatre")


def _spread(name: str, spread: Prior, pooling: Pooling) -> Any:
    if pooling == "partial":
        return as_variable(spread, f"{name}_spread")
    fixed = ALONE if pooling == "none" else 0.0
    return pm.Deterministic(f"{name}_spread", pt.as_tensor(fixed))


def _zeros(dim: str) -> Any:
    return np.zeros(len(pm.modelcontext(None).coords[dim]))
