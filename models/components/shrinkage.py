"""Regularised horseshoe whose slab is an analyst's own prior: unearned weight shrinks away.

    value = rho (mean + sd z),     rho = tau lambda / sqrt(1 + (tau lambda)^2)

(Piironen and Vehtari 2017.) Rho near 0 is shrunk away, rho near 1 keeps the analyst's prior.
"""

from typing import Any

import pymc as pm
import pytensor.tensor as pt

GLOBAL_SHRINKAGE = 0.3
"""Scale of tau: a priori about a quarter of the values keep half of their slab or more."""


def shrunk(name: str, mean: Any, sd: Any, *, dims: Any) -> Any:
    """Return shrunk values `name` of `dims` inside the current PyMC model, which holds them.

    Also registers `<name>_tau`, `<name>_lambda` and `<name>_z`.
    """
    tau = pm.HalfNormal(f"{name}_tau", GLOBAL_SHRINKAGE)
    local = pm.HalfStudentT(f"{name}_lambda", nu=3, sigma=1.0, dims=dims)
    rho = tau * local / pt.sqrt(1.0 + (tau * local) ** 2)
    z = pm.Normal(f"{name}_z", dims=dims)
    return pm.Deterministic(name, rho * (mean + sd * z), dims=dims)
