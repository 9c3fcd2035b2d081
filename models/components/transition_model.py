"""The PyMC model of rung moves: parameters with their priors, and the likelihood of the cells."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from forecaster.domain.prior import Prior, PriorSet
from models.components.effects import shrunk_effects
from models.components.judged import judged_rates
from models.components.jumps import jump_sizes
from models.components.memory import INCIDENTS, SPANS
from models.components.priors import as_variable
from models.components.route_priors import route_prior
from models.components.routes import RouteParameters, move_loglik
from models.components.rung_history import rung_history
from models.components.theatre_pooling import Pooling, per_theatre
from models.components.transition_cells import JumpCounts, TransitionCells, transition_cells
from models.inputs import Inputs, require_theatre

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

BLEND = (4.0, 1.0, 1.0)
"""Dirichlet prior of how the expected log measure blends the present, the season, the usual."""


def transition_model(inputs: Inputs, priors: PriorSet, *, pooling: Pooling) -> pm.Model:
    """Return the model of a ladder's measured and judged rungs, whichever it has.

    Raises:
        ModelError: the ladder has neither, or lacks the prior of an indicator or judged rung.
    """
    require_theatre(inputs)
    with pm.Model(coords=_coordinates(inputs)) as model:
        if inputs.measures.theatres:
            _measured(_Priors(priors, inputs.measures.is_level), inputs, pooling)
        if inputs.judged.rungs:
            judged_rates(priors, inputs.judged)
    return model


class _Priors:
    """The priors in force, with the defaults that go with the kind of rungs."""

    def __init__(self, priors: PriorSet, level: bool) -> None:
        self.given, self.level = priors, level

    def __call__(self, id: str) -> Prior:
        return route_prior(self.given, id, level=self.level)


def _coordinates(inputs: Inputs) -> dict[str, Any]:
    measures, judged = inputs.measures, inputs.judged
    groups = [f"{t}/{d}" for t, d in zip(judged.theatres, judged.domains, strict=True)]
    cells = [f"{groups[g]}/{r}" for g, r in zip(judged.group, judged.rungs, strict=True)]
    memories = [f"{h:g} steps" for h in INCIDENTS[inputs.ladder.step]]
    return {
        "theatre": list(measures.theatres),
        "region": list(dict.fromkeys(measures.regions)),
        "rung": list(measures.rungs),
        "size": list(range(1, max(len(measures.rungs), 2))),
        "memory": memories if inputs.measures.is_level else [*memories, "neighbours"],
        "span": [f"{h:g} steps" for h in SPANS[inputs.ladder.step]],
        "indicator": list(inputs.indicators.indicators),
        "judged_cell": cells,
    }


def _measured(priors: _Priors, inputs: Inputs, pooling: Pooling) -> None:
    cells, jumps = transition_cells(inputs)
    parameters = _parameters(priors, inputs, cells, pooling)
    loglik = move_loglik(inputs, cells, parameters, level=priors.level)
    pm.Potential("likelihood", loglik)
    _jumps(priors, jumps)
    if not priors.level:
        _usual_levels(priors, inputs)


def _parameters(
    priors: _Priors, inputs: Inputs, cells: TransitionCells, pooling: Pooling
) -> RouteParameters:
    region_of = _region_of(inputs)

    def theatres(name: str, centre: Prior, spread: str) -> Any:
        return per_theatre(name, centre, priors(spread), region_of, pooling=pooling)

    def usual(lowest: int) -> int:
        if priors.level:
            return _reference_level(len(inputs.measures.rungs), lowest=lowest)
        return _usual_rung(cells, lowest=lowest)

    ascent = theatres("ascent", priors("ascend.rate"), "ascend.spread")
    push = as_variable(priors("incident.push"), "push", dims="memory")
    return RouteParameters(
        ascent=ascent,
        proneness=theatres("proneness", _ONE, "incident.spread"),
        descent=theatres("descent", priors("descend.rate"), "descend.spread"),
        tolerance=_by_rung("tolerance", priors("tolerance.spread"), usual(0)),
        ease=_by_rung("ease", priors("ease.spread"), usual(1)),
        quiet=_quiet(priors("accident.share")),
        push=push,
        hold=as_variable(priors("incident.hold"), "hold", dims="memory"),
        effect=_effects(priors.given, inputs),
        **_places(priors, theatres),
    )


_ONE = Prior("one", "", "log_normal", (("median", 1.0), ("sigma", 1e-6)))
"""Proneness to accidents has no scale of its own: `push` has it."""


def _places(priors: _Priors, theatres: Any) -> dict[str, Any]:
    """Return what a measure's place within its rung needs; nothing for levels."""
    if priors.level:
        return dict.fromkeys(("slope_up", "slope_down", "swing", "blend"))
    log_swing = theatres("log_swing", priors("swing.median"), "swing.spread")
    return {
        "slope_up": as_variable(priors("line.slope"), "slope_up"),
        "slope_down": as_variable(priors("line.slope"), "slope_down"),
        "swing": pt.exp(log_swing),
        "blend": pm.Dirichlet("blend", np.array(BLEND), dims="span"),
    }


def _quiet(share: Prior) -> Any:
    """Return the hazard of inadvertent ascent without incidents, from its share of all ascents."""
    of_all = as_variable(share, "accident_share")
    typical = pt.exp(pm.modelcontext(None)["ascent_centre"])
    return pm.Deterministic("quiet", typical * of_all / (1.0 - of_all))


def _by_rung(name: str, spread: Prior, usual: int) -> Any:
    """How each rung differs from the usual one, which has 0: the rates of theatres are of it."""
    scale = as_variable(spread, f"{name}_spread")
    others = np.arange(len(pm.modelcontext(None).coords["rung"])) != usual
    z = pm.Normal(f"{name}_z", dims="rung")
    return pm.Deterministic(name, scale * z * others, dims="rung")


def _usual_rung(cells: TransitionCells, *, lowest: int) -> int:
    """Return the rung, from `lowest` up, in which theatres were seen most often."""
    seen = np.bincount(cells.rung, weights=cells.stayed + cells.rose + cells.fell)
    return lowest + int(np.argmax(seen[lowest:])) if len(seen) > lowest else lowest


def _reference_level(rungs: int, *, lowest: int) -> int:
    """Return the level that others are compared with: the ladder says which, not its history.

    A level chosen from what happened would make the prior depend on the outcomes. Theatres climb
    from the lowest, where they nearly always stand; they come down from the highest but one, up to
    which most disputes go.
    """
    return max(rungs - 2, 1) if lowest else 0


def _effects(priors: PriorSet, inputs: Inputs) -> Any:
    found = inputs.indicators.indicators
    return shrunk_effects(priors, found) if found else None


def _jumps(priors: _Priors, counts: JumpCounts) -> None:
    rungs = len(counts.up)
    single = priors("jump.single")
    jump_sizes(single, "jump_up", counts.up, np.arange(rungs)[::-1])
    jump_sizes(single, "jump_down", counts.down, np.arange(rungs))


def _usual_levels(priors: _Priors, inputs: Inputs) -> None:
    """Add what theatres' usual log measures are like, for one of which nothing was ever seen."""
    mean = as_variable(priors("level.mean"), "level_mean")
    spread = as_variable(priors("level.spread"), "level_spread")
    history = rung_history(inputs)
    seen = (history.rung >= 0).any(axis=0)
    usual = pm.Data("usual_level", history.means.mean[-1, seen, -1])
    loglik = -0.5 * ((usual - mean) / spread) ** 2 - pt.log(spread)
    pm.Potential("usual_likelihood", loglik.sum())


def _region_of(inputs: Inputs) -> Index:
    regions = list(dict.fromkeys(inputs.measures.regions))
    return np.array([regions.index(region) for region in inputs.measures.regions], dtype=np.int64)
