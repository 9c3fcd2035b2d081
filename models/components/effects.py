"""Effects of indicators: an analyst's prior, pooled over regions and theatres, made to earn weight.

For indicator j with the analyst's prior N(m[j], s[j]) the pooled effect is

    effect[j] = rho[j] (m[j] + s[j] z[j]),     rho[j] = tau lambda[j] / sqrt(1 + (tau lambda[j])^2)

a regularised horseshoe (Piironen and Vehtari 2017) whose slab is the analyst's own prior: an
indicator that earns nothing is shrunk to nothing (rho near 0), one that earns its place keeps the
analyst's prior (rho near 1). Regions and theatres differ from it by normal deviations.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from forecaster.domain.prior import PriorSet
from models.components.priors import as_variable, normal_moments, prior_of

GLOBAL_SHRINKAGE = 0.3
"""Scale of tau: a priori about a quarter of the indicators keep half of their slab or more."""


def pooled_effects(priors: PriorSet, indicators: tuple[str, ...], region_of: Any) -> Any:
    """Return effects per (theatre, indicator) inside the current PyMC model.

    Needs the coordinates `theatre`, `region` and `indicator`. Registers `effect` (indicator).

    Args:
        priors: holds `effect.<indicator>` for each indicator, and `effect.spread`.
        indicators: ids, in the order of the coordinate.
        region_of: index of each theatre's region.
    """
    effect = shrunk_effects(priors, indicators)
    spread = as_variable(prior_of(priors, "effect.spread"), "effect_spread")
    by_region = pm.Normal("effect_region_z", dims=("region", "indicator"))
    by_theatre = pm.Normal("effect_theatre_z", dims=("theatre", "indicator"))
    deviation = (by_region[region_of] + by_theatre) / np.sqrt(2.0)
    return effect[None, :] + spread * deviation


def shrunk_effects(priors: PriorSet, indicators: tuple[str, ...]) -> Any:
    """Return effects per indicator, the same for all theatres; registers them as `effect`.

    Needs the coordinate `indicator`, and the priors `effect.<indicator>`.
    """
    moments = [normal_moments(prior_of(priors, f"effect.{id}")) for id in indicators]
    mean, sd = np.array(moments, dtype=float).reshape(-1, 2).T
    tau = pm.HalfNormal("effect_tau", GLOBAL_SHRINKAGE)
    local = pm.HalfStudentT("effect_lambda", nu=3, sigma=1.0, dims="indicator")
    rho = tau * local / pt.sqrt(1.0 + (tau * local) ** 2)
    z = pm.Normal("effect_z", dims="indicator")
    return pm.Deterministic("effect", rho * (mean + sd * z), dims="indicator")
