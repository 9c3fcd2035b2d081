"""Effects of indicators: an analyst's prior, pooled over regions and theatres, made to earn weight.

The pooled effect of an indicator is the analyst's prior under `components.shrinkage`: one that
earns nothing is shrunk to nothing, one that earns its place keeps the analyst's prior. Regions and
theatres differ from it by normal deviations, shrunk by the same share: an indicator that earns
nothing has none anywhere.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import PriorSet
from models.components import tension
from models.components.observation import padded
from models.components.priors import as_variable, normal_moments, prior_of
from models.components.shrinkage import GLOBAL_SHRINKAGE, kept_shares, shrunk
from models.inputs import IndicatorPanel, Inputs

INDICATOR = "indicator"
"""Coordinate of the indicators that push what lasts."""

MATTER = 2
"""How many of a ladder's indicators are thought to matter."""

KNOWN_WITHIN = 0.675
"""How well the record tells one effect, as a part of its prior's standard deviation."""


def pushes(
    inputs: Inputs, priors: PriorSet, place: Sequence[int] | NDArray[np.int64]
) -> tuple[Any, Any]:
    """Return what indicators add to each deviation, and its variance (step, theatre).

    Needs the coordinates `theatre`, `region`, `indicator` and `step`. Registers `effect` and
    `effects`.

    Args:
        inputs: what was known of the indicators.
        priors: the priors in force.
        place: which of the inputs' indicators, in the order of the coordinate; at least one.
    """
    names = tuple(inputs.indicators.indicators[i] for i in place)
    effects = pooled_effects(priors, names, tension.region_index(inputs))
    effects = pm.Deterministic("effects", effects, dims=("theatre", "indicator"))
    return _weighted(inputs.indicators, place, effects, tension.padded_steps(inputs), INDICATOR)


def passing(inputs: Inputs, priors: PriorSet) -> tuple[Any, Any]:
    """Return what concurrent indicators add to what is seen, and its variance (step, theatre).

    Needs the coordinates `theatre`, `region`, `concurrent` and `step`. Registers `passing` and
    `passing_effects`.
    """
    panel, dim = inputs.concurrent, "concurrent"
    effects = pooled_effects(
        priors, panel.indicators, tension.region_index(inputs), name="passing", dim=dim
    )
    effects = pm.Deterministic("passing_effects", effects, dims=("theatre", dim))
    every = range(len(panel.indicators))
    return _weighted(panel, every, effects, tension.padded_steps(inputs), dim)


def _weighted(
    panel: IndicatorPanel,
    place: Sequence[int] | NDArray[np.int64],
    effects: Any,
    rows: int,
    dim: str,
) -> tuple[Any, Any]:
    """Return the sum over indicators of their values, and of their variances (step, theatre)."""
    found = []
    for name, weight in (("value", effects), ("missing", effects**2)):
        by_theatre = padded(getattr(panel, name)[:, :, place], rows, fill=0.0).swapaxes(0, 1)
        data = pm.Data(f"{dim}_{name}", by_theatre, dims=("theatre", "step", dim))
        # One matrix product each: the weighted sum over indicators.
        found.append(pt.matmul(data, weight[:, :, None])[:, :, 0].T)
    return found[0], found[1]


def pooled_effects(
    priors: PriorSet,
    indicators: tuple[str, ...],
    region_of: Any,
    *,
    name: str = "effect",
    dim: str = INDICATOR,
) -> Any:
    """Return effects per (theatre, indicator) inside the current PyMC model.

    Needs the coordinates `theatre`, `region` and `dim`. Registers `name` (dim).

    Args:
        priors: holds `effect.<indicator>` for each indicator, and `<name>.spread`.
        indicators: ids, in the order of the coordinate.
        region_of: index of each theatre's region.
        name: of the pooled effects, with which the names of all other variables begin.
        dim: the coordinate of the indicators.
    """
    kept, effect = _shrunk(priors, indicators, name, dim)
    spread = as_variable(prior_of(priors, f"{name}.spread"), f"{name}_spread")
    deviation = pm.Normal(f"{name}_theatre_z", dims=("theatre", dim))
    if len(np.unique(region_of)) > 1:
        by_region = pm.Normal(f"{name}_region_z", dims=("region", dim))
        deviation = (by_region[region_of] + deviation) / np.sqrt(2.0)
    return effect[None, :] + kept * spread * deviation


def shrunk_effects(priors: PriorSet, indicators: tuple[str, ...]) -> Any:
    """Return effects per indicator, the same for all theatres; registers them as `effect`.

    Needs the coordinate `indicator`, and the priors `effect.<indicator>`.
    """
    return _shrunk(priors, indicators, "effect", INDICATOR)[1]


def _shrunk(priors: PriorSet, indicators: tuple[str, ...], name: str, dim: str) -> tuple[Any, Any]:
    """Return shares kept and effects, under a shrinkage that expects `MATTER` effects of so many.

    Piironen and Vehtari 2017, section 3.3. A few indicators may all matter.
    """
    others = max(len(indicators) - MATTER, 1)
    scale = min(GLOBAL_SHRINKAGE, KNOWN_WITHIN * MATTER / others)
    kept = kept_shares(name, dims=dim, scale=scale)
    moments = [normal_moments(prior_of(priors, f"effect.{id}")) for id in indicators]
    mean, sd = np.array(moments, dtype=float).reshape(-1, 2).T
    return kept, shrunk(name, kept, mean, sd, dims=dim)
