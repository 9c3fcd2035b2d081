"""Rates of judged rungs: the analyst's prior, updated by exposure with or without events.

A rung's rate of entry per theatre and step is log-normal around the analyst's median, with
regions and theatres differing by `enter.spread`; entries are Poisson in the exposure (the steps
in which the rung was not held). Rates of leaving are shared by theatres. Never reached is normal:
then the posterior is the prior times exp(-rate x exposure), and the report says "0 of n".
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import PriorSet
from models.components.priors import as_variable, log_moments, prior_of
from models.inputs import JudgedPanel

type Array = NDArray[np.float64]


def judged_rates(priors: PriorSet, judged: JudgedPanel) -> None:
    """Add the rates of every judged cell to the current PyMC model.

    Registers `enter` and `leave` (judged_cell), `judged_log_prior` and `judged_log_likelihood`
    (judged_group), and the likelihood itself.
    """
    kinds = [f"{judged.domains[g]}.{r}" for g, r in zip(judged.group, judged.rungs, strict=True)]
    names = list(dict.fromkeys(kinds))
    index = np.array([names.index(kind) for kind in kinds])
    regions = list(dict.fromkeys(judged.regions))
    region = np.array([regions.index(judged.regions[g]) for g in judged.group])
    enter_z, log_enter = _log_rates(priors, "enter", names)
    leave_z, log_leave = _log_rates(priors, "leave", names)
    spread = as_variable(prior_of(priors, "enter.spread"), "enter_spread")
    by_region = pm.Normal("enter_region_z", shape=(len(regions), len(names)))
    by_cell = pm.Normal("enter_cell_z", dims="judged_cell")
    log_rate = log_enter[index] + spread * (by_region[region, index] + by_cell) / np.sqrt(2.0)
    log_exit = log_leave[index]
    pm.Deterministic("enter", pt.exp(log_rate), dims="judged_cell")
    pm.Deterministic("leave", pt.exp(log_exit), dims="judged_cell")
    data = _as_data(judged)
    loglik = data["entered"] * log_rate - data["exposure"] * pt.exp(log_rate)
    loglik += data["left"] * log_exit - data["spent"] * pt.exp(log_exit)
    pm.Potential("judged_likelihood", loglik.sum())
    cell_prior = -0.5 * (
        enter_z[index] ** 2 + leave_z[index] ** 2 + by_region[region, index] ** 2 + by_cell**2
    )
    member = (judged.group[None, :] == np.arange(len(judged.theatres))[:, None]).astype(float)
    pm.Deterministic("judged_log_prior", pt.dot(member, cell_prior), dims="judged_group")
    pm.Deterministic("judged_log_likelihood", pt.dot(member, loglik), dims="judged_group")


def _log_rates(priors: PriorSet, way: str, names: list[str]) -> tuple[Any, Any]:
    moments = np.array([log_moments(prior_of(priors, f"{way}.{name}")) for name in names])
    z = pm.Normal(f"{way}_z", shape=len(names))
    return z, moments[:, 0] + moments[:, 1] * z


def _as_data(judged: JudgedPanel) -> dict[str, Any]:
    columns: dict[str, Array] = {
        "entered": judged.entered,
        "exposure": judged.exposure,
        "left": judged.left,
        "spent": judged.spent,
    }
    return {n: pm.Data(f"judged_{n}", c, dims="judged_cell") for n, c in columns.items()}
