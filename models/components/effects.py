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
from models.inputs import Inputs

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
    panel = inputs.indicators
    names = tuple(panel.indicators[i] for i in place)
    effects = pooled_effects(priors, names, tension.region_index(inputs))
    effects = pm.Deterministic("effects", effects, dims=("theatre", "indicator"))
    rows, found = tension.padded_steps(inputs), []
    for name, weight in (("value", effects), ("missing", effects**2)):
        column = getattr(panel, name)[:, :, place]
        by_theatre = padded(column, rows, fill=0.0).swapaxes(0, 1)
        data = pm.Data(f"indicator_{name}", by_theatre, dims=("theatre", "step", "indicator"))
        # One matrix product each: the weighted sum over indicators.
        found.append(pt.matmul(data, weight[:, :, None])[:, :, 0].T)
    return found[0], found[1]


def pooled_effects(priors: PriorSet, indicators: tuple[str, ...], region_of: Any) -> Any:
    """Return effects per (theatre, indicator) inside the current PyMC model.

    Needs the coordinates `theatre`, `region` and `indicator`. Registers `effect` (indicator).

    Args:
        priors: holds `effect.<indicator>` for each indicator, and `effect.spread`.
        indicators: ids, in the order of the coordinate.
        region_of: index of each theatre's region.
    """
    kept = _kept(len(indicators))
    effect = _effects(priors, indicators, kept)
    spread = as_variable(prior_of(priors, "effect.spread"), "effect_spread")
    deviation = pm.Normal("effect_theatre_z", dims=("theatre", "indicator"))
    if len(np.unique(region_of)) > 1:
        by_region = pm.Normal("effect_region_z", dims=("region", "indicator"))
        deviation = (by_region[region_of] + deviation) / np.sqrt(2.0)
    return effect[None, :] + kept * spread * deviation


def shrunk_effects(priors: PriorSet, indicators: tuple[str, ...]) -> Any:
    """Return effects per indicator, the same for all theatres; registers them as `effect`.

    Needs the coordinate `indicator`, and the priors `effect.<indicator>`.
    """
    return _effects(priors, indicators, _kept(len(indicators)))


def _kept(count: int) -> Any:
    """Return the shares kept, under a common shrinkage that expects `MATTER` effects of so many.

    Piironen and Vehtari 2017, section 3.3. A few indicators may all matter.
    """
    others = max(count - MATTER, 1)
    scale = min(GLOBAL_SHRINKAGE, KNOWN_WITHIN * MATTER / others)
    return kept_shares("effect", dims="indicator", scale=scale)


def _effects(priors: PriorSet, indicators: tuple[str, ...], kept: Any) -> Any:
    moments = [normal_moments(prior_of(priors, f"effect.{id}")) for id in indicators]
    mean, sd = np.array(moments, dtype=float).reshape(-1, 2).T
    return shrunk("effect", kept, mean, sd, dims="indicator")
