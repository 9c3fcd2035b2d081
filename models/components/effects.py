"""Effects of indicators: an analyst's prior, pooled over regions and theatres, made to earn weight.

The pooled effect of an indicator is the analyst's prior under `components.shrinkage`: one that
earns nothing is shrunk to nothing, one that earns its place keeps the analyst's prior. Regions and
theatres differ from it by normal deviations.
"""

from typing import Any

import numpy as np
import pymc as pm

from forecaster.domain.prior import PriorSet
from models.components.priors import as_variable, normal_moments, prior_of
from models.components.shrinkage import shrunk


def pooled_effects(priors: PriorSet, indicators: tuple[str, ...], region_of: Any) -> Any:
    """Return effects per (theatre, indicator) inside the current PyMC model.

    Needs the coordinates `theatre`, `region` and `indicator`. Registers `effect` (indicator).

    Args:
        priors: holds `effect.<indicator>` for each indicator, and `effect.spread`.
        indicators: ids, in the order of the coordinate.
        region_of: index of each theatre's region.
    """
    moments = [normal_moments(prior_of(priors, f"effect.{id}")) for id in indicators]
    mean, sd = np.array(moments, dtype=float).reshape(-1, 2).T
    effect = shrunk("effect", mean, sd, dims="indicator")
    spread = as_variable(prior_of(priors, "effect.spread"), "effect_spread")
    by_region = pm.Normal("effect_region_z", dims=("region", "indicator"))
    by_theatre = pm.Normal("effect_theatre_z", dims=("theatre", "indicator"))
    deviation = (by_region[region_of] + by_theatre) / np.sqrt(2.0)
    return effect[None, :] + spread * deviation
