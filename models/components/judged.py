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
from models.components.priors import as_variable, as_vector, log_moments, prior_of
from models.family import Draws
from models.inputs import JudgedPanel

type Array = NDArray[np.float64]


def judged_rates(priors: PriorSet, judged: JudgedPanel, *, exposure: Any = None) -> None:
    """Add the rates of every judged cell to the current PyMC model.

    Registers `enter` and `leave` (judged_cell) and the likelihood.

    Args:
        priors: those that a ladder with judged rungs must have.
        judged: the record.
        exposure: steps open to entry (cell), weighted by what else drives the rates
            (`components.coupling`); those of the record if None.
    """
    kinds = [f"{judged.domains[g]}.{r}" for g, r in zip(judged.group, judged.rungs, strict=True)]
    names = list(dict.fromkeys(kinds))
    index = np.array([names.index(kind) for kind in kinds])
    regions = list(dict.fromkeys(judged.regions))
    region = np.array([regions.index(judged.regions[g]) for g in judged.group])
    log_enter = _log_rates(priors, names)
    hazard = _hazards(priors, names)
    spread = as_variable(prior_of(priors, "enter.spread"), "enter_spread")
    by_region = pm.Normal("enter_region_z", shape=(len(regions), len(names)))
    by_cell = pm.Normal("enter_cell_z", dims="judged_cell")
    log_rate = log_enter[index] + spread * (by_region[region, index] + by_cell) / np.sqrt(2.0)
    log_exit = pt.log(hazard)[index]
    pm.Deterministic("enter", pt.exp(log_rate), dims="judged_cell")
    pm.Deterministic("leave", pt.exp(log_exit), dims="judged_cell")
    data = _as_data(judged)
    exposure = data["exposure"] if exposure is None else exposure
    loglik = data["entered"] * log_rate - exposure * pt.exp(log_rate)
    loglik += data["left"] * log_exit - data["spent"] * pt.exp(log_exit)
    pm.Potential("judged_likelihood", loglik.sum())


def judged_log_likelihood(
    judged: JudgedPanel, draws: Draws, *, exposure: Array | None = None
) -> Array:
    """Return log p(record | rates) of many draws of what `judged_rates` registers (draw).

    Args:
        judged: the record.
        draws: of `enter` and `leave` (draw, cell).
        exposure: steps open to entry, weighted by what else drives the rates (draw, cell); those
            of the record if None.
    """
    enter, leave = draws["enter"], draws["leave"]
    opened = judged.exposure if exposure is None else exposure
    came = np.log(enter) @ judged.entered - (enter * opened).sum(axis=1)
    return np.asarray(came + np.log(leave) @ judged.left - leave @ judged.spent)


def _log_rates(priors: PriorSet, names: list[str]) -> Any:
    """Return the logarithm of each rung's rate of entry, common to all theatres."""
    moments = np.array([log_moments(prior_of(priors, f"enter.{name}")) for name in names])
    return moments[:, 0] + moments[:, 1] * pm.Normal("enter_z", shape=len(names))


def _hazards(priors: PriorSet, names: list[str]) -> Any:
    """Return the hazard per step of leaving each kind of rung.

    A beta prior speaks of the probability p of leaving within one step: its hazard is -log(1-p).
    """
    found = [prior_of(priors, f"leave.{name}") for name in names]
    parts, order = [], []
    for kind in dict.fromkeys(prior.distribution for prior in found):
        members = [i for i, prior in enumerate(found) if prior.distribution == kind]
        value = as_vector([found[i] for i in members], f"leave_{kind}")
        parts.append(-pt.log1p(-value) if kind == "beta" else value)
        order += members
    joined: Any = pt.concatenate(parts)  # type: ignore[no-untyped-call]
    return joined[np.argsort(order)]


def _as_data(judged: JudgedPanel) -> dict[str, Any]:
    columns: dict[str, Array] = {
        "entered": judged.entered,
        "exposure": judged.exposure,
        "left": judged.left,
        "spent": judged.spent,
    }
    return {n: pm.Data(f"judged_{n}", c, dims="judged_cell") for n, c in columns.items()}
