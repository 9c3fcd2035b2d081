"""From a prior that a person set to a PyMC distribution or to plain draws."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.prior import Prior, PriorSet
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


def as_variable(prior: Prior, name: str | None = None, **dims: Any) -> Any:
    """Return the prior as a PyMC variable of the current model, named by its own id."""
    import pymc as pm

    name, p = name or prior.id, dict(prior.parameters)
    match prior.distribution:
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


def draw(
    prior: Prior, size: int | tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return random draws from the prior."""
    p = dict(prior.parameters)
    match prior.distribution:
        case "normal":
            return rng.normal(p["mean"], p["sd"], size)
        case "half_normal":
            return np.abs(rng.normal(0.0, p["sd"], size))
        case "log_normal":
            return p["median"] * np.exp(rng.normal(0.0, p["sigma"], size))
        case "beta":
            return rng.beta(p["alpha"], p["beta"], size)
        case "gamma":
            return rng.gamma(p["shape"], 1.0 / p["rate"], size)
