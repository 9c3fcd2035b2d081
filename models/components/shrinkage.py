"""Regularised horseshoe whose slab is an analyst's own prior: unearned weight shrinks away.

    value = rho (mean + sd z),     rho = tau lambda / sqrt(1 + (tau lambda)^2)

(Piironen and Vehtari 2017.) Rho near 0 is shrunk away, rho near 1 keeps the analyst's prior.
"""

from typing import Any

import pymc as pm
import pytensor.tensor as pt

GLOBAL_SHRINKAGE = 0.3
"""Scale of tau for a few values: a priori about a quarter keep half of their slab or more."""


def kept_shares(name: str, *, dims: Any, scale: float = GLOBAL_SHRINKAGE) -> Any:
    """Return the shares rho in (0, 1) that values of `dims` keep of their slab.

    Registers `<name>_tau`, half-normal with `scale`, and `<name>_lambda` in the current PyMC model.
    """
    tau = pm.HalfNormal(f"{name}_tau", scale)
    local = pm.HalfStudentT(f"{name}_lambda", nu=3, sigma=1.0, dims=dims)
    return tau * local / pt.sqrt(1.0 + (tau * local) ** 2)


def shrunk(name: str, kept: Any, mean: Any, sd: Any, *, dims: Any) -> Any:
    """Return shrunk values `name` of `dims` inside the current PyMC model, which holds them.

    Also registers `<name>_z`. kept: from `kept_shares`.
    """
    z = pm.Normal(f"{name}_z", dims=dims)
    return pm.Deterministic(name, kept * (mean + sd * z), dims=dims)
