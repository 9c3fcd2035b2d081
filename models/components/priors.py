"""From a prior that a person set to a PyMC distribution."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from forecaster.domain.prior import PARAMETERS, Distribution, Prior, PriorSet
from forecaster.errors import ModelError


def prior_of(priors: PriorSet, id: str) -> Prior:
    """Return the prior called `id`.

    Raises:
        ModelError: the ladder exposes no such prior, which the model needs.
    """
    try:
        return priors.prior(id)
    except KeyError:
        raise ModelError(
            f"ladder {priors.ladder} exposes no prior {id!r}, which its model needs: add it to "
            f"the ladder file"
        ) from None


def optional_prior(priors: PriorSet, id: str, default: Prior) -> Prior:
    """Return the prior called `id`, or the family's own default where the ladder has none."""
    try:
        return priors.prior(id)
    except KeyError:
        return default


def as_variable(prior: Prior, name: str, **dims: Any) -> Any:
    """Return the prior as a variable of the current PyMC model."""
    return _variable(prior.distribution, dict(prior.parameters), name, **dims)


def as_vector(priors: Sequence[Prior], name: str) -> Any:
    """Return priors of one distribution as one vector variable, which compiles once for all."""
    names = PARAMETERS[priors[0].distribution]
    columns = {n: np.array([prior.parameter(n) for prior in priors]) for n in names}
    return _variable(priors[0].distribution, columns, name, shape=len(priors))


def _variable(distribution: Distribution, p: Mapping[str, Any], name: str, **dims: Any) -> Any:
    import pymc as pm

    match distribution:
        case "normal":
            return pm.Normal(name, p["mean"], p["sd"], **dims)
        case "half_normal":
            return pm.HalfNormal(name, p["sd"], **dims)
        case "log_normal":
            return pm.LogNormal(name, np.log(p["median"]), p["sigma"], **dims)
        case "beta":
            return pm.Beta(name, p["alpha"], p["beta"], **dims)
        case "gamma":
            return pm.Gamma(name, p["shape"], p["rate"], **dims)


def log_moments(prior: Prior) -> tuple[float, float]:
    """Return mean and standard deviation of the logarithm of a log-normal prior.

    Raises:
        ModelError: the prior is not log-normal.
    """
    if prior.distribution != "log_normal":
        raise ModelError(f"prior {prior.id} must be log_normal, got {prior.distribution}")
    return float(np.log(prior.parameter("median"))), prior.parameter("sigma")


def normal_moments(prior: Prior) -> tuple[float, float]:
    """Return mean and standard deviation of a normal prior.

    Raises:
        ModelError: the prior is not normal.
    """
    if prior.distribution != "normal":
        raise ModelError(f"prior {prior.id} must be normal, got {prior.distribution}")
    return prior.parameter("mean"), prior.parameter("sd")
